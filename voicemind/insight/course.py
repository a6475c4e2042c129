"""The course of a meeting along its agenda, by what people say: which item is opened, read out, put off."""

import re
from dataclasses import dataclass, field

from voicemind.insight.asking import deflects
from voicemind.insight.clauses import Clause, Clauses
from voicemind.insight.commitments import commitment, taking_on
from voicemind.insight.requests import request
from voicemind.insight.titles import Titles, postpones
from voicemind.timeline.agenda import AgendaItem
from voicemind.timeline.transcript import Turn

_PUT_OFF = 15.0  # seconds after its opening in which an item can be put off untouched
_RAISED = 45.0  # seconds in which "let us not talk about that" is about the item named last
_ASKS = re.compile(r"\W*(?:does|do|did|is|are|was|were|has|have|what|which|where|who|why|how)\b", re.IGNORECASE)
_SAID = 12  # words about an item with which it was raised, rather than read out
_CITED = 5  # turns
_SAYS_THAT = re.compile(
    r"^\W*(?:\w+\W+){0,5}?(?:that|it|this)\b(?!\s+(?:year|month|week|time|morning|afternoon))", re.IGNORECASE
)


@dataclass(slots=True)
class Progress:
    """What became of one item; ``since`` is when it was opened last, ``heard`` the talk since then.

    ``dropped`` where it was raised and somebody steered away from it.
    """

    seconds: float = 0.0
    heard: float = 0.0
    since: float = 0.0
    opened: bool = False
    put_off: bool = False
    dropped: bool = False
    turns: list[str] = field(default_factory=list)


class Course:
    """Follows turns; ``current`` is the id of the item that is open."""

    def __init__(self) -> None:
        self.titles = Titles(())
        self.progress: dict[str, Progress] = {}
        self.current: str | None = None
        self._clauses = Clauses()
        self._raised = ("", 0.0)  # the item that was named last, and when
        self._words = 0  # said since then

    def plan(self, items: tuple[AgendaItem, ...]) -> None:
        """Take over a changed agenda; items that stay keep what was said about them."""
        self.titles = Titles(items)
        self.progress = {item.id: self.progress.get(item.id, Progress()) for item in items}
        self.current = self.current if self.current in self.progress else None

    def feed(self, turn: Turn) -> bool:
        """Take a turn; return whether it is talk, rather than the agenda read out or an item put off."""
        if self.titles.lists(turn.text):
            # "The scope, the price and the launch": the last clause may still open the first item.
            for clause in self._clauses.feed(turn):
                if not self.titles.lists(clause.text) and len(self.titles.named(clause.text)) == 1:
                    self._clause(clause)
            return False
        put_off = False
        for clause in self._clauses.feed(turn):
            put_off |= self._clause(clause)
        if self.current is not None:
            progress = self.progress[self.current]
            progress.seconds += turn.segment.duration
            progress.heard += turn.segment.duration
            if len(progress.turns) < _CITED:
                progress.turns.append(turn.id)
        return not put_off

    def _clause(self, clause: Clause) -> bool:
        """Follow which item is open; True when the clause puts one off."""
        named = self.titles.named(clause.text)
        time = clause.segment.start
        if deflects(clause.text) and time - self._raised[1] <= _RAISED and self._raised[0] in self.progress:
            self.progress[self._raised[0]].dropped = self._words >= _SAID
        said = 0 if clause.question else len(clause.text.split())
        self._words = said if named else self._words + said
        if named:
            self._raised = (self.titles.items[named[0]].id, clause.segment.end)
        if postpones(clause.text) and not _asked_of_one(clause.text):
            current = self.progress.get(self.current or "")
            here = self.titles.items[named[0]].id if named else None
            young = current is not None and current.heard < _PUT_OFF and time - current.since < _PUT_OFF
            if here is None and young and _SAYS_THAT.search(clause.text):
                here = self.current
            if here is None:
                return False
            self._put_off(here)
            return True
        opened = self.titles.opened(clause.text)
        if opened is None and self.current is None and len(named) == 1 and not clause.question:
            opened = named[0]  # while nothing is open, to name an item is to open it
        just = self.current is not None and self.progress[self.current].since == time  # by this very turn
        if opened is not None and self.titles.items[opened].id != self.current and not just:
            self.current = self.titles.items[opened].id
            progress = self.progress[self.current]
            progress.opened, progress.put_off, progress.since, progress.heard = True, False, time, 0.0
        return False

    def _put_off(self, item: str) -> None:
        progress = self.progress[item]
        if progress.seconds < _PUT_OFF:
            progress.put_off = True
            progress.seconds = 0.0
        if item == self.current:
            self.current = None


def _asked_of_one(text: str) -> bool:
    """Tell whether a clause is about somebody's task, which may well wait until tomorrow, or asks for a fact."""
    if text.endswith("?") and _ASKS.match(text):
        return True
    return taking_on(text) or commitment(text) is not None or request(text) is not None
