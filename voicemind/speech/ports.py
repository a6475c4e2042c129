"""What speech stages ask of models: requests, results, and the ports that answer them.

A stage never runs a slow model: it returns a request, and the shell gives the result back with
``accept``. Only a ``Vad`` is called directly, since it costs microseconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from voicemind.audio.frame import Samples
from voicemind.timeline.transcript import Word


class Vad(Protocol):
    """Voice activity detector of one track; keeps state from call to call."""

    window: int
    """Samples that each call takes."""

    def __call__(self, samples: Samples) -> float:
        """Return the probability of speech in ``window`` samples."""
        ...


@dataclass(frozen=True, slots=True)
class Piece:
    """A word of an interim with its token ids; ``text`` keeps its leading space."""

    text: str
    tokens: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Decode:
    """Ask for the words in ``samples``; ``deadline`` is meeting time in seconds.

    ``final`` asks for the best text with word times and must be answered; an interim may be
    dropped. ``prefix`` is what the text has to start with.
    """

    track: str
    utterance: int
    start: int  # sample of the meeting at which samples begin
    samples: Samples = field(repr=False)
    final: bool
    deadline: float
    prefix: tuple[Piece, ...] = ()
    language: str | None = None  # None: detect


@dataclass(frozen=True, slots=True, eq=False)
class Decoded:
    """The answer to a ``Decode``: ``words`` of a final in meeting time, ``pieces`` of an interim.

    Confidences are probabilities.
    """

    request: Decode
    text: str
    words: tuple[Word, ...] = ()
    pieces: tuple[Piece, ...] = ()
    confidence: float = 1.0
    language: str = ""
    language_confidence: float = 1.0


class Asr(Protocol):
    """Speech recogniser."""

    name: str
    """The model, as the minutes name it."""

    def transcribe(self, requests: Sequence[Decode]) -> list[Decoded]:
        """Answer each request, in order; a final's text does not depend on the others."""
        ...
