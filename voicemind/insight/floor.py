"""Floor takes: somebody begins while another speaks, the other stops, and the first goes on.

Not every overlap: counting each one finds five times too many. B takes the floor from A when A has
spoken for more than 1 s, B's speech overlaps A's for more than 0.3 s, A stops within 2 s, and B goes on
for at least 1 s after. A listener response ("mm-hm") ends inside A's speech and is none. Speech of
one speaker with pauses under 0.3 s is one inter-pausal unit.
"""

from dataclasses import replace
from typing import ClassVar

from voicemind.insight.units import Units
from voicemind.timeline.event import Event, Joined, Speech
from voicemind.timeline.insight import Insight
from voicemind.timeline.segment import Segment

LEAD, OVERLAP, YIELD, HOLD = 1.0, 0.3, 2.0, 1.0  # seconds
_KEPT = 60.0  # seconds of speech units to look back on


class FloorTakes:
    """Finds floor takes as speech closes; one that later speech disproves is withdrawn."""

    handles: ClassVar[tuple[type[Event], ...]] = (Joined, Speech)

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._units = Units(_KEPT)
        self._given: dict[str, Insight] = {}

    def feed(self, event: Event) -> list[Insight]:
        """Return the floor takes that the event shows or disproves."""
        if isinstance(event, Joined):
            self._names[event.participant.id] = event.participant.name
        if not isinstance(event, Speech) or not event.segment:
            return []
        self._forget(event.segment.end)
        unit, absorbed = self._units.add(event.speaker, event.segment)
        touched = [
            (speaker, other)
            for speaker, other in self._units
            if (speaker == event.speaker and other == unit) or (speaker != event.speaker and other.overlaps(unit))
        ]
        gone = [(event.speaker, known.start) for known in absorbed if known.start != unit.start]
        found = [
            *(self._changed(speaker, start, None) for speaker, start in gone),
            *(self._changed(speaker, begun.start, self._take(speaker, begun)) for speaker, begun in touched),
        ]
        return [insight for insight in found if insight is not None]

    def _changed(self, speaker: str, start: float, take: Insight | None) -> Insight | None:
        """Remember what a unit of speech turned out to be; return it where that is news."""
        key = f"floor_take:{speaker}:{start:.2f}"
        known = self._given.pop(key, None)
        if take is not None:
            self._given[key] = take
            return take if take != known else None
        return replace(known, state="withdrawn") if known is not None else None

    def flush(self) -> list[Insight]:
        """Everything has been said."""
        return []

    def _forget(self, time: float) -> None:
        self._units.forget(time)
        self._given = {key: take for key, take in self._given.items() if take.segment.end > time - _KEPT}

    def _take(self, speaker: str, begun: Segment) -> Insight | None:
        """Return the take that a unit of speech is, with the speaker it is from."""
        taken = taken_from(self._units, speaker, begun)
        if taken is None:
            return None
        holder, stop = taken
        by, of = self._names.get(speaker, speaker), self._names.get(holder, holder)
        return Insight(
            kind="floor_take",
            segment=Segment(begun.start, stop),
            text=f"{by} took the floor from {of}",
            speaker=by,
            data={"by": by, "of": of},
            id=f"floor_take:{speaker}:{begun.start:.2f}",
        )


def taken_from(units: Units, speaker: str, begun: Segment) -> tuple[str, float] | None:
    """Return from whom a unit of speech takes the floor, and when that one stops; None where it takes none."""
    holders = [
        (unit.end, other)
        for other, unit in units.others(speaker)
        if unit.start < begun.start - LEAD and unit.end > begun.start + OVERLAP
    ]
    if not holders:
        return None
    stop, holder = max(holders)
    return (holder, stop) if stop - begun.start <= YIELD and begun.end - stop >= HOLD else None
