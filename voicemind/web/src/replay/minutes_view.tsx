import type { ReactElement, ReactNode } from "react";
import { clock, percent } from "../format";
import { usePeople } from "../people";
import { InsightFacts } from "../room/insight_facts";
import { texts } from "../texts";
import type { Insight, Turn } from "../types";
import { hueStyle } from "../ui/parts";
import { SpeakerName, TurnText } from "./corrections";
import { TimeButton } from "./spoken";

/** `voicemind.minutes/1`, as far as the page shows it. */
export interface Minutes {
  title: string;
  date: string | null;
  duration: number;
  speakers: readonly { id: string; name: string; talk_seconds: number; share: number; turns: number }[];
  agenda: readonly {
    id: string;
    title: string;
    minutes: number | null;
    coverage: number;
    seconds: number;
    status: string;
  }[];
  topics: readonly { start: number; end: number; label: string }[];
  turns: readonly Turn[];
  insights: readonly Insight[];
}

const OWN_SECTION = new Set(["action", "decision", "question", "summary"]);

/** Minutes to read: figures and findings on one side, the transcript on the other. */
export function MinutesView({ minutes }: { minutes: Minutes }): ReactElement {
  const standing = minutes.insights.filter((insight) => insight.state !== "withdrawn");
  const of = (kind: string) => standing.filter((insight) => insight.kind === kind);
  const others = standing.filter((insight) => !OWN_SECTION.has(insight.kind));
  return (
    <div className="minutes">
      <div className="findings">
        <p className="hint">
          {[minutes.date, clock(minutes.duration), texts.replay.turns(minutes.turns.length)]
            .filter(Boolean)
            .join(" · ")}
        </p>
        {of("summary").map((insight) => (
          <p key={insight.id} className="summary">
            {insight.text}
          </p>
        ))}
        <Section heading={texts.replay.speakers}>
          <Speakers minutes={minutes} />
        </Section>
        <Findings heading={texts.replay.decisions} insights={of("decision")} always />
        <Findings heading={texts.replay.actions} insights={of("action")} always />
        <Findings heading={texts.replay.questions} insights={of("question")} />
        <Findings heading={texts.replay.notes} insights={others} />
        {minutes.agenda.length > 0 && (
          <Section heading={texts.replay.agenda}>
            <AgendaTable minutes={minutes} />
          </Section>
        )}
        {minutes.topics.length > 0 && (
          <Section heading={texts.replay.topics}>
            <ol className="topics">
              {minutes.topics.map((topic) => (
                <li key={topic.start}>
                  <TimeButton at={topic.start}>{clock(topic.start)}</TimeButton> {topic.label}
                </li>
              ))}
            </ol>
          </Section>
        )}
      </div>
      <Section heading={texts.replay.transcript}>
        <Transcript turns={minutes.turns} />
      </Section>
    </div>
  );
}

function Section({ heading, children }: { heading: string; children: ReactNode }): ReactElement {
  return (
    <section className="minutes-section">
      <h2>{heading}</h2>
      {children}
    </section>
  );
}

function Speakers({ minutes }: { minutes: Minutes }): ReactElement {
  const people = usePeople();
  return (
    <ul className="talk-list">
      {minutes.speakers.map((speaker) => (
        <li key={speaker.id} style={hueStyle(people.hue(speaker.id))}>
          <span className="who">
            <SpeakerName id={speaker.id} name={speaker.name} />
          </span>
          <span className="track">
            <span className="fill" style={{ width: `${speaker.share * 100}%` }} />
          </span>
          <span className="figure">
            {speaker.talk_seconds > 0 ? (
              <>
                {percent(speaker.share)} <small>{clock(speaker.talk_seconds)}</small>
              </>
            ) : (
              <small>{texts.talk.silent}</small>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}

interface FindingsProps {
  heading: string;
  insights: readonly Insight[];
  /** Shown even when empty, so that the reader knows nothing was found. */
  always?: boolean;
}

function Findings({ heading, insights, always = false }: FindingsProps): ReactElement | null {
  if (insights.length === 0 && !always) return null;
  return (
    <Section heading={heading}>
      {insights.length === 0 && <p className="hint">{texts.replay.none}</p>}
      {insights.map((insight) => {
        const { owner, due } = insight.data;
        return (
          <article key={insight.id} className={`insight kind-${insight.kind}`}>
            <header>
              <span className="kind">{texts.insights.kinds[insight.kind] ?? insight.kind}</span>
              <TimeButton at={insight.start}>{clock(insight.start)}</TimeButton>
            </header>
            <p className="insight-text">{insight.text}</p>
            <InsightFacts
              insight={insight}
              owner={typeof owner === "string" ? owner : ""}
              due={typeof due === "string" ? due : ""}
            />
          </article>
        );
      })}
    </Section>
  );
}

function AgendaTable({ minutes }: { minutes: Minutes }): ReactElement {
  return (
    <ol className="agenda-list">
      {minutes.agenda.map((item) => (
        <li key={item.id} className={`agenda-item ${item.status.replace(" ", "-")}`}>
          <div className="agenda-line">
            <span>{item.title}</span>
            <span className="status">{texts.agenda.status[item.status] ?? item.status}</span>
          </div>
          <div className="coverage" role="img" aria-label={percent(item.coverage)}>
            <span style={{ width: percent(item.coverage).replace(" ", "") }} />
          </div>
          <small>
            {texts.agenda.used(
              clock(item.seconds),
              item.minutes ? `${item.minutes} ${texts.agenda.min}` : "",
            )}
          </small>
        </li>
      ))}
    </ol>
  );
}

function Transcript({ turns }: { turns: readonly Turn[] }): ReactElement {
  const people = usePeople();
  return (
    <div className="turns">
      {turns.map((turn, i) => {
        const goesOn = turns[i - 1]?.speaker === turn.speaker;
        return (
          <div
            key={turn.id}
            className={`turn ${goesOn ? "goes-on" : ""}`}
            style={hueStyle(people.hue(turn.speaker))}
          >
            <span className="turn-head">
              {!goesOn && <strong>{people.name(turn.speaker)}</strong>}
              <TimeButton at={turn.start}>{clock(turn.start)}</TimeButton>
            </span>
            <TurnText turn={turn} />
          </div>
        );
      })}
    </div>
  );
}
