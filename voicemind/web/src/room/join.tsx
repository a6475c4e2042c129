import { type FormEvent, type ReactElement, useEffect, useRef, useState } from "react";
import {
  listMicrophones,
  MicrophoneError,
  openMicrophone,
  stopStream,
  watchLevel,
} from "../media/microphone";
import { assignHues } from "../people";
import { rememberedName } from "../session";
import { texts } from "../texts";
import type { RoomInfo } from "../types";
import { Icon, Logo } from "../ui/icons";
import { Avatar, Notice } from "../ui/parts";
import type { Entry } from "./room_page";

interface JoinProps {
  info: RoomInfo;
  onJoin: (entry: Entry) => void;
}

/** The door: who you are, which microphone, and what happens with what is said. */
export function Join({ info, onJoin }: JoinProps): ReactElement {
  const [name, setName] = useState(rememberedName());
  const [heard, setHeard] = useState(true);
  const microphone = useMicrophone();
  const readOnly = info.role === "read";
  const here = (info.participants ?? []).filter((person) => person.present !== false);
  const hues = assignHues(here.map((person) => person.name));
  const trimmed = name.trim();

  const join = async (event: FormEvent) => {
    event.preventDefault();
    if (!trimmed) return;
    const stream = readOnly ? null : await microphone.open();
    if (stream || readOnly) onJoin({ name: trimmed, stream: readOnly ? null : microphone.hand(), heard });
  };
  const joinSilently = () => {
    microphone.close();
    onJoin({ name: trimmed, stream: null, heard });
  };

  return (
    <main className="door">
      <form className="card join" onSubmit={(event) => void join(event)}>
        <header className="join-head">
          <Logo />
          <div>
            <small>{texts.join.heading}</small>
            <h1>{info.title || texts.start.untitled}</h1>
          </div>
        </header>
        <p className="present">
          {here.length > 0 ? texts.join.present : texts.join.nobody}
          {here.map((person) => (
            <Avatar key={person.id} name={person.name} hue={hues.get(person.name) ?? 0} />
          ))}
        </p>
        <label className="field">
          <span>{texts.join.name}</span>
          <input
            // biome-ignore lint/a11y/noAutofocus: the one thing to fill in on this page
            autoFocus
            required
            maxLength={60}
            autoComplete="name"
            placeholder={texts.join.nameHint}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </label>
        {readOnly ? <Notice>{texts.join.readOnly}</Notice> : <MicrophoneField microphone={microphone} />}
        {!readOnly && (
          <label className="choice">
            <input type="checkbox" checked={heard} onChange={(event) => setHeard(event.target.checked)} />
            <span>
              {texts.consent.allow}
              <small>{texts.consent.allowNote}</small>
            </span>
          </label>
        )}
        <p className="consent">
          {texts.join.consent}
          {info.recording?.kept && <strong> {texts.join.recorded(info.recording.days ?? null)}</strong>}
        </p>
        <div className="row">
          <button type="submit" className="button primary" disabled={!trimmed || microphone.opening}>
            {!readOnly && <Icon name="mic" />}
            {readOnly ? texts.join.heading : texts.join.with}
          </button>
          {!readOnly && (
            <button type="button" className="button" disabled={!trimmed} onClick={joinSilently}>
              {texts.join.without}
            </button>
          )}
        </div>
      </form>
    </main>
  );
}

function MicrophoneField({ microphone }: { microphone: MicrophoneChoice }): ReactElement {
  const { stream, devices, device, problem } = microphone;
  return (
    <fieldset className="field microphone">
      <legend>{texts.join.microphone}</legend>
      {stream ? (
        <>
          <select
            aria-label={texts.join.microphone}
            value={device}
            onChange={(event) => void microphone.choose(event.target.value)}
          >
            {devices.map((found, i) => (
              <option key={found.deviceId} value={found.deviceId}>
                {found.label || texts.join.unnamed(i + 1)}
              </option>
            ))}
          </select>
          <Level stream={stream} />
          <small>{texts.join.speak}</small>
        </>
      ) : (
        <button
          type="button"
          className="button"
          disabled={microphone.opening}
          onClick={() => void microphone.open()}
        >
          <Icon name="mic" />
          {texts.join.turnOn}
        </button>
      )}
      {problem && <Notice tone="error">{texts.microphone[problem]}</Notice>}
    </fieldset>
  );
}

/** A bar as long as the voice is loud. It is drawn past React: fifteen times a second is too often for it. */
function Level({ stream }: { stream: MediaStream }): ReactElement {
  const meter = useRef<HTMLMeterElement>(null);
  useEffect(
    () =>
      watchLevel(stream, (level) => {
        if (meter.current) meter.current.value = level;
      }),
    [stream],
  );
  return <meter ref={meter} className="level" aria-label={texts.join.level} min={0} max={1} />;
}

interface MicrophoneChoice {
  stream: MediaStream | null;
  devices: readonly MediaDeviceInfo[];
  device: string;
  opening: boolean;
  problem: MicrophoneError["problem"] | null;
  open: () => Promise<MediaStream | null>;
  choose: (device: string) => Promise<void>;
  close: () => void;
  /** Gives the open stream away; it is not stopped when the form goes. */
  hand: () => MediaStream | null;
}

function useMicrophone(): MicrophoneChoice {
  const held = useRef<MediaStream | null>(null);
  const [stream, setStream] = useState<MediaStream | null>(null);
  const [devices, setDevices] = useState<readonly MediaDeviceInfo[]>([]);
  const [opening, setOpening] = useState(false);
  const [problem, setProblem] = useState<MicrophoneError["problem"] | null>(null);

  const keep = (fresh: MediaStream | null) => {
    if (held.current !== fresh) stopStream(held.current);
    held.current = fresh;
    setStream(fresh);
  };
  const acquire = async (deviceId: string): Promise<MediaStream | null> => {
    setOpening(true);
    setProblem(null);
    try {
      keep(await openMicrophone(deviceId));
      setDevices(await listMicrophones());
    } catch (error) {
      keep(null);
      setProblem(error instanceof MicrophoneError ? error.problem : "unsupported");
    } finally {
      setOpening(false);
    }
    return held.current;
  };
  useEffect(() => () => stopStream(held.current), []);

  return {
    stream,
    devices,
    device: stream?.getAudioTracks()[0]?.getSettings().deviceId ?? "",
    opening,
    problem,
    open: async () => held.current ?? acquire(""),
    choose: async (deviceId) => void (await acquire(deviceId)),
    close: () => keep(null),
    hand: () => {
      const given = held.current;
      held.current = null;
      return given;
    },
  };
}
