import { explainStatus, request } from "../api";
import { tokenFor, withToken } from "../session";
import { Signal } from "../signal";
import { texts } from "../texts";

/** `done` of `of` in the unit of the step: bytes while uploading, seconds of audio while working. */
export interface JobState {
  step: "sending" | "waiting" | "working" | "done" | "failed";
  done: number;
  of: number;
  recording: string | null;
  problem: string | null;
}

interface Accepted {
  id: string;
  job?: string;
}

const STEPS: Readonly<Record<string, JobState["step"]>> = {
  queued: "waiting",
  waiting: "waiting",
  running: "working",
  working: "working",
  done: "done",
  failed: "failed",
  cancelled: "failed",
};

/** One recording on its way to minutes: uploaded, then analysed on the server; both can be watched and cancelled. */
export class RecordingJob {
  readonly state = new Signal<JobState>({ step: "waiting", done: 0, of: 0, recording: null, problem: null });
  private upload: XMLHttpRequest | null = null;
  private events: EventSource | null = null;
  private job: string | null = null;

  /** Sends a file. */
  send(file: File): void {
    const upload = new XMLHttpRequest();
    this.upload = upload;
    this.set({ step: "sending", done: 0, of: file.size });
    upload.upload.onprogress = (event) => this.set({ done: event.loaded, of: event.total });
    upload.onload = () => this.sent(upload);
    upload.onerror = () => this.fail(texts.errors.away);
    upload.onabort = () => this.fail(texts.errors.cancelled);
    upload.open("POST", "/api/recordings");
    const token = tokenFor("");
    if (token) upload.setRequestHeader("Authorization", `Bearer ${token}`);
    const form = new FormData();
    form.append("file", file);
    upload.send(form);
  }

  /** Watches a job that is already on the server. */
  watch(job: string, recording: string): void {
    this.job = job;
    this.set({ step: "waiting", done: 0, of: 0, recording });
    // The stream resumes by itself where it broke off; it ends when the job has ended.
    this.events = new EventSource(withToken(`/api/jobs/${encodeURIComponent(job)}/events`, ""));
    this.events.addEventListener("job", (event) => this.told(String(event.data)));
    this.events.onmessage = (event) => this.told(String(event.data));
  }

  cancel(): void {
    this.upload?.abort();
    if (this.job)
      void request(`/api/jobs/${encodeURIComponent(this.job)}`, "", { method: "DELETE" }).catch(
        () => undefined,
      );
    this.fail(texts.errors.cancelled);
  }

  /** Stops watching; the job goes on. */
  unwatch(): void {
    this.events?.close();
  }

  private set(change: Partial<JobState>): void {
    this.state.set({ ...this.state.value, ...change });
  }

  private sent(upload: XMLHttpRequest): void {
    this.upload = null;
    if (upload.status >= 300) {
      this.fail(explainStatus(upload.status, upload.responseText));
      return;
    }
    const accepted = JSON.parse(upload.responseText) as Accepted;
    this.watch(accepted.job ?? accepted.id, accepted.id);
  }

  private told(frame: string): void {
    const parsed = JSON.parse(frame) as Record<string, unknown>;
    const data = (parsed.type === "job" ? parsed.data : parsed) as Record<string, unknown>;
    const step = STEPS[String(data.state)] ?? "working";
    if (step === "failed") this.fail(String(data.error ?? data.detail ?? texts.errors.cancelled));
    else this.set({ step, done: Number(data.done ?? 0), of: Number(data.of ?? 0) });
    if (step === "done") this.events?.close();
  }

  private fail(problem: string): void {
    if (this.state.value.step === "failed" || this.state.value.step === "done") return;
    this.events?.close();
    this.set({ step: "failed", problem });
  }
}
