"""Turns and speech that are revised: an analyzer of them is fed anew."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from voicemind.insight.analyzer import EventAnalyzer
from voicemind.timeline.annotation import Annotation
from voicemind.timeline.event import Event, Joined, Revised, Speech, Tick
from voicemind.timeline.insight import Insight
from voicemind.timeline.revision import revise
from voicemind.timeline.transcript import Turn

_EVERY = 30.0  # seconds between two times that all is read again


class Revisable:
    """Wraps an analyzer of turns or speech: after a revision it is made anew and fed everything again.

    What comes out the same is not given out again, and what no longer comes out is withdrawn. Of the ticks between
    two other events only the last is fed again.
    """

    def __init__(self, make: Callable[[], EventAnalyzer]) -> None:
        """Take a function that makes the analyzer."""
        self._make = make
        self._inner = make()
        self._wants = self._inner.handles
        self.handles: tuple[type[Event], ...] = tuple({*self._wants, Revised, Tick})
        """What the analyzer wants, and what revises it."""
        self._fed: list[Event] = []  # but speech
        self._places: dict[str, int] = {}
        self._heard = Annotation()
        self._speakers: dict[str, str] = {}
        self._given: dict[str, Insight] = {}
        self._stale = False
        self._read = 0.0

    def feed(self, event: Event) -> list[Insight]:
        """Feed the analyzer; a revision is taken in within half a minute."""
        if isinstance(event, Revised):
            self._revise(event)
            return []
        again: list[Insight] = []
        if isinstance(event, Tick) and self._stale and event.time - self._read >= _EVERY:
            self._read = event.time
            again = self._again()
        if not isinstance(event, self._wants):
            return again
        self._keep(event)
        return [*again, *self._take(self._inner.feed(event))]

    def flush(self) -> list[Insight]:
        """Read everything again where that is due, and flush the analyzer."""
        again = self._again() if self._stale else []
        return [*again, *self._take(self._inner.flush())]

    def _keep(self, event: Event) -> None:
        if isinstance(event, Speech):
            self._heard.add(event.segment, event.speaker, event.track)
            return
        if isinstance(event, Tick) and self._fed and isinstance(self._fed[-1], Tick):
            self._fed.pop()
        if isinstance(event, Turn):
            self._places[event.id] = len(self._fed)
            self._speakers[event.id] = event.speaker
        self._fed.append(event)

    def _revise(self, revised: Revised) -> None:
        if Speech in self._wants:
            heard = revise(self._heard, revised, self._speakers)
            self._stale |= heard != self._heard
            self._heard = heard
        for turn in revised.turns:
            self._speakers[turn.id] = turn.speaker
            if Turn not in self._wants:
                continue
            known = self._fed[self._places[turn.id]] if turn.id in self._places else None
            if not isinstance(known, Turn):
                self._stale = True
                self._keep(turn)  # a part of another one: what is fed again is fed in order of time
                continue
            self._stale |= (known.speaker, known.text) != (turn.speaker, turn.text)
            vector = known.vector if known.text == turn.text else turn.vector
            self._fed[self._places[turn.id]] = replace(turn, vector=vector)
        gone = [e for e in self._fed if isinstance(e, Joined) and e.participant.id in revised.gone]
        if gone:
            self._stale = True
            self._forget(gone)

    def _forget(self, gone: Sequence[Event]) -> None:
        self._fed = [event for event in self._fed if event not in gone]
        self._places = {event.id: place for place, event in enumerate(self._fed) if isinstance(event, Turn)}

    def _again(self) -> list[Insight]:
        self._stale, self._inner = False, self._make()
        speech = [Speech(item.segment, item.track, item.label) for item in self._heard]
        events = sorted([*self._fed, *speech], key=lambda event: event.time)
        found = {insight.id: insight for event in events for insight in self._inner.feed(event)}
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
