"""Settings, read once at the edge from flags and ``VOICEMIND_*`` variables."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from voicemind.errors import InputError


@dataclass(frozen=True, slots=True)
class SpeechConfig:
    """How sound becomes utterances; times in seconds, probabilities in [0, 1]."""

    start_probability: float = 0.5
    """Speech starts at this probability, and goes on until it falls under ``stop_probability``."""
    stop_probability: float = 0.35
    gate_hold: float = 0.3
    """How long the cheap gate stays open after the last sound that may be speech."""
    pause: float = 0.3
    """Silence that closes a stretch of voice activity (an inter-pausal unit)."""
    endpoint: float = 0.6
    """Silence that ends an utterance as long as it is no longer than ``patient``."""
    shortest_endpoint: float = 0.32
    """Silence that ends one of ``impatient`` seconds; between the two, proportionally."""
    patient: float = 3.0
    impatient: float = 8.0
    preroll: float = 0.3
    """Sound kept from before the first voiced window, so that the first word is whole."""
    tail: float = 0.2
    """Sound kept after the last voiced window."""
    shortest: float = 0.1
    """Voice that an utterance holds at least; less is a click."""
    longest: float = 15.0
    """Length at which an utterance is cut, at its quietest point after ``earliest_cut``."""
    earliest_cut: float = 14.0
    interim_interval: float | None = 0.7
    """New sound between two interims; None for none."""
    candidates: tuple[str, ...] = ()
    """The languages that a detected one is chosen from; none: any."""
    spoken: tuple[tuple[str, str], ...] = ()
    """Participants (id or name) and the language that each speaks; the others' is detected."""


@dataclass(frozen=True, slots=True)
class Config:
    """Settings of a meeting or a replay."""

    model: str = "auto"
    """A name of the registry, a directory, or auto: tiny.en for English, base for the rest."""
    language: str = "auto"
    """A language code, or auto: detected on each track."""
    asr: str = "whisper"
    """What recognises speech: whisper on this machine, or openai for a service at ``asr_url``."""
    asr_url: str = ""
    """Such as https://api.openai.com/v1; ``model`` is then the service's name of it, auto for whisper-1."""
    asr_key: str = field(default="", repr=False)
    asr_interims: bool = False
    """Whether a service is asked for interims too, which cost as much as finals."""
    diarizer: str = "auto"
    """Whether voices of a recording that people share are told apart: auto, or none."""
    speakers: int | None = None
    """How many people speak in it; None: estimated."""
    workers: int = 2
    """Threads that run models."""
    max_wait: float = 10.0
    """Longest that an event waits for slower tracks before it leaves late, in seconds."""
    speech: SpeechConfig = SpeechConfig()


@dataclass(frozen=True, slots=True)
class RoomConfig:
    """Settings of rooms."""

    record: bool = False
    """Whether recordings are kept, where a room does not say; otherwise sound is on disk until it is transcribed."""
    idle: float = 300.0
    """Seconds after which a meeting rests that everybody has left."""


def parse_languages(given: Sequence[str]) -> tuple[str, tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Read flags such as ``en``, ``en,de`` and ``Maya=de``.

    Return the one language or auto, those to choose from, and participants with theirs. InputError for what
    says nothing or contradicts itself.
    """
    spoken: dict[str, str] = {}
    general: list[str] = []
    for text in given:
        name, equals, code = (part.strip() for part in text.rpartition("="))
        codes = [part.strip().lower() for part in code.split(",")]
        if not all(codes) or (equals and (not name or len(codes) > 1)):
            raise InputError(f"--language {text!r} is not auto, a code, codes with commas, or NAME=CODE")
        if equals:
            spoken[name] = codes[0]
        else:
            general += codes
    if "auto" in general or not general:
        return "auto", tuple(code for code in general if code != "auto"), tuple(spoken.items())
    if len(general) == 1:
        return general[0], (), tuple(spoken.items())
    return "auto", tuple(general), tuple(spoken.items())


def default_data() -> Path:
    """Return VOICEMIND_HOME, or else voicemind in the user's data directory: where a server keeps its rooms."""
    if chosen := os.environ.get("VOICEMIND_HOME"):
        return Path(chosen).expanduser()
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "voicemind"


@dataclass(frozen=True, slots=True)
class ServeConfig:
    """Settings of a server; sizes in bytes."""

    data: Path
    """The folder for rooms, recordings, the owner key and the certificate."""
    host: str = "127.0.0.1"
    port: int = 8000
    """0 for any that is free."""
    open: bool = False
    """Whether everybody is an owner without a token; on loopback only."""
    tls: bool = False
    """Whether to serve https, with a certificate made for this machine unless one is given."""
    certificate: tuple[Path, Path] | None = None
    """Certificate and key, as PEM."""
    ice_addresses: tuple[str, ...] = ()
    """IP addresses that browsers are told to send sound to, instead of this machine's own."""
    ice_servers: tuple[str, ...] = ()
    """STUN and TURN servers: ``stun:host:port``, ``turn:user:password@host:port``."""
    origins: tuple[str, ...] = ()
    """Other origins whose pages may use this server, as ``https://host:port``."""
    requests_per_second: float = 100.0
    """That one visitor may send for long; more for a moment, half as many where they change something."""
    link_days: float = 30.0
    """How long invitations are good."""
    sign_in_days: float = 90.0
    max_upload: int = 4 << 30
    spare_disk: int = 256 << 20
    """What an upload leaves free."""
    config: Config = Config()
    room: RoomConfig = RoomConfig()
