"""What changes where a topic begins: figures for a turn, from five minutes before it to half a minute after it.

After TextTiling (Hearst 1997): what was said before is compared with what is said after, here by
meaning, by words and by who speaks; to that come cue phrases, pauses, and whether the chair begins.
"""

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from voicemind.insight.cues import CUES
from voicemind.insight.phrases import content
from voicemind.insight.vectors import Vector, weighted
from voicemind.timeline.transcript import Turn

AHEAD = 30.0  # seconds after a turn's beginning that are looked at
PAST = 300.0  # seconds before it
SHORTEST = 4  # words; a shorter turn begins no topic
_SPANS = (30.0, 90.0)
_MEANING = (30.0, 60.0, 120.0, 240.0)
_NEIGHBOURS = 2
_LONGEST = 40  # words of a turn that count
_EARLY = 180.0  # seconds in which a meeting gets going

NAMES = (
    *(f"{where}{cue}" for cue in CUES for where in ("", "before ", "after ")),
    "pause", "silence", "words", "chair", "share", "new speaker", "minutes", "early",
    *(
        f"{what} {span:.0f}"
        for span in _SPANS
        for what in ("speakers", "top before", "top after", "turns before", "turns after")
    ),
    *(f"{what} {span}" for span in (30, 60) for what in ("new words", "same words")),
)  # fmt: skip
MEANING = (*(f"meaning {span:.0f}" for span in _MEANING), *(f"meaning {span:.0f} of late" for span in _MEANING))


@dataclass(slots=True, order=True)
class Spoken:
    """A turn with what is compared of it; ordered by start."""

    start: float
    id: str
    turn: Turn = field(compare=False)
    stems: frozenset[str] = field(compare=False)
    words: int = field(compare=False)
    opens: bool = field(compare=False, default=False)
    vector: Vector | None = field(compare=False, default=None)
    """Of the turn, by its words."""
    cues: npt.NDArray[np.float64] | None = field(compare=False, default=None)
    meaning: npt.NDArray[np.float64] | None = field(compare=False, default=None)

    @classmethod
    def of(cls, turn: Turn, opens: bool = False) -> "Spoken":
        """Take what is compared from a turn."""
        stems = frozenset(content(turn.text))
        return cls(turn.segment.start, turn.id, turn, stems, len(turn.text.split()), opens, weighted(turn))

    @property
    def candidate(self) -> bool:
        """Whether it can begin a topic."""
        return self.words >= SHORTEST

    def has(self) -> npt.NDArray[np.float64]:
        """Return which cues it holds, as 0 and 1."""
        if self.cues is None:
            text = self.turn.text
            found = [
                pattern.match(text) if name in _AT_START else pattern.search(text) for name, pattern in CUES.items()
            ]
            self.cues = np.array([float(match is not None) for match in found])
        return self.cues


_AT_START = frozenset({"onward", "so", "okay", "agree"})


@dataclass(frozen=True, slots=True)
class Talkers:
    """Who spoke how many words so far, and who most in the first two minutes."""

    words: Mapping[str, int]
    chair: str


def boundary_features(spoken: Sequence[Spoken], place: int, talkers: Talkers) -> npt.NDArray[np.float64]:
    """Return ``NAMES`` and, where there are vectors, ``MEANING`` for the turn at ``place`` of ``spoken``."""
    known = spoken[place]
    low = bisect_left(spoken, known.start - PAST, key=lambda s: s.start)
    high = bisect_left(spoken, known.start + AHEAD, key=lambda s: s.start)
    before, after = spoken[low:place], spoken[place:high]
    meaning = _meaning(known, before, after)
    values = [*_cues(known, before, after), *_situation(known, before, talkers)]
    for span in _SPANS:
        values += _speakers(_since(before, known.start - span), after)
    said = set().union(*(s.stems for s in before))
    coming = set().union(*(s.stems for s in after))
    for span in (30.0, 60.0):
        near = set().union(*(s.stems for s in _since(before, known.start - span)))
        values += [len(coming - said) / max(len(coming), 3), len(coming & near) / max(min(len(coming), len(near)), 3)]
    return np.array([*values, *meaning])


def _since(before: Sequence[Spoken], time: float) -> Sequence[Spoken]:
    return before[bisect_left(before, time, key=lambda s: s.start) :]


def _cues(known: Spoken, before: Sequence[Spoken], after: Sequence[Spoken]) -> list[float]:
    """Cues of the turn, and how many of its neighbours on either side have them."""
    earlier = [s.has() for s in before[-12:] if s.candidate][-_NEIGHBOURS:]
    later = [s.has() for s in after[1:12] if s.candidate][:_NEIGHBOURS]
    none = np.zeros(len(CUES))
    sides = [known.has(), sum(earlier, none) / _NEIGHBOURS, sum(later, none) / _NEIGHBOURS]
    return [float(v) for v in np.stack(sides, axis=1).ravel()]


def _situation(known: Spoken, before: Sequence[Spoken], talkers: Talkers) -> list[float]:
    silence, until = 0.0, -math.inf
    for s in before:
        if s.start >= known.start - 15.0 and until > -math.inf:
            silence += max(0.0, s.start - until)
        until = max(until, s.turn.segment.end)
    pause = min(10.0, max(-3.0, known.start - until)) if before else 0.0
    speaker = known.turn.speaker
    return [
        pause,
        silence + max(0.0, pause),
        min(_LONGEST, known.words),
        float(speaker == talkers.chair),
        talkers.words.get(speaker, 0) / max(1, sum(talkers.words.values())),
        float(not before or before[-1].turn.speaker != speaker),
        known.start / 60,
        float(known.start < _EARLY),
    ]


def _speakers(before: Sequence[Spoken], after: Sequence[Spoken]) -> list[float]:
    """How different the speakers are (total variation), how much the first of them speaks, how many turns."""
    left, right = _by_speaker(before), _by_speaker(after)
    a, b = max(1, left.total()), max(1, right.total())
    shift = sum(abs(left[s] / a - right[s] / b) for s in {*left, *right}) / 2
    top = [max(words.values(), default=0) / total for words, total in ((left, a), (right, b))]
    return [shift, *top, float(len(before)), float(len(after))]


def _by_speaker(spoken: Sequence[Spoken]) -> Counter[str]:
    words: Counter[str] = Counter()
    for s in spoken:
        words[s.turn.speaker] += s.words
    return words


def _meaning(known: Spoken, before: Sequence[Spoken], after: Sequence[Spoken]) -> list[float]:
    """Cosines of what was said in some times before with what follows, and how they differ from those of late."""
    coming = _sum(after)
    if coming is None:
        return []
    cosines = np.zeros(len(_MEANING))
    total, until = np.zeros_like(coming), len(before)
    for n, span in enumerate(_MEANING):
        since = bisect_left(before, known.start - span, key=lambda s: s.start)
        more = _sum(before[since:until])
        total, until = (total if more is None else total + more), since
        cosines[n] = _cosine(total, coming)
    known.meaning = cosines
    late = [s.meaning for s in before if s.meaning is not None]
    mean = np.mean([*late, cosines], axis=0)
    return [*cosines, *(cosines - mean)]


def _sum(spoken: Sequence[Spoken]) -> Vector | None:
    vectors = [s.vector for s in spoken if s.vector is not None]
    return np.sum(vectors, axis=0, dtype=np.float32) if vectors else None


def _cosine(left: Vector, right: Vector) -> float:
    return float(left @ right) / (float(np.linalg.norm(left)) * float(np.linalg.norm(right)) + 1e-6)
