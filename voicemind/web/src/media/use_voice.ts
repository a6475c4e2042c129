import { useEffect, useRef, useState } from "react";
import { request } from "../api";
import { socketUrl, withToken } from "../session";
import { bringSound } from "./bring_sound";
import { Keeper } from "./keeper";
import { SoundDatabase } from "./kept_sound";
import type { VoiceState } from "./link";
import { stopStream } from "./microphone";
import { Route, type Way } from "./route";
import { SocketLink } from "./socket_link";
import { SoundSink } from "./sound_sink";
import { SoundSource } from "./sound_source";
import { useConsent } from "./use_consent";
import { VoiceLink } from "./whip";

/** What a room needs to know of our voice. */
export interface Voice {
  state: VoiceState;
  problem: string | null;
  muted: boolean;
  hasMicrophone: boolean;
  /** How the sound goes: directly, or over a socket because nothing else gets through. */
  way: Way;
  /** Nobody can be heard: the sound comes over a socket, and this browser cannot decode it. */
  deaf: boolean;
  /** The browser would not play sound without a click. */
  silenced: boolean;
  /** Whether the engine may hear us; null while that is being told to the server. */
  heard: boolean | null;
  /** Seconds of what we said that wait here for the connection; null while there is one. */
  kept: number | null;
  /** Why what we wished could not be done. */
  refusal: string | null;
  toggleMute: () => void;
  /** Lets the engine hear us from now on, or no more; the others hear us in any case. */
  listen: (heard: boolean) => void;
  /** Has deleted what was heard of us up to now. */
  forget: () => Promise<void>;
  playSound: () => void;
}

interface Entry {
  room: string;
  name: string;
  participant: string;
  stream: MediaStream | null;
  heard: boolean;
  iceServers?: RTCIceServer[];
  /** The server answers, as far as the rest of the page knows. */
  reachable: boolean;
}

/** Joins the room by voice for as long as the component lives; with no stream we only listen. */
export function useVoice({ room, name, participant, stream, heard, iceServers, reachable }: Entry): Voice {
  const [state, setState] = useState<VoiceState>("connecting");
  const [problem, setProblem] = useState<string | null>(null);
  const [muted, setMuted] = useState(false);
  const [silenced, setSilenced] = useState(false);
  const [way, setWay] = useState<Way>("direct");
  const [kept, setKept] = useState<number | null>(null);
  const keeping = useRef<Keeper | null>(null);
  const audio = useRef<HTMLAudioElement | null>(null);
  const joined = useRef<Route | null>(null);
  const consent = useConsent(room, participant, heard);
  const { wish } = consent;

  useEffect(() => {
    if (!("RTCPeerConnection" in window)) return;
    const player = new Audio();
    player.autoplay = true;
    audio.current = player;
    const place = encodeURIComponent(room);
    const page = crypto.randomUUID();
    const track = stream?.getAudioTracks()[0] ?? null;
    const source = track && SoundSource.open(track);
    const onRemote = (remote: MediaStream) => {
      player.srcObject = remote;
      player.play().then(
        () => setSilenced(false),
        () => setSilenced(true),
      );
    };
    const direct = () =>
      new VoiceLink(
        () => `/whip/${place}?${new URLSearchParams({ name, participant, page, heard: wish() })}`,
        track,
        { request: (path, init) => request(path, room, init), ...(iceServers && { iceServers }), onRemote },
      );
    const socket = () =>
      new SocketLink(
        () => {
          const query = { name, participant, page, heard: wish(), ...(track ? {} : { listen: "1" }) };
          return socketUrl(withToken(`/audio/${place}`, room, query));
        },
        source,
        { onRemote },
      );
    const keeper = new Keeper({
      room,
      participant,
      store: new SoundDatabase(),
      wished: () => wish() === "1",
      bring: (form, at, body) => bringSound({ room, participant }, form, at, body),
    });
    keeping.current = keeper;
    const offKept = keeper.kept.subscribe(() =>
      setKept(keeper.kept.value === null ? null : Math.floor(keeper.kept.value / 1000)),
    );
    source?.then(
      (opened) => keeper.follow(opened),
      () => undefined, // without sound of its own there is nothing to keep; WebRTC may work all the same
    );
    const link = new Route({ direct, socket });
    const offState = link.state.subscribe(() => {
      setState(link.state.value);
      if (link.state.value === "connected") void keeper.back();
      else if (link.state.value === "reconnecting") keeper.cut();
    });
    keeper.cut();
    const offProblem = link.problem.subscribe(() => setProblem(link.problem.value));
    const offWay = link.way.subscribe(() => setWay(link.way.value));
    joined.current = link;
    link.start();
    const leave = () => link.close();
    window.addEventListener("pagehide", leave);
    return () => {
      window.removeEventListener("pagehide", leave);
      offState();
      offProblem();
      offWay();
      offKept();
      source?.then(
        (opened) => opened.close(),
        () => undefined,
      );
      link.close();
      player.srcObject = null;
    };
  }, [room, name, participant, stream, iceServers, wish]);

  useEffect(() => {
    if (reachable) joined.current?.hurry();
  }, [reachable]);
  useEffect(() => {
    // While the server does not know yet that it must not listen, nobody hears us.
    const silent = muted || consent.heard === null;
    for (const track of stream?.getAudioTracks() ?? []) track.enabled = !silent;
    joined.current?.mute(silent);
  }, [stream, muted, consent.heard]);
  useEffect(() => () => stopStream(stream), [stream]);

  return {
    state,
    problem,
    muted,
    hasMicrophone: stream !== null,
    way,
    deaf: way === "socket" && !SoundSink.supported,
    silenced,
    heard: consent.heard,
    refusal: consent.refusal,
    listen: consent.listen,
    forget: async () => {
      await keeping.current?.forget();
      await consent.forget();
    },
    kept,
    toggleMute: () => setMuted(!muted),
    playSound: () => void audio.current?.play().then(() => setSilenced(false)),
  };
}
