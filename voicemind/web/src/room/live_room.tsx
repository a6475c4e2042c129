import { lazy, type ReactElement, Suspense, useEffect, useMemo, useState } from "react";
import { RoomDocument, storageName } from "../document/room_document";
import { RoomEvents } from "../events";
import { useVoice } from "../media/use_voice";
import { People, PeopleContext } from "../people";
import { keepQuiet, participantId, socketUrl, wantsQuiet, withToken } from "../session";
import { useSignal } from "../signal";
import { texts } from "../texts";
import type { RoomInfo } from "../types";
import { Boundary, Notice } from "../ui/parts";
import { useVisible } from "../visibility";
import type { BoardHandle } from "./board";
import { Header } from "./header";
import { Panel, type PanelTab, panelTabs, Tabs } from "./panel";
import type { Entry } from "./room_page";
import { mayWrite, Standing } from "./standing";

const Board = lazy(() => import("./board"));

interface LiveRoomProps {
  info: RoomInfo;
  entry: Entry;
  onLeave: () => void;
}

/** Opens the room's document and events, then shows the room. */
export function LiveRoom(props: LiveRoomProps): ReactElement {
  const { info, entry } = props;
  const [parts, setParts] = useState<{ document: RoomDocument; events: RoomEvents } | null>(null);
  useEffect(() => {
    const participant = participantId();
    const place = encodeURIComponent(info.room);
    const document = new RoomDocument(
      socketUrl(withToken(`/sync/${place}`, info.room, { ack: "1", participant })),
    );
    const events = new RoomEvents(socketUrl(withToken(`/events/${place}`, info.room, { participant })));
    document.roster.introduce(entry.name);
    void document.open(storageName(info.room, info.history_id));
    setParts({ document, events });
    return () => {
      events.close();
      void document.close();
    };
  }, [info.room, info.history_id, entry.name]);
  return parts ? <Room {...props} {...parts} /> : <p className="waiting">{texts.loading}</p>;
}

interface RoomProps extends LiveRoomProps {
  document: RoomDocument;
  events: RoomEvents;
}

type View = PanelTab | "board";

function Room({ info, entry, onLeave, document, events }: RoomProps): ReactElement {
  const participants = useSignal(document.participants.value);
  const present = useSignal(document.roster.names);
  const sync = useSignal(document.provider.state);
  const { recorded } = useSignal(document.meeting.value);
  const reachable = sync.link === "online";
  useEffect(() => {
    if (reachable) events.connect();
  }, [reachable, events]);
  const people = useMemo(() => new People(participants, present), [participants, present]);
  const voice = useVoice({
    room: info.room,
    name: entry.name,
    participant: participantId(),
    stream: entry.stream,
    heard: entry.heard,
    reachable,
    ...(info.ice_servers && { iceServers: info.ice_servers }),
  });
  const [board, setBoard] = useState<BoardHandle | null>(null);
  const [view, setView] = useState<View>("board");
  const [tab, setTab] = useState<PanelTab>("transcript");
  const [panelOpen, setPanelOpen] = useState(true);
  const [quiet, setQuiet] = useState(wantsQuiet);
  const decided = useSignal(events.role);
  const writable = mayWrite(decided === undefined ? info.role : decided) && !sync.denied;
  useEffect(() => {
    if (decided && mayWrite(decided)) document.provider.welcome();
  }, [decided, document]);

  const visible = useVisible();
  useEffect(() => document.roster.hide(!visible), [document, visible]);

  const show = (next: View) => {
    setView(next);
    if (next !== "board") {
      setTab(next);
      setPanelOpen(true);
    }
  };
  const onBoard = (id: string) => {
    setView("board");
    board?.reveal(id);
  };

  return (
    <PeopleContext.Provider value={people}>
      <div
        className={`room view-${view === "board" ? "board" : "panel"} ${panelOpen ? "" : "panel-closed"} ${recorded ? "recorded" : ""} ${quiet ? "quiet" : ""}`}
      >
        <Header
          info={info}
          document={document}
          voice={voice}
          writable={writable}
          quiet={quiet}
          onQuiet={(wanted) => {
            keepQuiet(wanted);
            setQuiet(wanted);
          }}
          panelOpen={panelOpen}
          onTogglePanel={() => setPanelOpen(!panelOpen)}
          onLeave={onLeave}
        />
        <div className="room-notices">
          <Standing decided={decided} invited={info.role} />
          {sync.reason && decided !== null && <Stopped code={sync.reason.code} text={sync.reason.text} />}
          {voice.state === "reconnecting" && (
            <Notice tone="warn">
              {texts.room.reconnecting} {voice.kept ? texts.room.kept(voice.kept) : null}
            </Notice>
          )}
          {voice.deaf && <Notice tone="warn">{texts.room.deaf}</Notice>}
          {voice.problem && decided !== null && (
            <Notice tone="error">
              {texts.room.voiceRefused}
              {voice.problem}
            </Notice>
          )}
          {voice.refusal && (
            <Notice tone="error">
              {texts.consent.refused}
              {voice.refusal}
            </Notice>
          )}
          {voice.silenced && (
            <Notice tone="warn">
              {texts.room.silenced}{" "}
              <button type="button" className="button" onClick={voice.playSound}>
                {texts.room.play}
              </button>
            </Notice>
          )}
        </div>
        <main className="board" aria-label={texts.room.board}>
          <Boundary>
            <Suspense fallback={<p className="waiting">{texts.loading}</p>}>
              <Board document={document} writable={writable} onReady={setBoard} />
            </Suspense>
          </Boundary>
        </main>
        <Panel
          document={document}
          events={events}
          writable={writable}
          quiet={quiet}
          tab={tab}
          onTab={show}
          board={board}
          onReveal={onBoard}
        />
        <Tabs
          className="bottom-tabs"
          current={view}
          tabs={["board", ...panelTabs(false, quiet)]}
          document={document}
          onChoose={show}
        />
      </div>
    </PeopleContext.Provider>
  );
}

function Stopped({ code, text }: { code: number; text: string }): ReactElement {
  const known: Record<number, string> = {
    4400: texts.room.garbled,
    4401: texts.errors.expired,
    4403: texts.errors.forbidden,
    4404: texts.errors.missing,
    4409: texts.room.moved,
  };
  return (
    <Notice tone="error">
      {known[code] ?? (text || texts.room.stopped)}{" "}
      <button type="button" className="button" onClick={() => location.reload()}>
        {texts.errors.reload}
      </button>
    </Notice>
  );
}
