import type { ReactElement } from "react";
import type { RoomEvents } from "../events";
import { useSignal } from "../signal";
import { texts } from "../texts";
import { IconButton } from "../ui/parts";

/** What the meeting tells this person alone. */
export function Nudges({ events }: { events: RoomEvents }): ReactElement | null {
  const nudges = useSignal(events.nudges);
  if (nudges.length === 0) return null;
  return (
    <div className="nudges" role="status">
      {nudges.map((nudge) => (
        <div key={nudge.id} className="nudge">
          <p>
            {nudge.text} <small>{texts.room.nudge}</small>
          </p>
          <IconButton icon="close" label={texts.close} onClick={() => events.dismissNudge(nudge.id)} />
        </div>
      ))}
    </div>
  );
}
