"""What speech stages ask of models: requests, results, and the ports that answer them.

A stage never runs a slow model: it returns a request, and the shell gives the result back with
``accept``. Only a ``Vad`` is called directly, since it costs microseconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

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
    """A word of an interim with its token ids; ``text`` keeps its leading space, ``end`` is in meeting time."""

    text: str
    tokens: tuple[int, ...]
    end: float | None = field(default=None, compare=False)  # seconds; None unless it was asked for


@dataclass(frozen=True, slots=True, eq=False)
class Decode:
    """Ask for the words in ``samples``; ``deadline`` is meeting time in seconds.

    ``final`` asks for the best text with word times and must be answered; an interim may be
    dropped. ``prefix`` is what the text has to start with; of an interim, ``before`` is what was
    agreed to be said up to the samples, and ``timed`` asks for the ends of the words in them.
    """

    track: str
    utterance: int
    start: int  # sample of the meeting at which samples begin
    samples: Samples = field(repr=False)
    final: bool
    deadline: float
    prefix: tuple[Piece, ...] = ()
    language: str | None = None  # None: detect
    languages: tuple[tuple[str, float], ...] = ()  # how likely each is, as heard so far; none: any
    voice: float = 1.0  # highest probability of speech in the samples
    seconds: float | None = None  # from the first to the last voice in them; None: all
    beam: int | None = None  # of a final; None: the recogniser's own
    before: tuple[Piece, ...] = ()
    timed: bool = False
    hints: tuple[str, ...] = ()  # terms that may be said, the most useful first


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
    languages: tuple[tuple[str, float], ...] = ()  # what was detected, the likeliest first; none: nothing was


class Asr(Protocol):
    """Speech recogniser."""

    name: str
    """The model, as the minutes name it."""

    def transcribe(self, requests: Sequence[Decode]) -> list[Decoded]:
        """Answer each request, in order; a final's text does not depend on the others."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Localize:
    """Ask who speaks when inside one window of a sound that people share; ``deadline`` is meeting time.

    Of whom a vector is wanted: of all, or of those who speak in its last ``fresh`` seconds, from what they said last.
    """

    track: str
    start: int  # sample of the meeting at which samples begin
    samples: Samples = field(repr=False)
    deadline: float
    fresh: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Localized:
    """The speakers of one window: ``activity`` is frames x speakers, a frame each 16.875 ms.

    A speaker's vector has unit length, and is None where too little is heard of them; ``seconds`` is
    how much of their speech is theirs alone.
    """

    request: Localize
    activity: NDArray[np.bool_] = field(repr=False)
    vectors: tuple[NDArray[np.float32] | None, ...] = field(repr=False)
    seconds: tuple[float, ...]


class LocalDiarizer(Protocol):
    """Tells the speakers of a window apart, and how each sounds."""

    def localize(self, requests: Sequence[Localize]) -> list[Localized]:
        """Answer each request, in order."""
        ...
