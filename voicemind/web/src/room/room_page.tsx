import { type ReactElement, useCallback, useEffect, useState } from "react";
import { ApiError, getJson, join } from "../api";
import { keepRoom, keptRoom, rememberName } from "../session";
import { texts } from "../texts";
import type { RoomInfo } from "../types";
import { Notice } from "../ui/parts";
import { Join } from "./join";
import { LiveRoom } from "./live_room";

/** With whom we go in: the name and, if given, the microphone. */
export interface Entry {
  name: string;
  stream: MediaStream | null;
  /** Whether the engine may hear us. */
  heard: boolean;
}

/** A room from its door on: what it is, the join form, then the room itself. */
export default function RoomPage({ room }: { room: string }): ReactElement {
  const { info, problem, reload } = useRoomInfo(room);
  const [entry, setEntry] = useState<Entry | null>(null);
  const [left, setLeft] = useState(false);

  useEffect(() => {
    document.title = info?.title ? `${info.title} · ${texts.product}` : texts.product;
  }, [info?.title]);

  if (left) {
    return (
      <Door>
        <h1 className="door-title">{texts.room.left}</h1>
        <p className="hint">{texts.room.leftNote}</p>
        <div className="row">
          <button type="button" className="button primary" onClick={() => setLeft(false)}>
            {texts.room.rejoin}
          </button>
          <a className="button" href="/">
            {texts.home}
          </a>
        </div>
      </Door>
    );
  }
  if (info && entry) {
    const leave = () => {
      setEntry(null);
      setLeft(true);
    };
    return <LiveRoom info={info} entry={entry} onLeave={leave} />;
  }
  if (info) {
    const enter = (fresh: Entry) => {
      rememberName(fresh.name);
      // Who cannot reach the server now goes in with what is kept here.
      join(room, fresh.name).then(
        () => setEntry(fresh),
        () => setEntry(fresh),
      );
    };
    return <Join info={info} onJoin={enter} />;
  }
  return (
    <Door>
      {problem ? <Notice tone="error">{problem}</Notice> : <p className="waiting">{texts.loading}</p>}
      {problem && (
        <button type="button" className="button" onClick={reload}>
          {texts.retry}
        </button>
      )}
      {problem && <a href="/">{texts.home}</a>}
    </Door>
  );
}

function Door({ children }: { children: React.ReactNode }): ReactElement {
  return (
    <main className="door">
      <div className="card">{children}</div>
    </main>
  );
}

const AGAIN_MS = 3000;

/** Asks the server for the room; while it cannot be reached, asks again by itself. */
function useRoomInfo(room: string): { info: RoomInfo | null; problem: string | null; reload: () => void } {
  const [info, setInfo] = useState<RoomInfo | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [attempt, setAttempt] = useState(0);
  const reload = useCallback(() => setAttempt((n) => n + 1), []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `attempt` is what asks again
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let open = true;
    getJson<RoomInfo>(`/api/rooms/${encodeURIComponent(room)}`, room).then(
      (found) => {
        if (!open) return;
        keepRoom(found);
        setInfo(found);
        setProblem(null);
      },
      (error: unknown) => {
        if (!open) return;
        setProblem(error instanceof Error ? error.message : String(error));
        if (!(error instanceof ApiError) || error.status !== 0) return;
        setInfo((known) => known ?? keptRoom(room));
        timer = setTimeout(reload, AGAIN_MS);
      },
    );
    return () => {
      open = false;
      clearTimeout(timer);
    };
  }, [room, reload, attempt]);

  return { info, problem, reload };
}
