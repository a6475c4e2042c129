import { type DragEvent, type ReactElement, useState } from "react";
import { clock, size } from "../format";
import { useSignal } from "../signal";
import { texts } from "../texts";
import { Icon } from "../ui/icons";
import { Notice } from "../ui/parts";
import { RecordingJob } from "./jobs";

interface Upload {
  id: string;
  name: string;
  job: RecordingJob;
}

/** Where recordings are brought: by dropping them or by choosing them. `onDone`: another has minutes. */
export function UploadRecording({ onDone }: { onDone: () => void }): ReactElement {
  const [uploads, setUploads] = useState<readonly Upload[]>([]);
  const [over, setOver] = useState(false);

  const add = (files: FileList | null) => {
    const fresh = [...(files ?? [])].map((file) => {
      const job = new RecordingJob();
      job.state.subscribe(() => {
        if (job.state.value.step === "done") onDone();
      });
      job.send(file);
      return { id: crypto.randomUUID(), name: file.name, job };
    });
    setUploads((known) => [...fresh, ...known]);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    add(event.dataTransfer.files);
  };

  return (
    <section className="card bring">
      <h2>{texts.start.upload}</h2>
      <p className="hint">{texts.start.uploadNote}</p>
      <label
        className={`drop ${over ? "over" : ""}`}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <Icon name="upload" />
        <span>{texts.start.drop}</span>
        <input
          type="file"
          accept="audio/*,video/*,.ogg,.opus,.flac,.mkv"
          multiple
          className="visually-hidden"
          onChange={(event) => {
            add(event.target.files);
            event.target.value = "";
          }}
        />
      </label>
      <ul className="uploads">
        {uploads.map((upload) => (
          <li key={upload.id}>
            <JobRow name={upload.name} job={upload.job} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** One recording on its way, with its progress. */
export function JobRow({ name, job }: { name: string; job: RecordingJob }): ReactElement {
  const { step, done, of, recording, problem } = useSignal(job.state);
  const line = {
    sending: texts.upload.sending(size(done), size(of)),
    waiting: texts.upload.waiting,
    working: `${texts.upload.working} ${of ? `${clock(done)} / ${clock(of)}` : ""}`,
    done: texts.upload.done,
    failed: texts.upload.failed,
  }[step];
  const running = step === "sending" || step === "waiting" || step === "working";
  return (
    <div className="job">
      <div className="job-line">
        <strong>{name}</strong>
        {step === "done" && recording && (
          <a className="button" href={`/replay/${encodeURIComponent(recording)}`}>
            {texts.upload.open}
          </a>
        )}
        {running && (
          <button type="button" className="button" onClick={() => job.cancel()}>
            {texts.upload.cancel}
          </button>
        )}
      </div>
      {running && (
        <progress
          aria-label={`${texts.upload.progress}: ${name}`}
          max={of || 1}
          {...(of > 0 && { value: done })}
        />
      )}
      {step === "failed" ? <Notice tone="error">{problem}</Notice> : <small role="status">{line}</small>}
    </div>
  );
}
