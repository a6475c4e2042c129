import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { People, PeopleContext } from "../people";
import { texts } from "../texts";
import type { Turn } from "../types";
import { Correctable, changes, SpeakerName, TurnText } from "./corrections";

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const turn: Turn = {
  id: "t1",
  start: 1,
  end: 2,
  speaker: "SPEAKER_00",
  text: "we meat today",
  track: "",
  confidence: 1,
};
const people = new People(
  ["SPEAKER_00", "SPEAKER_01"].map((id) => ({ id, name: id, present: true, microphone: true, heard: true })),
);

function show(status = 201) {
  const sent: unknown[] = [];
  const answer = status < 400 ? "{}" : JSON.stringify({ detail: "there is no such speaker" });
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    sent.push([path, JSON.parse(String(init.body))]);
    return new Response(answer, { status });
  });
  const onCorrected = vi.fn(async () => {});
  render(
    <PeopleContext.Provider value={people}>
      <Correctable path="/api/recordings/1/corrections" onCorrected={onCorrected}>
        <SpeakerName id="SPEAKER_00" name="SPEAKER_00" />
        <TurnText turn={turn} />
      </Correctable>
    </PeopleContext.Provider>,
  );
  return { sent, onCorrected };
}

it("renames a speaker", async () => {
  const { sent, onCorrected } = show();
  fireEvent.click(screen.getByLabelText(texts.replay.rename("SPEAKER_00")));
  fireEvent.change(screen.getByLabelText(texts.replay.name), { target: { value: " Maya " } });
  fireEvent.click(screen.getByText(texts.replay.save));
  await waitFor(() => expect(onCorrected).toHaveBeenCalled());
  expect(sent).toEqual([
    ["/api/recordings/1/corrections", { kind: "rename", target: "SPEAKER_00", value: "Maya" }],
  ]);
});

it("gives a turn to somebody else and corrects what was said", async () => {
  const { sent, onCorrected } = show();
  fireEvent.click(screen.getByLabelText(texts.replay.correct));
  fireEvent.change(screen.getByLabelText(texts.replay.speaker), { target: { value: "SPEAKER_01" } });
  fireEvent.change(screen.getByLabelText(texts.replay.text), { target: { value: "We meet today." } });
  fireEvent.click(screen.getByText(texts.replay.save));
  await waitFor(() => expect(onCorrected).toHaveBeenCalled());
  expect(sent.map((entry) => (entry as [string, { kind: string }])[1].kind)).toEqual(["reassign", "text"]);
});

it("sends nothing that is as it was", () => {
  expect(changes(turn, "SPEAKER_00", " we meat today ")).toEqual([]);
  const { sent } = show();
  fireEvent.click(screen.getByLabelText(texts.replay.correct));
  fireEvent.click(screen.getByText(texts.replay.cancel));
  expect(sent).toEqual([]);
  expect(screen.getByText("we meat today")).toBeTruthy();
});

it("says what the server refused", async () => {
  show(404);
  fireEvent.click(screen.getByLabelText(texts.replay.rename("SPEAKER_00")));
  fireEvent.change(screen.getByLabelText(texts.replay.name), { target: { value: "Maya" } });
  fireEvent.click(screen.getByText(texts.replay.save));
  expect((await screen.findByRole("alert")).textContent).toBe("there is no such speaker");
});
