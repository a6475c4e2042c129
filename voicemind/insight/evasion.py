"""Subjects that were raised and dropped: somebody steers away from them, and the talk does not come back."""

from collections import deque
from dataclasses import dataclass, replace
from typing import ClassVar

from voicemind.insight.asking import asks, deflects, listens
from voicemind.insight.clauses import Clause, Clauses
from voicemind.insight.people import Roster
from voicemind.insight.phrases import content
from voicemind.insight.titles import Titles
from voicemind.timeline.event import Agenda, Event, Joined
from voicemind.timeline.insight import Insight
from voicemind.timeline.transcript import Turn

_RAISED = 45.0  # seconds before in which it was raised
_MOVED_ON = 15.0  # seconds after which it is dropped, unless the talk is still at it
_BACK = 2  # later turns about it with which the talk has come back
_COMMON = 2  # words of content in common that make a turn be about it
_LEAST = 2  # words of content that say what was raised


@dataclass(slots=True)
class _Dropped:
    """What was raised, in which clauses; ``away`` is the clause that steers away from it."""

    raised: list[Clause]
    away: Clause
    stems: frozenset[str]
    item: str | None
    back: int = 0
    given: Insight | None = None


class Evasions:
    """Finds what people steer away from: ``avoided`` with the reason ``dropped``, or ``unanswered`` for a question."""

    handles: ClassVar[tuple[type[Event], ...]] = (Joined, Agenda, Turn)

    def __init__(self) -> None:
        self._roster = Roster()
        self._titles = Titles(())
        self._clauses = Clauses()
        self._history: deque[Clause] = deque(maxlen=12)
        self._dropped: deque[_Dropped] = deque(maxlen=12)

    def feed(self, event: Event) -> list[Insight]:
        """Return what turns out to be dropped, or is taken up again."""
        if isinstance(event, Joined):
            self._roster.add(event.participant)
        if isinstance(event, Agenda):
            self._titles = Titles(event.items)
        if not isinstance(event, Turn):
            return []
        changed = self._settle(event.segment.start)
        changed += self._back(event)
        for clause in self._clauses.feed(event):
            self._clause(clause)
        return changed

    def flush(self) -> list[Insight]:
        """Return what was dropped last."""
        return self._settle(float("inf"))

    def _clause(self, clause: Clause) -> None:
        if deflects(clause.text) and (dropped := self._dropped_by(clause)) is not None:
            self._dropped.append(dropped)
        self._history.append(clause)

    def _dropped_by(self, away: Clause) -> _Dropped | None:
        """Return what a clause steers away from: what somebody else raised last, or what the clause names."""
        named = frozenset(content(away.text))
        raised: list[Clause] = []
        stems: set[str] = set()
        for clause in reversed(self._history):
            enough = len(stems) >= 2 * _LEAST and clause.evidence != raised[0].evidence
            if away.segment.start - clause.segment.end > _RAISED or enough:
                break
            if clause.speaker != away.speaker and not listens(clause.text) and content(clause.text):
                raised.insert(0, clause)
                stems |= set(content(clause.text))
        if len(stems) < _LEAST or any(d.away.key == away.key for d in self._dropped):
            return None
        places = self._titles.named(" ".join([*(c.text for c in raised), away.text]))
        item = self._titles.items[places[0]].title if places else None
        return _Dropped(raised, away, frozenset(stems) | named, item)

    def _back(self, turn: Turn) -> list[Insight]:
        """Count a turn that is about what was dropped; withdraw that when there are enough."""
        changed: list[Insight] = []
        stems = frozenset(content(turn.text))
        for known in list(self._dropped):
            if known.away.evidence[-1] == turn.id or len(stems & known.stems) < _COMMON:
                continue
            known.back += 1
            if known.back >= _BACK:
                self._dropped.remove(known)
                if known.given is not None:
                    changed.append(replace(known.given, state="withdrawn"))
        return changed

    def _settle(self, time: float) -> list[Insight]:
        changed: list[Insight] = []
        for known in self._dropped:
            if known.given is None and time - known.away.segment.end > _MOVED_ON:
                known.given = self._insight(known)
                changed.append(known.given)
        return changed

    def _insight(self, known: _Dropped) -> Insight:
        question = asks(known.raised[-1].text)
        quote = " ".join(clause.text for clause in known.raised)
        by = self._roster.name(known.away.speaker)
        about = f"“{known.item}”" if known.item else f"“{quote}”"
        return Insight(
            kind="avoided",
            segment=known.raised[0].segment | known.away.segment,
            text=f"{about} was raised, and {by} steered away from it: “{known.away.text}”",
            speaker=self._roster.name(known.raised[0].speaker),
            evidence=tuple(dict.fromkeys(t for c in (*known.raised, known.away) for t in c.evidence)),
            confidence=0.65,
            data={"why": "unanswered" if question else "dropped", "item": known.item, "quote": quote, "by": by},
            id=f"avoided:{known.away.evidence[0]}",
        )
