import { type ReactElement, useMemo, useRef } from "react";
import { clock } from "../format";
import { usePeople } from "../people";
import { useSignal } from "../signal";
import { texts } from "../texts";
import { Icon } from "../ui/icons";
import { hueStyle } from "../ui/parts";
import type { Minutes } from "./minutes_view";
import type { Player } from "./player";
import { lanes, shares } from "./speech";

const WIDTH = 1000;
const HEIGHT = 120;
const STEPS = 48;

interface TimelineProps {
  minutes: Minutes;
  player: Player;
}

/** Who spoke when, a lane each, with topics above, findings below, and where the sound is. */
export function Timeline({ minutes, player }: TimelineProps): ReactElement {
  const people = usePeople();
  const rows = useMemo(() => lanes(minutes.turns), [minutes]);
  const share = (seconds: number) => `${(100 * seconds) / (minutes.duration || 1)}%`;
  const place = (start: number, end: number) => ({ left: share(start), width: share(end - start) });
  const marks = minutes.insights.filter((found) => found.state !== "withdrawn" && found.evidence.length > 0);
  return (
    <section className="timeline" aria-label={texts.replay.timeline}>
      {minutes.topics.length > 0 && (
        <div className="lane topics-lane">
          <span className="lane-name">{texts.replay.topics}</span>
          <span className="lane-track">
            {minutes.topics.map((topic) => (
              <button
                key={topic.start}
                type="button"
                style={place(topic.start, topic.end)}
                title={`${clock(topic.start)} ${topic.label}`}
                onClick={() => player.seek(topic.start)}
              >
                {topic.label}
              </button>
            ))}
          </span>
        </div>
      )}
      {rows.map((row) => (
        <div key={row.speaker} className="lane" style={hueStyle(people.hue(row.speaker))}>
          <span className="lane-name">{people.name(row.speaker)}</span>
          {/* biome-ignore lint/a11y/noStaticElementInteractions: for the mouse; the slider below is for the keyboard */}
          <span
            className="lane-track"
            role="presentation"
            onClick={(event) => {
              const box = event.currentTarget.getBoundingClientRect();
              player.seek(((event.clientX - box.left) / box.width) * minutes.duration);
            }}
          >
            {row.stretches.map((part) => (
              <span key={part.start} className="stretch" style={place(part.start, part.end)} />
            ))}
            {row.overlaps.map((part) => (
              <span
                key={`${part.start}-${part.end}`}
                className="overlap"
                style={place(part.start, part.end)}
              />
            ))}
          </span>
        </div>
      ))}
      {marks.length > 0 && (
        <div className="lane marks-lane">
          <span className="lane-name">{texts.replay.findings}</span>
          <span className="lane-track">
            {marks.map((found) => {
              const kind = texts.insights.kinds[found.kind] ?? found.kind;
              const label = `${clock(found.start)} ${kind}: ${found.text}`;
              return (
                <button
                  key={found.id}
                  type="button"
                  className={`marker kind-${found.kind}`}
                  style={{ left: share(found.start) }}
                  aria-label={label}
                  title={label}
                  onClick={() => player.seek(found.start)}
                />
              );
            })}
          </span>
        </div>
      )}
      <Position player={player} duration={minutes.duration} />
    </section>
  );
}

/** Where the sound is, and the slider that moves it. */
function Position({ player, duration }: { player: Player; duration: number }): ReactElement {
  const time = useSignal(player.time);
  const playing = useSignal(player.playing);
  return (
    <div className="lane position-lane">
      <button type="button" className="button primary play" onClick={() => player.toggle()}>
        <Icon name={playing ? "pause" : "play"} />
        {playing ? texts.replay.pause : texts.replay.play}
      </button>
      <span className="lane-track">
        <input
          type="range"
          aria-label={texts.replay.position}
          aria-valuetext={`${clock(time)} / ${clock(duration)}`}
          min={0}
          max={duration}
          step={0.1}
          value={time}
          onChange={(event) => player.seek(Number(event.target.value), playing)}
        />
      </span>
      <span className="time">
        {clock(time)} / {clock(duration)}
      </span>
    </div>
  );
}

/** How much each spoke, over time, as a drawing that can be saved. */
export function TalkOverTime({ minutes }: { minutes: Minutes }): ReactElement {
  const people = usePeople();
  const drawing = useRef<SVGSVGElement>(null);
  const save = () => {
    if (!drawing.current) return;
    const link = window.document.createElement("a");
    const text = new XMLSerializer().serializeToString(drawing.current);
    link.href = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
    link.download = "talk-time.svg";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  };
  return (
    <figure className="talk-over-time">
      <svg
        ref={drawing}
        xmlns="http://www.w3.org/2000/svg"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={texts.replay.overTime}
      >
        <title>{texts.replay.overTime}</title>
        {stacks(minutes).map(({ speaker, start, below, height }) => (
          <rect
            key={`${speaker}-${start}`}
            x={(start / minutes.duration) * WIDTH + 1}
            y={HEIGHT - below - height}
            width={WIDTH / STEPS - 2}
            height={height}
            fill={`hsl(${people.hue(speaker)} 55% 58%)`}
          >
            <title>{`${people.name(speaker)} ${clock(start)}`}</title>
          </rect>
        ))}
      </svg>
      <button type="button" className="button" onClick={save}>
        <Icon name="download" />
        {texts.replay.saveDrawing}
      </button>
    </figure>
  );
}

/** One speaker's part of one step: `below` is what the others under it take of the height. */
interface Bar {
  speaker: string;
  start: number;
  below: number;
  height: number;
}

/** Returns the bars of the drawing; the tallest stack is as high as it is. */
function stacks({ turns, duration }: Minutes): Bar[] {
  if (duration <= 0) return [];
  const rows = [...shares(turns, duration, STEPS)];
  const totals = new Array<number>(STEPS).fill(0);
  for (const [, row] of rows)
    for (const [i, seconds] of row.entries()) totals[i] = (totals[i] ?? 0) + seconds;
  const scale = HEIGHT / Math.max(1e-9, ...totals);
  const below = new Array<number>(STEPS).fill(0);
  return rows.flatMap(([speaker, row]) =>
    row.flatMap((seconds, i): Bar[] => {
      if (seconds <= 0) return [];
      const bar = { speaker, start: (i * duration) / STEPS, below: below[i] ?? 0, height: seconds * scale };
      below[i] = bar.below + bar.height;
      return [bar];
    }),
  );
}
