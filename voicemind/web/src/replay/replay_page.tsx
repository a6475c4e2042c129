import { type ReactElement, useCallback, useEffect, useMemo, useState } from "react";
import { ApiError, getJson } from "../api";
import { RecordingJob } from "../home/jobs";
import { JobRow } from "../home/upload";
import { People, PeopleContext } from "../people";
import { Downloads } from "../room/header";
import { withToken } from "../session";
import { useSignal } from "../signal";
import { texts } from "../texts";
import { Logo } from "../ui/icons";
import { Menu, Notice } from "../ui/parts";
import { Correctable } from "./corrections";
import { type Minutes, MinutesView } from "./minutes_view";
import { Player } from "./player";
import { PlayerContext } from "./spoken";
import { TalkOverTime, Timeline } from "./timeline";

interface Recording {
  id: string;
  title?: string;
  name?: string;
  state?: string;
  job?: string;
}

/** A recording: how far its analysis is, then its minutes. */
export default function ReplayPage({ id }: { id: string }): ReactElement {
  const path = `/api/recordings/${encodeURIComponent(id)}`;
  const [recording, setRecording] = useState<Recording | null>(null);
  const [minutes, setMinutes] = useState<Minutes | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const load = useCallback(async () => {
    setProblem(null);
    try {
      setMinutes(await getJson<Minutes>(`${path}/minutes`, ""));
      return;
    } catch (error) {
      // No minutes yet: the recording itself says whether they are on their way.
      if (!(error instanceof ApiError) || ![404, 409, 425].includes(error.status)) {
        setProblem(String((error as Error).message));
        return;
      }
    }
    getJson<Recording>(path, "").then(setRecording, (error: Error) => setProblem(error.message));
  }, [path]);
  useEffect(() => {
    void load();
  }, [load]);

  const title = minutes?.title || recording?.title || recording?.name || texts.start.untitled;
  useEffect(() => {
    document.title = `${title} · ${texts.product}`;
  }, [title]);
  const people = useMemo(() => {
    const speakers = minutes?.speakers ?? [];
    return new People(
      speakers.map(({ id, name }) => ({ id, name, present: true, microphone: true, heard: true })),
    );
  }, [minutes]);

  return (
    <PeopleContext.Provider value={people}>
      <header className="bar page-bar">
        <a href="/" aria-label={texts.home}>
          <Logo />
        </a>
        <h1 className="title">{title}</h1>
        <span className="spacer" />
        {minutes && (
          <Menu icon="download" label={texts.room.download}>
            <Downloads path={`${path}/minutes`} place="" name={id} />
          </Menu>
        )}
      </header>
      <main className="replay">
        {problem && <Notice tone="error">{problem}</Notice>}
        {minutes ? (
          <Correctable path={`${path}/corrections`} onCorrected={load}>
            <Listening minutes={minutes} audio={`${path}/audio`} />
          </Correctable>
        ) : recording?.job ? (
          <Progress name={title} job={recording.job} recording={id} onDone={load} />
        ) : (
          !problem && <p className="waiting">{recording ? texts.replay.failed : texts.loading}</p>
        )}
      </main>
    </PeopleContext.Provider>
  );
}

/** Minutes with the sound that they were made of. */
function Listening({ minutes, audio }: { minutes: Minutes; audio: string }): ReactElement {
  const [player] = useState(() => new Player());
  const failed = useSignal(player.failed);
  return (
    <PlayerContext.Provider value={failed ? null : player}>
      {/* biome-ignore lint/a11y/useMediaCaption: the transcript stands below */}
      <audio ref={player.attach} src={withToken(audio, "")} preload="metadata" />
      {failed && <Notice>{texts.replay.unplayable}</Notice>}
      <Timeline minutes={minutes} player={player} />
      <TalkOverTime minutes={minutes} />
      <MinutesView minutes={minutes} />
    </PlayerContext.Provider>
  );
}

interface ProgressProps {
  name: string;
  job: string;
  recording: string;
  onDone: () => Promise<void>;
}

function Progress({ name, job, recording, onDone }: ProgressProps): ReactElement {
  const [watched] = useState(() => new RecordingJob());
  const { step } = useSignal(watched.state);
  useEffect(() => {
    watched.watch(job, recording);
    return () => watched.unwatch();
  }, [watched, job, recording]);
  useEffect(() => {
    if (step === "done") void onDone();
  }, [step, onDone]);
  return (
    <div className="card">
      <JobRow name={name} job={watched} />
    </div>
  );
}
