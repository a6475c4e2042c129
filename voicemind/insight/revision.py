"""Turns that are revised: an analyzer of what is said is fed anew."""

from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar

from voicemind.insight.analyzer import EventAnalyzer
from voicemind.timeline.event import Agenda, Event, Joined, Revised, Tick
from voicemind.timeline.insight import Insight
from voicemind.timeline.transcript import Turn

_EVERY = 30.0  # seconds between two times that all is read again


class Revisable:
    """Wraps an analyzer of turns: after a revision it is made anew and fed everything again.

    What comes out the same is not given out again, and what no longer comes out is withdrawn.
    """

    handles: ClassVar[tuple[type[Event], ...]] = (Joined, Agenda, Turn, Revised, Tick)

    def __init__(self, make: Callable[[], EventAnalyzer]) -> None:
        """Take a function that makes the analyzer."""
        self._make = make
        self._inner = make()
        self._fed: list[Event] = []
        self._places: dict[str, int] = {}
        self._given: dict[str, Insight] = {}
        self._stale = False
        self._read = 0.0

    def feed(self, event: Event) -> list[Insight]:
        """Feed the analyzer; a revision is taken in within half a minute."""
        if isinstance(event, Revised):
            self._revise(event)
            return []
        if isinstance(event, Tick):
            if not self._stale or event.time - self._read < _EVERY:
                return []
            self._read = event.time
            return self._again()
        if not isinstance(event, self._inner.handles):
            return []
        if isinstance(event, Turn):
            self._places[event.id] = len(self._fed)
        self._fed.append(event)
        return self._take(self._inner.feed(event))

    def flush(self) -> list[Insight]:
        """Read everything again where that is due, and flush the analyzer."""
        again = self._again() if self._stale else []
        return [*again, *self._take(self._inner.flush())]

    def _revise(self, revised: Revised) -> None:
        for turn in revised.turns:
            place = self._places.get(turn.id)
            if place is None:
                continue
            known = self._fed[place]
            self._stale |= not isinstance(known, Turn) or (known.speaker, known.text) != (turn.speaker, turn.text)
            self._fed[place] = turn

    def _again(self) -> list[Insight]:
        self._stale, self._inner = False, self._make()
        found = {insight.id: insight for event in self._fed for insight in self._inner.feed(event)}
        gone = [
            replace(known, state="withdrawn")
            for key, known in self._given.items()
            if key not in found and known.state != "withdrawn"
        ]
        changed = [insight for key, insight in found.items() if self._given.get(key) != insight]
        return self._take([*gone, *changed])

    def _take(self, insights: list[Insight]) -> list[Insight]:
        self._given |= {insight.id: insight for insight in insights}
        return insights
