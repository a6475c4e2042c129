import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { parseMeeting } from "../document/parse";
import { Signal } from "../signal";
import { texts } from "../texts";
import { MeetingBadges } from "./status";

afterEach(cleanup);

function show(facts: Record<string, unknown>) {
  render(<MeetingBadges meeting={new Signal(parseMeeting(facts))} />);
}

it("says how far the transcript is behind", () => {
  show({ state: "ended", lag: 2.4, rung: 0 });
  expect(screen.getByText("Transcript 2 s behind").title).toBe(texts.meeting.rung(0));
});

it("says what is done less well while the server is busy", () => {
  show({ state: "ended", lag: 0.3, rung: 3 });
  expect(screen.getByText(texts.meeting.busy).title).toContain("sentences are heard less carefully");
});

it("says nothing of it while all is well", () => {
  show({ state: "ended", lag: 1.9, rung: 0 });
  expect(screen.queryByRole("status")).toBeNull();
});

it("knows no rung below the last", () => {
  expect(texts.meeting.rung(9)).toContain("a smaller model listens");
});
