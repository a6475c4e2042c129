"""The timeline of topics: stretches of talk, each under an agenda item or its own key phrases."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from voicemind.insight.boundaries import Boundaries
from voicemind.insight.boundary_features import Spoken
from voicemind.insight.clauses import split
from voicemind.insight.phrases import content, key_phrases
from voicemind.insight.relevance import Relevance
from voicemind.insight.steps import STEP
from voicemind.insight.titles import Titles
from voicemind.insight.trained import Trained
from voicemind.timeline.agenda import AgendaItem
from voicemind.timeline.event import Agenda, Event, Joined, Participant, Tick
from voicemind.timeline.insight import Insight
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn

_RELEVANT = 0.5  # mean relevance of a topic's steps from which it is an agenda item's
_LATE = 2 * STEP  # seconds by which relevance follows the talk, because it looks back two minutes
_CITED = 5  # turns
_READ = 200  # turns of a topic that its label is chosen from: a quarter of an hour
_NAMED_WITHIN = 40  # words from the beginning of a topic in which its item is opened


@dataclass(slots=True)
class _Topic:
    """Turns ``first`` to ``last`` (exclusive), the agenda item they belong to, and the boundaries inside."""

    first: int
    last: int
    item: AgendaItem | None


class Topics:
    """Gives a timeline without gaps; a topic keeps its id, the turn it begins with, while it is revised."""

    handles: ClassVar[tuple[type[Event], ...]] = (Agenda, Joined, Turn, Tick)

    def __init__(self, models: Trained | None = None) -> None:
        """Use what is shipped, or other ``models``."""
        self._models = models
        self._boundaries = Boundaries(models)
        self._titles = Titles(())
        self._relevance = Relevance((), models)
        self._about: list[tuple[float, npt.NDArray[np.float64]]] = []
        self._people: dict[str, Participant] = {}
        self._current: int | None = None
        self._opened: dict[str, int] = {}
        self._frequency: Counter[str] = Counter()
        self._given: dict[str, Insight] = {}
        self._looked = 0.0
        self._settled = 0.0  # topics that begin earlier are not looked at again until the end

    def feed(self, event: Event) -> list[Insight]:
        """Take talk; return the topics that are new or changed, every 20 s and at each boundary."""
        if isinstance(event, Agenda):
            self._plan(event)
        elif isinstance(event, Joined):
            self._people[event.participant.id] = event.participant
            self._relevance.know(self._people.values())
        elif isinstance(event, Turn):
            self._relevance.feed(event)
            self._frequency.update(set(content(event.text)))
            if self._boundaries.feed(event, self._opens(event)):
                return self._timeline()
        elif isinstance(event, Tick):
            found = self._boundaries.pass_by(event.time)
            if event.time - self._looked >= STEP:
                self._looked = event.time
                self._look(event.time)
                return self._timeline()
            return self._timeline() if found else []
        return []

    def flush(self) -> list[Insight]:
        """Return the timeline, with every label chosen anew from all that is known."""
        self._boundaries.flush()
        self._look(self._looked + STEP)
        self._settled = 0.0
        return self._timeline()

    def _plan(self, agenda: Agenda) -> None:
        if agenda.items != self._titles.items:
            self._relevance, self._about = Relevance(agenda.items, self._models), []
            self._relevance.know(self._people.values())
        self._titles, self._current, self._opened = Titles(agenda.items), None, {}

    def _look(self, time: float) -> None:
        if self._titles.items:
            self._relevance.step()
            self._about.append((time, self._relevance.about))

    def _opens(self, turn: Turn) -> bool:
        """Tell whether a turn opens another agenda item than the one that is open."""
        if not self._titles.items or self._titles.lists(turn.text):
            return False
        opened = [place for clause in split(turn.text) if (place := self._titles.opened(clause)) is not None]
        if not opened or opened[-1] == self._current:
            return False
        self._current = self._opened[turn.id] = opened[-1]
        return True

    def _timeline(self) -> list[Insight]:
        """Return the topics since the last that is settled, where they changed."""
        if not self._boundaries.spoken:
            return []
        topics = self._topics()
        found = {insight.id: insight for insight in self._insights(topics)}
        since = self._boundaries.spoken[topics[0].first].start
        for key, known in list(self._given.items()):
            if known.segment.start >= since and key not in found:
                found[key] = replace(known, state="withdrawn")
                del self._given[key]
        changed = [insight for key, insight in found.items() if self._given.get(key) != insight]
        self._given |= {insight.id: insight for insight in changed if insight.state != "withdrawn"}
        if len(topics) > 2:
            self._settled = self._boundaries.spoken[topics[-2].first].start
        return changed

    def _topics(self) -> list[_Topic]:
        """Group turns by the boundaries, stretches of one agenda item in a row together."""
        spoken = self._boundaries.spoken
        starts = [0, *(bisect_left(spoken, mark) for mark in self._boundaries.found)]
        starts = [s for s in starts if spoken[s].start >= self._settled] or [starts[-1]]
        topics: list[_Topic] = []
        for first, last in zip(starts, [*starts[1:], len(spoken)], strict=True):
            item = self._item(spoken[first : min(last, first + _READ)])
            if topics and item is not None and topics[-1].item == item:
                topics[-1].last = last
            elif last > first:
                topics.append(_Topic(first, last, item))
        return topics

    def _item(self, spoken: Sequence[Spoken]) -> AgendaItem | None:
        """The agenda item that a stretch opens with, else the one that all of it relates to."""
        words = 0
        for known in spoken:
            if known.id in self._opened:
                return self._titles.items[self._opened[known.id]]
            words += known.words
            if words > _NAMED_WITHIN:
                break
        begin, end = spoken[0].start, spoken[-1].turn.segment.end
        about = [chances for time, chances in self._about if begin + _LATE < time <= end + STEP]
        if not about:
            return None
        mean = np.mean(about, axis=0)
        return self._titles.items[int(mean.argmax())] if mean.max() >= _RELEVANT else None

    def _insights(self, topics: Sequence[_Topic]) -> list[Insight]:
        spoken = self._boundaries.spoken
        end = max(s.turn.segment.end for s in spoken[topics[0].first :])
        ends = [*(spoken[topic.last].start for topic in topics[:-1]), end]
        return [
            Insight(
                kind="topic",
                segment=Segment(spoken[topic.first].start, until),
                text=topic.item.title
                if topic.item
                else self._label(spoken[topic.first : min(topic.last, topic.first + _READ)]),
                evidence=tuple(known.id for known in spoken[topic.first : min(topic.last, topic.first + _CITED)]),
                confidence=0.8 if topic.item else 0.5,
                data={"agenda_item": topic.item.id if topic.item else None},
                id=f"topic:{spoken[topic.first].id}",
            )
            for topic, until in zip(topics, ends, strict=True)
        ]

    def _label(self, spoken: Sequence[Spoken]) -> str:
        texts = [known.turn.text for known in spoken]
        phrases = key_phrases(texts, self._frequency, len(self._boundaries.spoken))
        return ", ".join(phrases) or "small talk"
