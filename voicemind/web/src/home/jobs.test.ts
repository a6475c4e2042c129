import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { texts } from "../texts";
import { RecordingJob } from "./jobs";

class TestRequest {
  static last: TestRequest;
  upload: { onprogress: ((event: { loaded: number; total: number }) => void) | null } = { onprogress: null };
  onload: (() => void) | null = null;
  onerror: (() => void) | null = null;
  onabort: (() => void) | null = null;
  status = 0;
  responseText = "";
  body: FormData | null = null;
  constructor() {
    TestRequest.last = this;
  }
  open() {}
  setRequestHeader() {}
  send(body: FormData) {
    this.body = body;
  }
  abort() {
    this.onabort?.();
  }
  answer(status: number, body: unknown) {
    this.status = status;
    this.responseText = JSON.stringify(body);
    this.onload?.();
  }
}

class TestEvents {
  static last: TestEvents;
  onmessage: ((event: { data: string }) => void) | null = null;
  closed = false;
  private named: ((event: { data: string }) => void) | null = null;
  constructor(readonly url: string) {
    TestEvents.last = this;
  }
  addEventListener(_name: string, listener: (event: { data: string }) => void) {
    this.named = listener;
  }
  close() {
    this.closed = true;
  }
  job(data: unknown) {
    this.named?.({ data: JSON.stringify(data) });
  }
}

const requests: [string, string][] = [];

beforeEach(() => {
  vi.stubGlobal("XMLHttpRequest", TestRequest);
  vi.stubGlobal("EventSource", TestEvents);
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    requests.push([init.method ?? "GET", path]);
    return new Response("{}");
  });
  requests.length = 0;
});
afterEach(() => vi.unstubAllGlobals());

const sent = () => {
  const job = new RecordingJob();
  job.send(new File(["sound"], "board.mp3"));
  return job;
};

it("goes from sending to done", () => {
  const job = sent();
  expect(TestRequest.last.body?.get("file")).toMatchObject({ name: "board.mp3" });
  TestRequest.last.upload.onprogress?.({ loaded: 3, total: 5 });
  expect(job.state.value).toMatchObject({ step: "sending", done: 3, of: 5 });
  TestRequest.last.answer(202, { id: "rec", job: "j1" });
  expect(TestEvents.last.url).toContain("/api/jobs/j1/events");
  TestEvents.last.job({ id: "j1", state: "running", done: 60, of: 600 });
  expect(job.state.value).toMatchObject({ step: "working", done: 60, of: 600 });
  TestEvents.last.job({ seq: 9, type: "job", data: { id: "j1", state: "done", done: 600, of: 600 } });
  expect(job.state.value).toMatchObject({ step: "done", recording: "rec" });
  expect(TestEvents.last.closed).toBe(true);
});

it("tells in the server's words why a file was refused", () => {
  const job = sent();
  TestRequest.last.answer(422, {
    title: "Unreadable",
    detail: "notes.txt holds no sound; bring an audio or video file",
  });
  expect(job.state.value).toMatchObject({
    step: "failed",
    problem: "notes.txt holds no sound; bring an audio or video file",
  });
});

it("can be cancelled while it is sent and while it is worked on", () => {
  const sending = sent();
  sending.cancel();
  expect(sending.state.value).toMatchObject({ step: "failed", problem: texts.errors.cancelled });
  expect(requests).toEqual([]);
  const working = sent();
  TestRequest.last.answer(202, { id: "rec", job: "j2" });
  working.cancel();
  expect(requests).toEqual([["DELETE", "/api/jobs/j2"]]);
  expect(TestEvents.last.closed).toBe(true);
});
