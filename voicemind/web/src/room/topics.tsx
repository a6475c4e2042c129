import type { ReactElement } from "react";
import type { RoomDocument } from "../document/room_document";
import { clock } from "../format";
import { useShown } from "../signal";
import { texts } from "../texts";
import type { Insight, Turn } from "../types";
import { hueStyle } from "../ui/parts";

/** A stretch of the meeting that was about one thing; seconds of the meeting. */
export interface Topic {
  id: string;
  start: number;
  end: number;
  label: string;
}

// Neighbours must stay apart for the eye; the colours say nothing else.
const HUES = [250, 170, 30, 300, 90];

/** Returns the topics in order of time, each up to where the next begins. */
export function topicsOf(insights: readonly Insight[]): Topic[] {
  const found = insights
    .filter((insight) => insight.kind === "topic" && insight.end > insight.start)
    .sort((a, b) => a.start - b.start);
  return found.map((insight, i) => {
    const label = typeof insight.data.label === "string" ? insight.data.label : insight.text;
    const end = Math.min(insight.end, found[i + 1]?.start ?? Number.POSITIVE_INFINITY);
    return { id: insight.id, start: insight.start, end, label: label || texts.topics.unnamed };
  });
}

/** Returns the first turn that a topic began with. */
function firstOf(topic: Topic, turns: readonly Turn[]): Turn | undefined {
  return turns.find((turn) => turn.end > topic.start) ?? turns.at(-1);
}

/** What the talk was about, as a strip over time; a topic leads to where it began. */
export function TopicStrip({
  document,
  onQuote,
}: {
  document: RoomDocument;
  onQuote: (turn: string) => void;
}): ReactElement | null {
  const turns = useShown(document.turns.list);
  const topics = topicsOf(useShown(document.insights.list));
  const last = topics.at(-1);
  if (!last) return null;
  const length = Math.max(last.end, turns.at(-1)?.end ?? 0);
  const show = (topic: Topic) => {
    const first = firstOf(topic, turns);
    if (first) onQuote(first.id);
  };
  return (
    <section className="topics" aria-labelledby="topics-heading">
      <h2 id="topics-heading">
        {texts.topics.heading}
        <small>{last.label}</small>
      </h2>
      <ol>
        {topics.map((topic, i) => {
          const name = texts.topics.stretch(topic.label, clock(topic.start), clock(topic.end));
          return (
            <li
              key={topic.id}
              style={{
                ...hueStyle(HUES[i % HUES.length] ?? 0),
                left: `${(topic.start / length) * 100}%`,
                width: `${((topic.end - topic.start) / length) * 100}%`,
              }}
            >
              <button type="button" title={name} aria-label={name} onClick={() => show(topic)}>
                {topic.label}
              </button>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
