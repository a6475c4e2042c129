"""Settings, read once at the edge from flags and ``VOICEMIND_*`` variables."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Self

from voicemind.errors import InputError

ASR_KEY = "VOICEMIND_ASR_KEY"
"""The environment variable with the key of a transcription service."""


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
    glossary: tuple[str, ...] = ()
    """Terms and names that may be said, so that they are spelled right."""
    hints: bool = True
    """Whether the recogniser is told the glossary, who is there and what is on the agenda."""


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
    voiceprints: str = ""
    """The folder with the voices that people gave to be recognised by; empty: nobody is."""
    heat: bool = True
    """Whether heated stretches are told at all."""
    documents: str = ""
    """The index of the team's documents, of which passages are suggested; empty: none are."""
    workers: int = 2
    """Threads that run models."""
    max_wait: float = 10.0
    """Longest that an event waits for slower tracks before it leaves late, in seconds."""
    speech: SpeechConfig = SpeechConfig()

    def to_json(self) -> str:
        """Return the settings as JSON, for another process; without the key, which is nobody else's to read."""
        return json.dumps({name: value for name, value in asdict(self).items() if name != "asr_key"})

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what ``to_json`` gave."""
        table = json.loads(text)
        speech = table.pop("speech")
        speech["candidates"] = tuple(speech["candidates"])
        speech["glossary"] = tuple(speech["glossary"])
        speech["spoken"] = tuple((who, language) for who, language in speech["spoken"])
        return cls(**table, speech=SpeechConfig(**speech))


@dataclass(frozen=True, slots=True)
class RoomConfig:
    """Settings of rooms."""

    record: bool = False
    """Whether recordings are kept, where a room does not say; otherwise sound is on disk until it is transcribed."""
    idle: float = 300.0
    """Seconds after which a meeting rests that everybody has left."""
    keep_days: float | None = None
    """Days after which sound is deleted; None: it stays until somebody deletes it."""


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


def read_glossary(path: Path) -> tuple[str, ...]:
    """Return the terms of a text file, one a line; empty lines and those that begin with # are left out.

    InputError for what is no text.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise InputError(f"{path}: the terms cannot be read ({error.strerror}); give a text file") from error
    except UnicodeDecodeError:
        raise InputError(f"{path}: the terms are not text in UTF-8; save them as plain text") from None
    return tuple(line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#"))


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
    llm_url: str = ""
    """A service with OpenAI's chat API that writes summaries; empty: they stay extractive."""
    llm_model: str = ""
    llm_key: str = field(default="", repr=False)
    config: Config = Config()
    room: RoomConfig = RoomConfig()
