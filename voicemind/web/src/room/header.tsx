import { type ReactElement, useEffect, useState } from "react";
import { download } from "../api";
import type { RoomDocument } from "../document/room_document";
import { useQuality } from "../media/use_quality";
import type { Voice } from "../media/use_voice";
import { usePeople } from "../people";
import { useSignal } from "../signal";
import { texts } from "../texts";
import type { RoomInfo } from "../types";
import { Icon, Logo } from "../ui/icons";
import { Avatar, CopyRow, IconButton, Menu } from "../ui/parts";
import { MeetingBadges, SyncBadge } from "./status";

interface HeaderProps {
  info: RoomInfo;
  document: RoomDocument;
  voice: Voice;
  writable: boolean;
  quiet: boolean;
  onQuiet: (quiet: boolean) => void;
  panelOpen: boolean;
  onTogglePanel: () => void;
  onLeave: () => void;
}

/** The bar on top: what this is, whether all is saved, who is here, and our voice. */
export function Header(props: HeaderProps): ReactElement {
  const { info, document, voice, writable, quiet, onQuiet, panelOpen, onTogglePanel, onLeave } = props;
  return (
    <header className="bar">
      <Logo />
      <Title document={document} fallback={info.title} writable={writable} />
      <SyncBadge document={document} writable={writable} />
      <MeetingBadges meeting={document.meeting.value} />
      <span className="spacer" />
      <Here document={document} room={info.room} />
      <VoiceButton voice={voice} />
      {voice.hasMicrophone && <ConsentMenu voice={voice} />}
      <Invite info={info} />
      <Menu icon="download" label={texts.room.download}>
        <Downloads
          path={`/api/rooms/${encodeURIComponent(info.room)}/minutes`}
          place={info.room}
          name={info.room}
        />
      </Menu>
      <IconButton
        icon="quiet"
        label={quiet ? texts.quiet.off : texts.quiet.on}
        pressed={quiet}
        onClick={() => onQuiet(!quiet)}
      />
      <IconButton
        icon="panel"
        className="wide-only"
        label={panelOpen ? texts.room.hidePanel : texts.room.showPanel}
        pressed={panelOpen}
        onClick={onTogglePanel}
      />
      <button type="button" className="button danger" onClick={onLeave}>
        <Icon name="leave" />
        <span className="wide-only">{texts.room.leave}</span>
        <span className="narrow-only visually-hidden">{texts.room.leave}</span>
      </button>
    </header>
  );
}

function Title({
  document,
  fallback,
  writable,
}: {
  document: RoomDocument;
  fallback: string;
  writable: boolean;
}): ReactElement {
  const title = useSignal(document.title.value);
  const [draft, setDraft] = useState<string | null>(null);
  useEffect(() => {
    if (title) window.document.title = `${title} · ${texts.product}`;
  }, [title]);
  const commit = () => {
    if (draft?.trim()) document.setTitle(draft.trim());
    setDraft(null);
  };
  const shown = title || fallback || texts.start.untitled;
  return (
    <>
      <h1 className="visually-hidden">{shown}</h1>
      <input
        className="title"
        aria-label={texts.room.title}
        value={draft ?? shown}
        readOnly={!writable}
        maxLength={200}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === "Enter") event.currentTarget.blur();
          if (event.key === "Escape") setDraft(null);
        }}
      />
    </>
  );
}

const SHOWN = 5;

/** Everybody who is here, with a page or by voice alone; who has both is shown once. */
function Here({ document, room }: { document: RoomDocument; room: string }): ReactElement {
  const present = useSignal(document.roster.people);
  const people = usePeople();
  const pages = present.map(({ client, name, me, away }) => ({ key: String(client), name, me, away }));
  const named = new Set(present.map(({ name }) => name));
  const voices = people.participants
    .filter((person) => person.present && !named.has(person.name))
    .map(({ id, name }) => ({ key: id, name, me: false, away: false }));
  const unheard = new Set(people.participants.filter((person) => !person.heard).map(({ name }) => name));
  const qualities = useQuality(room);
  const title = (name: string, me: boolean, away: boolean) => {
    const quality = qualities.get(name);
    return [
      name,
      me && `(${texts.talk.me})`,
      away && `– ${texts.room.elsewhere}`,
      unheard.has(name) && `– ${texts.consent.unheardOf}`,
      quality && `– ${texts.room.quality(quality.loss, quality.jitter)}`,
    ]
      .filter(Boolean)
      .join(" ");
  };
  const all = [...pages, ...voices];
  const more = all.slice(SHOWN);
  return (
    <ul className="avatars" aria-label={texts.room.people}>
      {all.slice(0, SHOWN).map(({ key, name, me, away }) => (
        <li key={key} className={`${qualities.get(name)?.poor ? "poor" : ""} ${away ? "away" : ""}`}>
          <Avatar name={name} hue={people.hue(name)} title={title(name, me, away)} />
          {unheard.has(name) && <Icon name="earOff" />}
        </li>
      ))}
      {more.length > 0 && (
        <li className="more" title={more.map(({ name }) => name).join(", ")}>
          +{more.length}
        </li>
      )}
    </ul>
  );
}

