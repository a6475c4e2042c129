"""Which agenda items were talked about, for how long, and which were not.

An item counts as touched when it was opened ("now, scope") and talked about for a while, or when the
talk as a whole relates to it (``Relevance``). Reading out the agenda touches nothing, nor does putting
an item off.
"""

import math
import re
from dataclasses import dataclass, field
from typing import Any, ClassVar

from voicemind.insight.blocks import Blocks
from voicemind.insight.clauses import Clause, Clauses
from voicemind.insight.commitments import commitment, request, taking_on
from voicemind.insight.phrases import content
from voicemind.insight.relevance import Relevance
from voicemind.insight.titles import postpones
from voicemind.timeline.event import Agenda, Event, Tick
from voicemind.timeline.insight import Insight
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn

_EVERY = 20.0  # seconds between two looks
_DISCUSSED = 15.0  # seconds of talk after an item was opened that touch it for sure
_COVERED = 60.0  # seconds of talk that cover an item
_CITED = 5  # turns
_PUT_OFF = 30.0  # seconds after its opening in which an item can be put off untouched
_OPENED = 1.2  # what being opened and discussed adds to the logit of an item
_POSTPONED = 2.0  # what being put off takes from it
_UNTOUCHED = 0.4  # coverage under which an item was not touched; precision 0.77 (AMI), 0.86 (QMSum)
_ABOUT = 0.4  # relevance from which a block belongs to an item that nobody opened


_SAYS_THAT = re.compile(
    r"^\W*(?:\w+\W+){0,5}?(?:that|it|this)\b(?!\s+(?:year|month|week|time|morning|afternoon))", re.IGNORECASE
)


def _asked_of_one(text: str) -> bool:
    """Tell whether a clause is about somebody's task, which may well wait until tomorrow."""
    return taking_on(text) or commitment(text) is not None or request(text) is not None


@dataclass(slots=True)
class _Progress:
    """What became of one item; ``since`` is when it was opened last, ``heard`` the talk since then."""

    seconds: float = 0.0
    heard: float = 0.0
    since: float = 0.0
    opened: bool = False
    put_off: bool = False
    turns: list[str] = field(default_factory=list)


