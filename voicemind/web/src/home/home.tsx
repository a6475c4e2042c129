import { type ReactElement, useCallback, useEffect, useState } from "react";
import { getJson } from "../api";
import { texts } from "../texts";
import { Logo } from "../ui/icons";
import { CreateRoom } from "./create";
import { UploadRecording } from "./upload";

interface Listed {
  id: string;
  title: string;
  note: string;
  href: string;
}

/** The start page: make a room, bring a recording, go back to one of either. */
export function Home(): ReactElement {
  const [finished, setFinished] = useState(0);
  const onDone = useCallback(() => setFinished((count) => count + 1), []);
  return (
    <main className="home">
      <header className="hero">
        <Logo />
        <h1>{texts.product}</h1>
        <p>{texts.tagline}</p>
      </header>
      <div className="columns">
        <CreateRoom />
        <UploadRecording onDone={onDone} />
      </div>
      <Listing heading={texts.start.rooms} path="/api/rooms" read={readRooms} />
      <Listing
        heading={texts.start.recordings}
        path="/api/recordings"
        read={readRecordings}
        version={finished}
      />
    </main>
  );
}

interface ListingProps {
  heading: string;
  path: string;
  read: (body: unknown) => Listed[];
  /** Another number makes it ask again. */
  version?: number;
}

/** A list that the server may keep to itself: without an answer there is no heading either. */
function Listing({ heading, path, read, version = 0 }: ListingProps): ReactElement | null {
  const [entries, setEntries] = useState<readonly Listed[]>([]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `version` is what asks again
  useEffect(() => {
    getJson<unknown>(path, "").then(
      (body) => setEntries(read(body)),
      () => setEntries([]),
    );
  }, [path, read, version]);
  if (entries.length === 0) return null;
  return (
    <section className="listing">
      <h2>{heading}</h2>
      <ul>
        {entries.map((entry) => (
          <li key={entry.id}>
            <a href={entry.href}>
              <strong>{entry.title}</strong>
              <span>{entry.note}</span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

type Row = Record<string, unknown>;

function rows(body: unknown, key: string): Row[] {
  const list = Array.isArray(body) ? body : (body as Row | null)?.[key];
  return Array.isArray(list) ? (list as Row[]) : [];
}

function readRooms(body: unknown): Listed[] {
  return rows(body, "rooms").map((row) => {
    const here = Array.isArray(row.participants) ? row.participants.length : 0;
    const id = String(row.room);
    const title = String(row.title || texts.start.untitled);
    return { id, title, note: here ? texts.start.here(here) : "", href: `/r/${encodeURIComponent(id)}` };
  });
}

function readRecordings(body: unknown): Listed[] {
  return rows(body, "recordings").map((row) => {
    const id = String(row.id);
    const title = String(row.title || row.name || texts.start.untitled);
    return { id, title, note: String(row.date ?? ""), href: `/replay/${encodeURIComponent(id)}` };
  });
}
