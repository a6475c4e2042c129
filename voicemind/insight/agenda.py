"""Which agenda items were talked about, for how long, and which were not; and when the talk is at none of them.

An item counts as touched when it was opened ("now, scope") and talked about for a while, or when the
talk as a whole relates to it (``Relevance``). Reading out the agenda touches nothing, nor does putting
an item off.
"""

import math
from collections import deque
from typing import Any, ClassVar

from voicemind.insight.course import Course
from voicemind.insight.drift import DriftAlarm
from voicemind.insight.phrases import content
from voicemind.insight.relevance import Relevance
from voicemind.insight.steps import STEP
from voicemind.insight.tangents import Tangents
from voicemind.insight.trained import Trained
from voicemind.timeline.agenda import AgendaItem
from voicemind.timeline.event import Agenda, Event, Joined, Participant, Tick
from voicemind.timeline.insight import Insight
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn

_DISCUSSED = 8.0  # seconds of talk after an item was opened that touch it for sure
_COVERED = 60.0  # seconds of talk that cover an item
_OPENED = 3.0  # what being opened and discussed adds to the logit of an item
_BY_CHANCE = 600.0  # seconds in which that loses two thirds: sooner or later the words of an item come up anyway
_POSTPONED = 2.0  # what being put off takes from it
_UNTOUCHED = 0.5  # coverage under which an item was not touched
_REMEMBERED = 90  # steps that a changed agenda is looked for in
_ABOUT = 0.4  # chance from which a step belongs to an item that nobody opened


class AgendaCoverage:
    """Gives coverage of each item and how far the talk is from the agenda, and at the end what was not touched."""

    handles: ClassVar[tuple[type[Event], ...]] = (Agenda, Joined, Turn, Tick)

    def __init__(self, models: Trained | None = None) -> None:
        """Use what is shipped, or other ``models``."""
        self._models = models
        self._relevance = Relevance((), models)
        self._course = Course()
        self._alarm = DriftAlarm()
        self._tangents = Tangents()
        self._people: dict[str, Participant] = {}
        self._scores: list[tuple[float, float]] = []
        self._spoken = 0.0  # seconds of talk in the step that is open
        self._talk: deque[list[Turn]] = deque([[]], _REMEMBERED)  # turns of each step, the open one last
        self._time = 0.0
        self._looked = 0.0

    def feed(self, event: Event) -> list[Insight]:
        """Take talk; every 20 s return the coverage so far."""
        self._time = max(self._time, event.time)
        if isinstance(event, Agenda):
            return self._replan(event)
        if isinstance(event, Joined):
            self._people[event.participant.id] = event.participant
            self._relevance.know(self._people.values())
        elif isinstance(event, Turn):
            return self._turn(event)
        elif isinstance(event, Tick) and event.time - self._looked >= STEP:
            self._looked = event.time
            found = self._look() if self._course.titles.items else []
            self._talk.append([])
            return found
        return []

    def flush(self) -> list[Insight]:
        """Return the coverage at the end, and the items that were not touched."""
        return [*self._look(), *self._avoided()] if self._course.titles.items else []

    def _replan(self, agenda: Agenda) -> list[Insight]:
        """Take over a changed agenda; items that stay keep what was said about them."""
        gone = [item for item in self._course.titles.items if item.id not in {i.id for i in agenda.items}]
        withdrawn = [self._coverage(item, 0.0, "withdrawn") for item in gone]
        if agenda.items != self._course.titles.items:
            self._relevance = self._relevance_of(agenda.items)
        self._course.plan(agenda.items)
        self._tangents.plan(item.title for item in agenda.items)
        return withdrawn

    def _relevance_of(self, items: tuple[AgendaItem, ...]) -> Relevance:
        """Return what the talk so far has to do with other items."""
        relevance = Relevance(items, self._models)
        relevance.know(self._people.values())
        for number, turns in enumerate(self._talk, 1):
            for turn in turns:
                relevance.feed(turn)
            if number < len(self._talk):
                relevance.step()
        return relevance

    def _turn(self, turn: Turn) -> list[Insight]:
        if not self._course.titles.items:
            self._talk[-1].append(turn)
            return self._tangents.feed(turn, opens=False)
        current = self._course.current
        if self._course.feed(turn):
            self._relevance.feed(turn)
            self._talk[-1].append(turn)
            self._alarm.feed(turn)
            self._spoken += turn.segment.duration
        return self._tangents.feed(turn, opens=self._course.current != current)

    def _look(self) -> list[Insight]:
        self._relevance.step()
        about = self._relevance.about
        best = int(about.argmax())
        if self._course.current is None and about[best] >= _ABOUT:
            progress = self._course.progress[self._course.titles.items[best].id]
            progress.seconds += 0.0 if progress.put_off else self._spoken
        self._spoken = 0.0
        self._scores.append((round(self._time, 2), round(1 - float(about[best]), 3)))
        covered = zip(self._course.titles.items, self._covered(), strict=True)
        return [
            *(self._coverage(item, coverage) for item, coverage in covered),
            Insight(
                "relevance",
                Segment(0.0, self._time),
                "Distance of the talk from the agenda",
                data={"scores": [list(score) for score in self._scores]},
                id="relevance",
            ),
            *self._alarm.step(self._time, 0.0 if self._tangents.open else self._relevance.none),
        ]

    def _covered(self) -> list[float]:
        """Return how sure it is of each item that it was touched."""
        covered: list[float] = []
        for item, likely in zip(self._course.titles.items, self._relevance.touched(), strict=True):
            progress = self._course.progress[item.id]
            logit = math.log(max(likely, 1e-6) / max(1 - likely, 1e-6))
            if progress.put_off and progress.seconds < _DISCUSSED:
                logit -= _POSTPONED
            elif progress.opened and progress.seconds >= _DISCUSSED:
                logit += _OPENED * math.exp(-self._time / _BY_CHANCE)
            covered.append(1 / (1 + math.exp(-logit)))
        return covered

    def _status(self, item: str, coverage: float) -> str:
        if coverage < _UNTOUCHED:
            return "not touched"
        return "covered" if self._course.progress[item].seconds >= _COVERED else "touched"

    def _coverage(self, item: AgendaItem, coverage: float, state: Any = "open") -> Insight:
        progress = self._course.progress[item.id]
        data = {
            "item": item.id,
            "title": item.title,
            "coverage": round(coverage, 3),
            "seconds": round(progress.seconds, 1),
            "status": self._status(item.id, coverage),
        }
        return Insight(
            kind="coverage",
            segment=Segment(0.0, self._time),
            text=item.title,
            evidence=tuple(progress.turns),
            confidence=round(max(coverage, 1 - coverage), 2),
            data=data,
            state=state,
            id=f"coverage:{item.id}",
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
            for item, coverage in zip(self._course.titles.items, self._covered(), strict=True)
            if coverage < _UNTOUCHED and content(item.title) and not self._course.progress[item.id].dropped
        ]
