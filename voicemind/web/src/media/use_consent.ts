import { useCallback, useRef, useState } from "react";
import { request } from "../api";

/** Whether the engine may hear us, and what was heard. */
export interface Consent {
  heard: boolean | null;
  refusal: string | null;
  /** What a connection that is made now is to say of it: 1 or 0. */
  wish: () => "0" | "1";
  listen: (heard: boolean) => void;
  forget: () => Promise<void>;
}

/** Keeps our wish to be heard by the engine or not; the server follows, and remembers it. */
export function useConsent(room: string, participant: string, first: boolean): Consent {
  const [heard, setHeard] = useState<boolean | null>(first);
  const [refusal, setRefusal] = useState<string | null>(null);
  const wished = useRef(first);
  const place = `/api/rooms/${encodeURIComponent(room)}/people/me`;
  const query = new URLSearchParams({ participant });

  const listen = (fresh: boolean) => {
    const before = wished.current;
    wished.current = fresh;
    setHeard(null);
    setRefusal(null);
    const body = JSON.stringify({ heard: fresh });
    const headers = { "Content-Type": "application/json" };
    request(`${place}/consent?${query}`, room, { method: "PUT", headers, body }).then(
      () => setHeard(fresh),
      (error: unknown) => {
        wished.current = before;
        setHeard(before);
        setRefusal(error instanceof Error ? error.message : String(error));
      },
    );
  };
  const forget = async () => {
    setRefusal(null);
    try {
      await request(`${place}/record?${query}`, room, { method: "DELETE" });
    } catch (error) {
      setRefusal(error instanceof Error ? error.message : String(error));
    }
  };
  const wish = useCallback(() => (wished.current ? "1" : "0"), []);
  return { heard, refusal, wish, listen, forget };
}
