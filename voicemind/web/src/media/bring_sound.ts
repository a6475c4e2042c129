import { ApiError, request } from "../api";
import { serverAhead } from "./server_clock";
import type { SoundForm } from "./sound_source";

/**
 * Brings what somebody said from `at` on (a unix time in milliseconds) to the server, which hears it in its place.
 * A network that has just come back may hold a request for seconds, so its place is told by the server's clock.
 */
export async function bringSound(
  { room, participant }: { room: string; participant: string },
  { codec, rate }: SoundForm,
  at: number,
  body: Uint8Array<ArrayBuffer>,
): Promise<void> {
  const ahead = await serverAhead(async (signal) => {
    const { now } = (await (await request("/api/clock", room, { signal })).json()) as { now: number };
    return now;
  });
  if (ahead === null) throw new ApiError(0, "");
  const sent = Date.now();
  const query = new URLSearchParams({
    codec,
    rate: String(rate),
    ago: String((sent - at) / 1000),
    now: String((sent + ahead) / 1000),
    participant,
  });
  await request(`/api/rooms/${encodeURIComponent(room)}/people/me/sound?${query}`, room, {
    method: "POST",
    body,
  });
}
