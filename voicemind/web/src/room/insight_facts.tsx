import type { ReactElement } from "react";
import { day, percent } from "../format";
import { usePeople } from "../people";
import { texts } from "../texts";
import type { Insight } from "../types";
import { hueStyle } from "../ui/parts";

/** The particulars under an insight's text: owner and date, why, how sure. */
export function InsightFacts({
  insight,
  owner,
  due,
}: {
  insight: Insight;
  owner: string;
  due: string;
}): ReactElement {
  const people = usePeople();
  const { kind, data, confidence } = insight;
  const why = typeof data.why === "string" ? texts.insights.why[data.why] : undefined;
  return (
    <ul className="facts">
      {kind === "action" && (
        <li className={owner ? "chip" : "chip open"} style={owner ? hueStyle(people.hue(owner)) : undefined}>
          {owner ? people.name(owner) : texts.insights.nobody}
        </li>
      )}
      {kind !== "action" && insight.speaker && (
        <li className="chip" style={hueStyle(people.hue(insight.speaker))}>
          {people.name(insight.speaker)}
        </li>
      )}
      {due && (
        <li className="chip plain">
          <time dateTime={due}>{day(due)}</time>
        </li>
      )}
      {why && <li>{why}</li>}
      {kind === "question" && data.answered === true && <li>{texts.insights.answered}</li>}
      {kind === "document" && typeof data.path === "string" && <li>{data.path}</li>}
      <li className="sure">{texts.insights.sure(percent(confidence))}</li>
    </ul>
  );
}
