import { useEffect, useRef, useState } from "react";
import { request } from "../api";
import { stopStream } from "./microphone";
import { useConsent } from "./use_consent";
import { VoiceLink, type VoiceState } from "./whip";

/** What a room needs to know of our voice. */
export interface Voice {
  state: VoiceState;
  problem: string | null;
  muted: boolean;
  hasMicrophone: boolean;
  /** The browser would not play sound without a click. */
  silenced: boolean;
  /** Whether the engine may hear us; null while that is being told to the server. */
  heard: boolean | null;
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
  const audio = useRef<HTMLAudioElement | null>(null);
  const joined = useRef<VoiceLink | null>(null);
  const consent = useConsent(room, participant, heard);
  const { wish } = consent;

  useEffect(() => {
    if (!("RTCPeerConnection" in window)) return;
    const player = new Audio();
    player.autoplay = true;
    audio.current = player;
    const link = new VoiceLink(
      () => `/whip/${encodeURIComponent(room)}?${new URLSearchParams({ name, participant, heard: wish() })}`,
      stream?.getAudioTracks()[0] ?? null,
      {
        request: (path, init) => request(path, room, init),
        ...(iceServers && { iceServers }),
        onRemote: (remote) => {
          player.srcObject = remote;
          player.play().then(
            () => setSilenced(false),
            () => setSilenced(true),
          );
        },
      },
    );
    const offState = link.state.subscribe(() => setState(link.state.value));
    const offProblem = link.problem.subscribe(() => setProblem(link.problem.value));
    joined.current = link;
    void link.start();
    const leave = () => link.close();
    window.addEventListener("pagehide", leave);
    return () => {
      window.removeEventListener("pagehide", leave);
      offState();
      offProblem();
      link.close();
      player.srcObject = null;
    };
  }, [room, name, participant, stream, iceServers, wish]);

  useEffect(() => {
    if (reachable) joined.current?.hurry();
  }, [reachable]);
  useEffect(() => {
    // While the server does not know yet that it must not listen, nobody hears us.
    for (const track of stream?.getAudioTracks() ?? []) track.enabled = !muted && consent.heard !== null;
  }, [stream, muted, consent.heard]);
  useEffect(() => () => stopStream(stream), [stream]);

  return {
    state,
    problem,
    muted,
    hasMicrophone: stream !== null,
    silenced,
    heard: consent.heard,
    refusal: consent.refusal,
    listen: consent.listen,
    forget: consent.forget,
    toggleMute: () => setMuted(!muted),
    playSound: () => void audio.current?.play().then(() => setSilenced(false)),
  };
}
