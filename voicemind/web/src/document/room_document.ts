import { IndexeddbPersistence } from "y-indexeddb";
import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import type { Insight, MeetingFacts, Participant, Talk, Turn } from "../types";
import { AgendaList } from "./agenda";
import { ElementsBinding, type Scene } from "./elements";
import { parseInsight, parseMeeting, parseParticipants, parseTalk, parseTurn } from "./parse";
import { Roster } from "./presence";
import { SyncProvider } from "./provider";
import { Records, Whole } from "./records";
import { Verdicts } from "./verdicts";

// A browser may forbid its storage (private windows) without ever answering; the room does not wait for it.
const STORAGE_MS = 2000;

const byTime = (a: Turn | Insight, b: Turn | Insight) => a.start - b.start || (a.id < b.id ? -1 : 1);

/** The shared document of one room: every root as something to read and, where it is people's, to write. */
export class RoomDocument {
  readonly provider: SyncProvider;
  readonly turns: Records<Turn>;
  readonly insights: Records<Insight>;
  readonly talk: Whole<Talk>;
  readonly participants: Whole<readonly Participant[]>;
  readonly meeting: Whole<MeetingFacts>;
  readonly title: Whole<string>;
  readonly agenda: AgendaList;
  readonly verdicts: Verdicts;
  readonly roster: Roster;
  private readonly doc = new Y.Doc();
  private readonly awareness = new Awareness(this.doc);
  private storage: IndexeddbPersistence | null = null;

  /** `url`: where `/sync/{room}` is, token included. */
  constructor(url: string) {
    this.provider = new SyncProvider(url, this.doc, this.awareness);
    this.turns = new Records(this.doc.getMap("transcript"), parseTurn, byTime);
    this.insights = new Records(this.doc.getMap("insights"), parseInsight, byTime);
    this.talk = new Whole(this.doc.getMap("talk"), parseTalk);
    this.participants = new Whole(this.doc.getMap("meeting"), parseParticipants);
    this.meeting = new Whole(this.doc.getMap("meeting"), parseMeeting);
    this.title = new Whole(this.doc.getText("title"), String);
    this.agenda = new AgendaList(this.doc.getArray("agenda"));
    this.verdicts = new Verdicts(this.doc.getMap("verdicts"));
    this.roster = new Roster(this.awareness);
  }

  /** Reads what this browser kept under `name`, then goes on the network. */
  async open(name: string): Promise<void> {
    if ("indexedDB" in globalThis) {
      this.storage = new IndexeddbPersistence(name, this.doc);
      await Promise.race([this.storage.whenSynced, new Promise((done) => setTimeout(done, STORAGE_MS))]);
    }
    this.provider.connect();
  }

  bindScene(scene: Scene, writable: boolean): ElementsBinding {
    return new ElementsBinding(scene, this.doc.getMap("elements"), writable);
  }

  /** Replaces the title; only the part that differs is touched. */
  setTitle(title: string): void {
    const root = this.doc.getText("title");
    const before = root.toString();
    if (before === title) return;
    let start = 0;
    while (start < before.length && before[start] === title[start]) start += 1;
    let end = 0;
    const room = Math.min(before.length, title.length) - start;
    while (end < room && before.at(-1 - end) === title.at(-1 - end)) end += 1;
    this.doc.transact(() => {
      root.delete(start, before.length - start - end);
      root.insert(start, title.slice(start, title.length - end));
    });
  }

  async close(): Promise<void> {
    const { turns, insights, talk, participants, meeting, title, agenda } = this;
    for (const part of [turns, insights, talk, participants, meeting, title, agenda]) part.destroy();
    this.verdicts.destroy();
    this.roster.destroy();
    this.provider.destroy();
    this.awareness.destroy();
    await this.storage?.destroy();
    this.doc.destroy();
  }
}

/** Returns the name under which a document is kept in this browser; another history is another document. */
export function storageName(room: string, historyId: string): string {
  return `voicemind:${room}:${historyId}`;
}
