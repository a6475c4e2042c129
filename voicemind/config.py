"""Settings, read once at the edge from flags and ``VOICEMIND_*`` variables."""

import os
from dataclasses import dataclass
from pathlib import Path


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
    """Silence that ends an utterance."""
    preroll: float = 0.3
    """Sound kept from before the first voiced window, so that the first word is whole."""
    tail: float = 0.2
    """Sound kept after the last voiced window."""
    shortest: float = 0.1
    """Voice that an utterance holds at least; less is a click."""
    longest: float = 15.0
    """Length at which an utterance is cut, at its quietest point after ``earliest_cut``."""
    earliest_cut: float = 10.0
    interim_interval: float | None = 0.7
    """New sound between two interims; None for none."""


@dataclass(frozen=True, slots=True)
class Config:
    """Settings of a meeting or a replay."""

    model: str = "auto"
    """A name of the registry, a directory, or auto: tiny.en for English, base for the rest."""
    language: str = "auto"
    """A language code, or auto: detected on each track."""
    workers: int = 2
    """Threads that run models."""
    max_wait: float = 10.0
    """Longest that an event waits for slower tracks before it leaves late, in seconds."""
    speech: SpeechConfig = SpeechConfig()


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
    link_days: float = 30.0
    """How long invitations are good."""
    sign_in_days: float = 90.0
    max_upload: int = 4 << 30
    spare_disk: int = 256 << 20
    """What an upload leaves free."""
    config: Config = Config()
