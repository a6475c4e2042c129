import { type ReactElement, useEffect, useState } from "react";
import type { RoomDocument } from "../document/room_document";
import { clock } from "../format";
import { type Signal, useSignal } from "../signal";
import { texts } from "../texts";
import type { MeetingFacts } from "../types";
import { useVisible } from "../visibility";

/** Whether what was written here is on the server's disk. */
export function SyncBadge({
  document,
  writable,
}: {
  document: RoomDocument;
  writable: boolean;
}): ReactElement {
  const { link, synced, unsaved } = useSignal(document.provider.state);
  const online = synced && unsaved === 0 ? "saved" : "syncing";
  const state = link === "online" ? online : link;
  const note = state === "offline" || state === "connecting" ? texts.sync.offlineNote : texts.sync.savedNote;
  return (
    <span className={`badge ${state}`} role="status" title={note}>
      {state === "saved" && !writable ? texts.sync.readOnly : texts.sync[state]}
    </span>
  );
}

const SECOND_MS = 1000;
const BEHIND_S = 2;

/** How long the meeting has been on, whether its sound is kept, and whether the transcript lags behind. */
export function MeetingBadges({ meeting }: { meeting: Signal<MeetingFacts> }): ReactElement {
  const { state, started, recorded, lag, rung } = useSignal(meeting);
  const running = state === "live" && started !== null;
  const visible = useVisible();
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!running || !visible) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), SECOND_MS);
    return () => clearInterval(timer);
  }, [running, visible]);
  return (
    <>
      {running && (
        <span className="badge live" role="timer" title={texts.meeting.liveNote}>
          {clock(now / SECOND_MS - started)}
        </span>
      )}
      {state === "ended" && <span className="badge">{texts.meeting.ended}</span>}
      {recorded && (
        <span className="badge recorded" title={texts.meeting.recordedNote}>
          {texts.meeting.recorded}
        </span>
      )}
      {(lag >= BEHIND_S || rung > 0) && (
        <span className="badge late" role="status" title={texts.meeting.rung(rung)}>
          {lag >= BEHIND_S ? texts.meeting.lag(lag) : texts.meeting.busy}
        </span>
      )}
    </>
  );
}
