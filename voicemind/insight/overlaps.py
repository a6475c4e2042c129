"""What overlapping speech is: floor takes, listener responses and collisions, counted for each pair of people.

A listener response ("mm-hm") is a unit of less than 1 s inside what somebody else says: it moves no floor.
A collision is two people who begin within 1 s of each other and go on together for more than 0.3 s, neither
of them with a listener response: nobody had the floor yet. Floor takes are those of ``floor``. What overlaps
otherwise (an end talked into, a try that is given up) is none of them.
"""

from collections import Counter
from typing import ClassVar

from voicemind.insight.floor import LEAD, OVERLAP, taken_from
from voicemind.insight.units import Units
from voicemind.timeline.event import Event, Joined, Speech, Tick
from voicemind.timeline.insight import Insight
from voicemind.timeline.segment import Segment

RESPONSE = 1.0  # seconds; a response of a listener is shorter
_SETTLED = 60.0  # seconds after which nothing changes a unit any more
_EVERY = 5.0  # seconds between two looks

_Count = Counter[tuple[str, str, str]]


class Overlaps:
    """Counts what each person does to each other one; given out anew where a count has changed."""

    handles: ClassVar[tuple[type[Event], ...]] = (Joined, Speech, Tick)

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._units = Units(2 * _SETTLED)
        self._settled: _Count = Counter()
        self._until = float("-inf")
        self._given: _Count = Counter()
        self._looked = 0.0
        self._time = 0.0

    def feed(self, event: Event) -> list[Insight]:
        """Take speech; every five seconds return the counts, where they changed."""
        self._time = max(self._time, event.time)
        if isinstance(event, Joined):
            self._names[event.participant.id] = event.participant.name
        elif isinstance(event, Speech) and event.segment:
            self._units.add(event.speaker, event.segment)
        elif isinstance(event, Tick) and event.time - self._looked >= _EVERY:
            self._looked = event.time
            return self._look()
        return []

    def flush(self) -> list[Insight]:
        """Return the final counts."""
        return self._look()

    def _look(self) -> list[Insight]:
        settled = self._time - _SETTLED
        self._settled += self._count(self._until, settled)
        self._until = max(self._until, settled)
        self._units.forget(self._time)
        counts = self._settled + self._count(self._until, float("inf"))
        if counts == self._given:
            return []
        self._given = counts
        return [self._insight(counts)]

    def _count(self, after: float, until: float) -> _Count:
        """Count what the units are that end after one time and up to another."""
        found: _Count = Counter()
        for speaker, unit in self._units:
            if after < unit.end <= until:
                found.update(self._kinds(speaker, unit))
        return found

    def _kinds(self, speaker: str, unit: Segment) -> list[tuple[str, str, str]]:
        if (taken := taken_from(self._units, speaker, unit)) is not None:
            return [("floor_takes", speaker, taken[0])]
        around = [
            (u.end, other)
            for other, u in self._units.others(speaker)
            if responds(unit, u)
        ]  # fmt: skip
        if around:
            return [("listener_responses", speaker, max(around)[1])]
        return [
            ("collisions", min(speaker, other), max(speaker, other))
            for other, u in self._units.others(speaker)
            if (u.start, other) < (unit.start, speaker) and collides(unit, u)
        ]

    def _insight(self, counts: _Count) -> Insight:
        name = self._names
        pairs = sorted({(by, of) for kind, by, of in counts if kind != "collisions"})
        data = {
            "pairs": [
                {
                    "by": name.get(by, by),
                    "of": name.get(of, of),
                    **{kind: counts[kind, by, of] for kind in ("floor_takes", "listener_responses")},
                }
                for by, of in pairs
            ],
            "collisions": [
                {"between": [name.get(one, one), name.get(other, other)], "count": count}
                for (kind, one, other), count in sorted(counts.items())
                if kind == "collisions"
            ],
        }
        totals = {kind: sum(c for key, c in counts.items() if key[0] == kind) for kind in _WORDS}
        text = ", ".join(f"{totals[kind]} {words}" for kind, words in _WORDS.items())
        return Insight("overlaps", Segment(0.0, self._time), text, data=data, id="overlaps")


def responds(unit: Segment, other: Segment) -> bool:
    """Tell whether a unit is a listener's response to somebody else's."""
    return unit.duration < RESPONSE <= other.duration and other.start <= unit.start and unit.end <= other.end


def collides(unit: Segment, other: Segment) -> bool:
    """Tell whether two people began together, and both went on."""
    together = min(unit.end, other.end) - max(unit.start, other.start)
    begun = abs(unit.start - other.start) <= LEAD
    return begun and together > OVERLAP and not responds(unit, other) and not responds(other, unit)


_WORDS = {"floor_takes": "floor takes", "listener_responses": "listener responses", "collisions": "collisions"}
