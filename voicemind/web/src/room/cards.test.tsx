import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import * as document_ from "../document/room_document";
import { People, PeopleContext } from "../people";
import { texts } from "../texts";
import type { Insight } from "../types";
import { coverageOf } from "./agenda";
import type { BoardHandle } from "./board";
import { InsightCard } from "./insight_card";
import { cards } from "./insights";
import { talkRows } from "./talk";

afterEach(cleanup);

const action: Insight = {
  id: "action:t4",
  kind: "action",
  state: "open",
  start: 34,
  end: 40,
  speaker: "p3",
  text: "Finish the guide",
  evidence: ["t4"],
  confidence: 0.88,
  data: { owner: "Priya", due: "2026-05-08" },
};

function show(insight: Insight, board: BoardHandle | null = null) {
  const room = new document_.RoomDocument("ws://nowhere/sync/r");
  const onQuote = vi.fn();
  const onReveal = vi.fn();
  const people = new People([{ id: "p3", name: "Priya", present: true, microphone: true, heard: true }]);
  const draw = () => (
    <PeopleContext.Provider value={people}>
      <InsightCard
        insight={insight}
        verdict={room.verdicts.records.get(insight.id) ?? {}}
        verdicts={room.verdicts}
        writable
        board={board}
        onReveal={onReveal}
        onQuote={onQuote}
      />
    </PeopleContext.Provider>
  );
  const view = render(draw());
  room.verdicts.records.list.subscribe(() => view.rerender(draw()));
  return { room, onQuote, onReveal, verdict: () => room.verdicts.records.get(insight.id) };
}

it("is accepted, done, dismissed and brought back", () => {
  const { verdict } = show(action);
  fireEvent.click(screen.getByText(texts.insights.accept));
  expect(verdict()?.status).toBe("confirmed");
  fireEvent.click(screen.getByLabelText(texts.insights.done));
  expect(verdict()?.status).toBe("done");
  fireEvent.click(screen.getByLabelText(texts.insights.dismiss));
  expect(verdict()?.status).toBe("dismissed");
  fireEvent.click(screen.getByText(texts.insights.restore));
  expect(verdict()?.status).toBeUndefined();
});

it("keeps only what was corrected", () => {
  const { verdict } = show(action);
  fireEvent.click(screen.getByLabelText(texts.insights.edit));
  fireEvent.change(screen.getByLabelText(texts.insights.text), {
    target: { value: "Finish the migration guide" },
  });
  fireEvent.click(screen.getByText(texts.save));
  expect(verdict()).toEqual({ id: action.id, text: "Finish the migration guide", status: "edited" });
  expect(screen.getByText("Finish the migration guide")).toBeTruthy();
});

it("changes nothing when nothing was corrected", () => {
  const { verdict } = show(action);
  fireEvent.click(screen.getByLabelText(texts.insights.edit));
  fireEvent.click(screen.getByText(texts.save));
  expect(verdict()).toBeUndefined();
});

it("shows where it was said and goes onto the board once", () => {
  const notes = new Set<string>();
  const board: BoardHandle = {
    noteOf: (insight) => (notes.has(`note:${insight}`) ? `note:${insight}` : null),
    reveal: () => undefined,
    pin: (insight) => {
      notes.add(`note:${insight}`);
      return `note:${insight}`;
    },
  };
  const { verdict, onQuote, onReveal } = show(action, board);
  fireEvent.click(screen.getByLabelText(texts.insights.evidence));
  expect(onQuote).toHaveBeenCalledWith("t4");
  fireEvent.click(screen.getByLabelText(texts.insights.pin));
  expect(verdict()).toMatchObject({ pinned: "note:action:t4", status: "confirmed" });
  fireEvent.click(screen.getByLabelText(texts.insights.pinned));
  expect(onReveal).toHaveBeenCalledWith("note:action:t4");
  expect(notes.size).toBe(1);
});

it("shows figures as figures, never as cards, and the latest first", () => {
  const kinds = ["coverage", "action", "balance", "decision"].map((kind) => ({ ...action, id: kind, kind }));
  expect(cards(kinds).map(({ kind }) => kind)).toEqual(["decision", "action"]);
  const coverage = {
    ...action,
    kind: "coverage",
    data: { item: "a1", coverage: 0.5, seconds: 30, status: "touched" },
  };
  expect(coverageOf([action, coverage])).toEqual(
    new Map([["a1", { coverage: 0.5, seconds: 30, status: "touched" }]]),
  );
});

it("has a bar for the silent, and for those who left only when they spoke", () => {
  const person = (id: string, present: boolean) => ({
    id,
    name: id.toUpperCase(),
    present,
    microphone: true,
    heard: true,
  });
  const talk = { shares: { b: 0.8, a: 0.2 }, seconds: { b: 8, a: 2 }, entropy: 0.7 };
  const rows = talkRows(talk, [
    person("a", true),
    person("b", false),
    person("quiet", true),
    person("gone", false),
  ]);
  expect(rows.map(({ id, share }) => [id, share])).toEqual([
    ["b", 0.8],
    ["a", 0.2],
    ["quiet", 0],
  ]);
});
