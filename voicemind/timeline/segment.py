"""Intervals of time and their algebra, after pyannote.core's ``Segment``."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True, slots=True)
class Segment:
    """Half-open interval ``[start, end)`` in seconds; false when it holds nothing."""

    start: float
    end: float

    @property
    def duration(self) -> float:
        """Length in seconds, 0 when empty."""
        return max(0.0, self.end - self.start)

    def __bool__(self) -> bool:
        return self.end > self.start

    def __contains__(self, time: float) -> bool:
        return self.start <= time < self.end

    def __and__(self, other: "Segment") -> "Segment":
        """Return the common part; empty (false) when there is none."""
        return Segment(max(self.start, other.start), min(self.end, other.end))

    def __or__(self, other: "Segment") -> "Segment":
        """Return the smallest segment that covers both."""
        if not self:
            return other
        if not other:
            return self
        return Segment(min(self.start, other.start), max(self.end, other.end))

    def overlaps(self, other: "Segment") -> bool:
        """Tell whether both share some time."""
        return bool(self & other)


def union(segments: Iterable[Segment], gap: float = 0.0) -> list[Segment]:
    """Merge segments that overlap, touch, or lie at most ``gap`` seconds apart; sorted."""
    merged: list[Segment] = []
    for segment in sorted(s for s in segments if s):
        if merged and segment.start <= merged[-1].end + gap:
            merged[-1] = merged[-1] | segment
        else:
            merged.append(segment)
    return merged


def intersection(left: Iterable[Segment], right: Iterable[Segment]) -> list[Segment]:
    """Return the parts that both unions cover; sorted."""
    a, b = union(left), union(right)
    common: list[Segment] = []
    i = j = 0
    while i < len(a) and j < len(b):
        if part := a[i] & b[j]:
            common.append(part)
        if a[i].end <= b[j].end:
            i += 1
        else:
            j += 1
    return common


def gaps(segments: Iterable[Segment], within: Segment) -> list[Segment]:
    """Return the parts of ``within`` that no segment covers; sorted."""
    free: list[Segment] = []
    time = within.start
    for segment in union(segments):
        if hole := Segment(time, min(segment.start, within.end)):
            free.append(hole)
        time = max(time, segment.end)
    if rest := Segment(time, within.end):
        free.append(rest)
    return free


def total(segments: Iterable[Segment]) -> float:
    """Return the seconds that the union covers."""
    return sum(segment.duration for segment in union(segments))