class AgendaCoverage:
    """Gives coverage of each item and the relevance of the talk, and at the end what was not touched."""

    handles: ClassVar[tuple[type[Event], ...]] = (Agenda, Turn, Tick)

    def __init__(self) -> None:
        self._relevance = Relevance(())
        self._progress: dict[str, _Progress] = {}
        self._blocks = Blocks()
        self._clauses = Clauses()
        self._current: str | None = None
        self._scores: list[tuple[float, float]] = []
        self._time = 0.0
        self._looked = 0.0

    def feed(self, event: Event) -> list[Insight]:
        """Take talk; every 20 s return the coverage so far."""
        self._time = max(self._time, event.time)
        if isinstance(event, Agenda):
            return self._replan(event)
        if not self._progress:
            return []
        if isinstance(event, Turn):
            self._turn(event)
        elif isinstance(event, Tick) and event.time - self._looked >= _EVERY:
            self._looked = event.time
            return self._look()
        return []

    def flush(self) -> list[Insight]:
        """Return the coverage at the end, and the items that were not touched."""
        if not self._progress:
            return []
        if (block := self._blocks.flush()) is not None:
            self._relevance.feed(block)
        return [*self._look(), *self._avoided()]

    def _replan(self, agenda: Agenda) -> list[Insight]:
        """Take over a changed agenda; items that stay keep what was said about them."""
        gone = [item for item in self._relevance.titles.items if item.id not in {i.id for i in agenda.items}]
        withdrawn = [self._coverage(item.id, item.title, 0.0, "withdrawn") for item in gone]
        if agenda.items != self._relevance.titles.items:
            self._relevance = Relevance(agenda.items)
        self._progress = {item.id: self._progress.get(item.id, _Progress()) for item in agenda.items}
        self._current = self._current if self._current in self._progress else None
        return withdrawn

    def _turn(self, turn: Turn) -> None:
        titles = self._relevance.titles
        if titles.lists(turn.text):
            # "The scope, the price and the launch": the last clause may still open the first item.
            for clause in self._clauses.feed(turn):
                if not titles.lists(clause.text) and len(titles.named(clause.text)) == 1:
                    self._clause(clause)
            return
        put_off = False
        for clause in self._clauses.feed(turn):
            put_off |= self._clause(clause)
        if self._current is not None:
            progress = self._progress[self._current]
            progress.seconds += turn.segment.duration
            progress.heard += turn.segment.duration
            if len(progress.turns) < _CITED:
                progress.turns.append(turn.id)
        if put_off:
            return
        block = self._blocks.feed(turn)
        if block is not None:
            self._relevance.feed(block)
            self._attribute(block.segment.duration)

    def _clause(self, clause: Clause) -> bool:
        """Follow which item is open; True when the clause puts one off."""
        titles = self._relevance.titles
        named = titles.named(clause.text)
        time = clause.segment.start
        if postpones(clause.text) and not _asked_of_one(clause.text):
            current = self._progress.get(self._current or "")
            here = titles.items[named[0]].id if named else None
            young = current is not None and current.heard < _PUT_OFF and time - current.since < _PUT_OFF
            if here is None and young and _SAYS_THAT.search(clause.text):
                here = self._current
            if here is None:
                return False
            self._put_off(here)
            return True
        opened = titles.opened(clause.text)
        if opened is None and self._current is None and len(named) == 1 and not clause.question:
            opened = named[0]  # while nothing is open, to name an item is to open it
        if opened is not None and titles.items[opened].id != self._current:
            self._current = titles.items[opened].id
            progress = self._progress[self._current]
            progress.opened, progress.put_off, progress.since, progress.heard = True, False, time, 0.0
        return False

    def _put_off(self, item: str) -> None:
        progress = self._progress[item]
        if progress.seconds < _PUT_OFF:
            progress.put_off = True
            progress.seconds = 0.0
        if item == self._current:
            self._current = None

    def _attribute(self, seconds: float) -> None:
        """Give a block that belongs to no open item to the one that it is most about."""
        about = self._relevance.about
        best = int(about.argmax())
        if self._current is None and about[best] >= _ABOUT:
            self._progress[self._relevance.titles.items[best].id].seconds += seconds

    def _look(self) -> list[Insight]:
        found = [
            self._coverage(item.id, item.title, coverage)
            for item, coverage in zip(self._relevance.titles.items, self._covered(), strict=True)
        ]
        about = float(self._relevance.about.max())
        self._scores.append((round(self._time, 2), round(1 - about, 3)))
        within = Segment(0.0, self._time)
        series = {"scores": [list(score) for score in self._scores]}
        return [
            *found,
            Insight("relevance", within, "Distance of the talk from the agenda", data=series, id="relevance"),
        ]

    def _covered(self) -> list[float]:
        """Return how sure it is of each item that it was touched."""
        covered: list[float] = []
        for item, likely in zip(self._relevance.titles.items, self._relevance.touched(), strict=True):
            progress = self._progress[item.id]
            logit = math.log(max(likely, 1e-6) / max(1 - likely, 1e-6))
            if progress.put_off and progress.seconds < _DISCUSSED:
                logit -= _POSTPONED
            elif progress.opened and progress.seconds >= _DISCUSSED:
                logit += _OPENED
            covered.append(1 / (1 + math.exp(-logit)))
        return covered

    def _status(self, item: str, coverage: float) -> str:
        if coverage < _UNTOUCHED:
            return "not touched"
        return "covered" if self._progress[item].seconds >= _COVERED else "touched"

    def _coverage(self, item: str, title: str, coverage: float, state: Any = "open") -> Insight:
        progress = self._progress[item]
        data = {
            "item": item,
            "title": title,
            "coverage": round(coverage, 3),
            "seconds": round(progress.seconds, 1),
            "status": self._status(item, coverage),
        }
        return Insight(
            kind="coverage",
            segment=Segment(0.0, self._time),
            text=title,
            evidence=tuple(progress.turns),
            confidence=round(max(coverage, 1 - coverage), 2),
            data=data,
            state=state,
            id=f"coverage:{item}",
        )

    def _avoided(self) -> list[Insight]:
        return [
            Insight(
                kind="avoided",
                segment=Segment(0.0, self._time),
                text=f"“{item.title}” was on the agenda and has not been talked about",
                confidence=round(1 - coverage, 2),
                data={"why": "not touched", "item": item.title},
                id=f"avoided:{item.id}",
            )
            for item, coverage in zip(self._relevance.titles.items, self._covered(), strict=True)
            if coverage < _UNTOUCHED and content(item.title)
        ]
