"""Questions that nobody answered: met with "no idea", put off, or left hanging when the meeting ends.

An answer is whatever else people say to it; so a question counts as open only where the reply itself says that
there is no answer, and nobody supplies one, or promises to find out, soon after.
"""

from collections import deque
from dataclasses import dataclass, replace
from typing import ClassVar

from voicemind.insight import asking
from voicemind.insight.clauses import Clause, Clauses
from voicemind.insight.commitments import taking_on
from voicemind.insight.people import Roster
from voicemind.insight.phrases import content
from voicemind.insight.titles import postpones
from voicemind.timeline.event import Event, Joined
from voicemind.timeline.insight import Insight
from voicemind.timeline.transcript import Turn

_LASTS = 30.0  # seconds in which a question can be answered
_SETTLES = 8.0  # seconds after "no idea" in which somebody else may know
_RETURNS = 2  # content words in common with which a later statement answers it after all
_KEPT = 12  # open questions that later talk may still answer


@dataclass(slots=True)
class _Asked:
    """A question that waits; ``unknown`` is the clause that gives no answer, ``put_off`` that it was put off."""

    clause: Clause
    stems: frozenset[str]
    unknown: Clause | None = None
    put_off: bool = False
    given: Insight | None = None


class Questions:
    """Finds questions without an answer; one that is answered later is withdrawn."""

    handles: ClassVar[tuple[type[Event], ...]] = (Joined, Turn)

    def __init__(self) -> None:
        self._roster = Roster()
        self._clauses = Clauses()
        self._waiting: deque[_Asked] = deque(maxlen=_KEPT)
        self._open: deque[_Asked] = deque(maxlen=_KEPT)

    def feed(self, event: Event) -> list[Insight]:
        """Return questions that turn out to be open, or are answered after all."""
        if isinstance(event, Joined):
            self._roster.add(event.participant)
        if isinstance(event, Turn):
            return [insight for clause in self._clauses.feed(event) for insight in self._clause(clause)]
        return []

    def flush(self) -> list[Insight]:
        """Return those that are open at the end; also one that nobody said anything to."""
        return self._settle(float("inf"))

    def _clause(self, clause: Clause) -> list[Insight]:
        found = self._settle(clause.segment.start)
        stems = frozenset(content(clause.text))
        found += self._answered_late(clause, stems)
        for asked in list(self._waiting):
            self._reply(asked, clause, stems)
        if asking.asks(clause.text) and stems:
            self._waiting.append(_Asked(clause, stems))
        return found

    def _reply(self, asked: _Asked, clause: Clause, stems: frozenset[str]) -> None:
        """Take what is said after a question: no answer, an answer, or neither."""
        if asking.unknown(clause.text) or postpones(clause.text) or asking.deflects(clause.text):
            if asking.finds_out(clause.text) or taking_on(clause.text):
                self._waiting.remove(asked)  # somebody will find out
            elif asked.unknown is None and clause.speaker != asked.clause.speaker:
                asked.unknown, asked.put_off = clause, not asking.unknown(clause.text)
            return
        if clause.question or asking.listens(clause.text):
            return
        if clause.speaker == asked.clause.speaker and asked.unknown is None:
            return  # people go on after their own question
        if asked.unknown is None or taking_on(clause.text) or asking.finds_out(clause.text) or stems & asked.stems:
            self._waiting.remove(asked)

    def _settle(self, time: float) -> list[Insight]:
        """Give out the questions that had time enough for an answer; those without a reply were not heard as one."""
        found: list[Insight] = []
        for asked in list(self._waiting):
            since = (asked.unknown or asked.clause).segment.end
            if time - since <= (_SETTLES if asked.unknown else _LASTS):
                continue
            self._waiting.remove(asked)
            if asked.unknown is not None:
                asked.given = self._insight(asked, asked.unknown)
                self._open.append(asked)
                found.append(asked.given)
        return found

    def _answered_late(self, clause: Clause, stems: frozenset[str]) -> list[Insight]:
        if clause.question or asking.unknown(clause.text) or postpones(clause.text):
            return []
        found: list[Insight] = []
        for asked in list(self._open):
            if (
                asked.given is not None
                and len(stems & asked.stems) >= min(_RETURNS, len(asked.stems))
                and len(stems) > 1
            ):
                self._open.remove(asked)
                data = {**asked.given.data, "answered": True}
                found.append(replace(asked.given, data=data, state="withdrawn"))
        return found

    def _insight(self, asked: _Asked, unknown: Clause) -> Insight:
        return Insight(
            kind="question",
            segment=asked.clause.segment | unknown.segment,
            text=asked.clause.text,
            speaker=self._roster.name(asked.clause.speaker),
            evidence=(*asked.clause.evidence, *unknown.evidence),
            confidence=0.7,
            data={"answered": False, "put_off": asked.put_off, "reply": unknown.text},
        )
