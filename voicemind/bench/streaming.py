"""How a text came to be shown: latency of each word, flicker, and the longest wait, from a log of what was shown.

The reader's side alone, so that ours and any peer's are measured alike.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from voicemind.bench.alignment import align
from voicemind.bench.wording import normalised

MERGE = 0.6  # seconds of silence that are no pause
SOON = 0.3  # seconds by which a word's time may be wrong: it cannot be shown before it is said

FINAL_P95, INTERIM_P95, GAP = 2.0, 3.0, 5.0  # seconds within which a stream keeps up


@dataclass(frozen=True, slots=True)
class TimedWord:
    """A word of the reference, normalised, with the seconds between which it is said."""

    text: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Shown:
    """What a reader saw from ``at`` on, in seconds since the stream began: words that stay, and words that may not."""

    at: float
    settled: tuple[str, ...]
    tail: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ended:
    """An utterance that ended at ``end``, whose final came at ``at``."""

    end: float
    at: float


@dataclass(slots=True)
class StreamLog:
    """All that one stream showed, in order, as it came: when, what became settled, and what stood behind it."""

    updates: list[tuple[float, str, str]] = field(default_factory=list)
    finals: list[Ended] = field(default_factory=list)

    def show(self, at: float, tail: str, settled: str = "") -> None:
        """Note that from ``at`` on ``tail`` stood behind all that is settled, ``settled`` being new there."""
        self.updates.append((at, settled, tail))

    @property
    def text(self) -> str:
        """All that stood there at the end."""
        return " ".join([*(settled for _, settled, _ in self.updates), *(tail for *_, tail in self.updates[-1:])])

    def shown(self, words: Callable[[str], Sequence[str]]) -> list[Shown]:
        """Return what was shown, cut into words by ``words``."""
        found: list[Shown] = []
        settled: tuple[str, ...] = ()
        for at, more, tail in self.updates:
            settled = (*settled, *words(more))
            found.append(Shown(at, settled, tuple(words(tail))))
        return found


@dataclass(slots=True)
class Latencies:
    """Seconds: of each word until it was shown and until it was settled, of each final, and the longest wait."""

    shown: list[float] = field(default_factory=list)
    settled: list[float] = field(default_factory=list)
    ends: list[float] = field(default_factory=list)
    finals: list[float] = field(default_factory=list)
    gap: float = 0.0
    missed: int = 0

    def row(self) -> dict[str, Any]:
        """Return the keys of a benchmark's row."""
        pairs = {"interim": self.shown, "final": self.finals, "end": self.ends, "settled": self.settled}
        row: dict[str, Any] = {}
        for name, values in pairs.items():
            for percent in (50, 95):
                row[f"{name}_p{percent}"] = percentile(values, percent)
        return row | {"gap": self.gap}

    def keeps_up(self) -> bool:
        """Tell whether finals, interims and the longest wait are within their limits."""
        finals = percentile(self.finals or self.ends, 95)
        shown = percentile(self.shown, 95)
        return (
            finals is not None
            and shown is not None
            and finals <= FINAL_P95
            and shown <= INTERIM_P95
            and self.gap <= GAP
        )


def latencies(log: StreamLog, words: Sequence[TimedWord]) -> Latencies:
    """Return how long each reference word took to be shown, and to be settled."""
    states = log.shown(lambda text: normalised(text).split())
    found = Latencies(finals=[final.at - final.end for final in log.finals])
    shown: dict[int, float] = {}
    settled: dict[int, float] = {}
    anchor = count = 0
    for state in states:
        if len(state.settled) > count:
            fresh = state.settled[count:]
            matched, length = _match(words, anchor, fresh, state.at)
            for index in matched:
                settled.setdefault(index, state.at)
                shown.setdefault(index, state.at)
            if matched:
                found.ends.append(state.at - words[matched[-1]].end)
            anchor, count = anchor + length, len(state.settled)
        for index in _match(words, anchor, state.tail, state.at)[0]:
            shown.setdefault(index, state.at)
    found.shown = [at - words[index].end for index, at in shown.items()]
    found.settled = [at - words[index].end for index, at in settled.items()]
    found.missed = len(words) - len(shown)
    found.gap = longest_wait([state.at for state in states], words)
    return found


def _match(words: Sequence[TimedWord], anchor: int, said: Sequence[str], at: float) -> tuple[list[int], int]:
    """Return the reference words from ``anchor`` on that are among ``said``, and how many ``said`` stands for."""
    window = words[anchor : anchor + 2 * len(said) + 20]
    window = [word for word in window if word.start <= at + SOON]
    matched, length = align([word.text for word in window], said)
    return [anchor + index for index, _ in matched], length


def longest_wait(updates: Sequence[float], words: Sequence[TimedWord]) -> float:
    """Return the longest time, in seconds, that somebody spoke without anything new being shown."""
    longest = 0.0
    for start, end in _spoken(words):
        marks = [start, *(at for at in updates if start < at < end), end]
        longest = max(longest, *np.diff(marks))
    return float(longest)


def _spoken(words: Sequence[TimedWord]) -> list[tuple[float, float]]:
    spans: list[tuple[float, float]] = []
    for word in words:
        if spans and word.start - spans[-1][1] < MERGE:
            spans[-1] = (spans[-1][0], max(spans[-1][1], word.end))
        else:
            spans.append((word.start, word.end))
    return spans


def flicker(log: StreamLog) -> float | None:
    """Return the normalised erasure: words taken back for each word of the end (Arivazhagan et al. 2020, §3)."""
    erased = 0
    before = Shown(0.0, ())
    for state in log.shown(str.split):
        kept = len(before.settled)
        now = [*state.settled[kept:], *state.tail]
        same = next((i for i, (a, b) in enumerate(zip(before.tail, now, strict=False)) if a != b), None)
        erased += len(before.tail) - (min(len(before.tail), len(now)) if same is None else same)
        before = state
    total = len(before.settled) + len(before.tail)
    return erased / total if total else None


def percentile(values: Sequence[float], percent: float) -> float | None:
    """Return a percentile, None of nothing."""
    return float(np.percentile(values, percent)) if len(values) else None