function VoiceButton({ voice }: { voice: Voice }): ReactElement {
  const bySocket = voice.way === "socket" ? texts.room.bySocket : undefined;
  const note = {
    connecting: texts.room.connecting,
    reconnecting: texts.room.reconnecting,
    connected: bySocket,
  }[voice.state as string];
  if (!voice.hasMicrophone) {
    return (
      <span className={`badge listening ${voice.state}`} title={note}>
        <Icon name="ear" /> <span className="wide-only">{texts.room.listening}</span>
      </span>
    );
  }
  const label = voice.muted ? texts.room.unmute : texts.room.mute;
  return (
    <button
      type="button"
      className={`button voice ${voice.muted ? "muted" : ""} ${voice.state} by-${voice.way}`}
      aria-pressed={voice.muted}
      title={note ?? label}
      onClick={voice.toggleMute}
    >
      <Icon name={voice.muted ? "micOff" : "mic"} />
      <span className="wide-only">{label}</span>
      <span className="narrow-only visually-hidden">{label}</span>
    </button>
  );
}

/** Whether what we say is transcribed, and what becomes of what was. */
export function ConsentMenu({ voice }: { voice: Voice }): ReactElement {
  const { heard } = voice;
  const [asked, setAsked] = useState(false);
  const forget = () => {
    if (asked) void voice.forget();
    setAsked(!asked);
  };
  return (
    <Menu icon={heard ? "ear" : "earOff"} label={heard ? texts.consent.heard : texts.consent.unheard}>
      {(close) => (
        <>
          <p className="hint">{heard ? texts.consent.heardNote : texts.consent.unheardNote}</p>
          <button
            type="button"
            className="menu-item"
            disabled={heard === null}
            onClick={() => {
              // Before it is disabled: whether a disabled button keeps the focus is up to the browser,
              // and with it whether the menu stays open.
              close();
              voice.listen(!heard);
            }}
          >
            {heard ? texts.consent.stop : texts.consent.go}
          </button>
          <button type="button" className="menu-item" onClick={forget}>
            {asked ? texts.consent.forgetNow : texts.consent.forget}
          </button>
        </>
      )}
    </Menu>
  );
}

function Invite({ info }: { info: RoomInfo }): ReactElement | null {
  const roles = (["write", "comment", "read"] as const).filter((role) => info.links?.[role]);
  if (roles.length === 0) return null;
  return (
    <Menu icon="link" label={texts.room.invite}>
      {roles.map((role) => (
        <CopyRow
          key={role}
          label={texts.links[role]}
          value={new URL(info.links?.[role] ?? "", location.origin).href}
        />
      ))}
      <p className="hint">{texts.links.note}</p>
    </Menu>
  );
}

/** One entry a format; the server writes them all. */
export function Downloads({
  path,
  place,
  name,
}: {
  path: string;
  place: string;
  name: string;
}): ReactElement {
  const [problem, setProblem] = useState<string | null>(null);
  const save = (format: string) => {
    setProblem(null);
    download(`${path}?format=${format}`, place, `${name}.${format}`).catch((error: Error) =>
      setProblem(error.message),
    );
  };
  return (
    <>
      {Object.entries(texts.download).map(([format, label]) => (
        <button key={format} type="button" className="menu-item" onClick={() => save(format)}>
          <span>{label}</span>
          <small>.{format}</small>
        </button>
      ))}
      {problem && <p className="hint">{problem}</p>}
    </>
  );
}
