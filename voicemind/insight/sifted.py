"""Actions and decisions sifted: what the rules find, judged by the ranker, and what it finds beyond them.

Rules are firm about a date, or an owner who agreed. Their other finds ("I'll draw a cat") are mostly tasks where
people commit themselves firmly, too, and mostly none where nobody does: such a find waits until the meeting holds
more firm ones than doubtful ones, or the ranker speaks for it. The ranker's own finds are those with the highest
scores, so many an hour at most: a threshold that fits one kind of meetings finds nothing in another, a rank does.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import inf
from typing import ClassVar

from voicemind.insight.analyzer import EventAnalyzer
from voicemind.insight.ranker import Ranked, Ranker, TaskModel
from voicemind.timeline.event import Agenda, Event, Joined
from voicemind.timeline.insight import Insight
from voicemind.timeline.transcript import Turn

FIRM = 0.7  # confidence from which a find of the rules needs no second opinion
_TOO_SHORT = 600.0  # seconds of talk in which there is too little to rank
_NEAR = 20.0  # seconds between clauses of one find

Sketch = Callable[[Ranked], Insight]


@dataclass(slots=True)
class _Find:
    """A find of the ranker: its best clause, every turn of it, and whether it was given out."""

    best: Ranked
    evidence: tuple[str, ...]
    end: float
    given: Insight | None = None


class Sifted:
    """Wraps an analyzer; gives out its firm finds at once, doubtful ones once judged, and the ranker's best."""

    handles: ClassVar[tuple[type[Event], ...]] = (Joined, Agenda, Turn)

    def __init__(self, inner: EventAnalyzer, model: TaskModel, sketch: Sketch) -> None:
        """Take the analyzer, the weights, and what makes an insight of a clause."""
        self._inner = inner
        self._ranker = Ranker(model)
        self._model = model
        self._sketch = sketch
        self._scores: dict[str, float] = {}
        self._held: dict[str, Insight] = {}
        self._given: dict[str, Insight] = {}
        self._finds: list[_Find] = []
        self._time = 0.0

    def feed(self, event: Event) -> list[Insight]:
        """Return what is new or changed."""
        found = self._inner.feed(event) if isinstance(event, self._inner.handles) else []
        if not isinstance(event, Turn):
            return self._take(found)
        self._time = max(self._time, event.segment.end)
        return [*self._take(found), *self._judge(self._ranker.feed(event))]

    def flush(self) -> list[Insight]:
        """Return what is left, judged by what there is."""
        return [*self._take(self._inner.flush()), *self._judge(self._ranker.flush())]

    def _take(self, found: list[Insight]) -> list[Insight]:
        """Pass on, hold or drop what the rules say."""
        passed: list[Insight] = []
        for insight in found:
            self._held.pop(insight.id, None)
            if insight.id in self._given or self._stands(insight):
                passed.append(self._give(insight))
            elif insight.state != "withdrawn":
                self._held[insight.id] = insight
        passed += self._release()
        return [*passed, *self._best()] if passed else []

    def _release(self) -> list[Insight]:
        """Give out what was held and may stand now."""
        return [self._give(insight) for insight in list(self._held.values()) if self._stands(insight)]

    def _stands(self, insight: Insight) -> bool:
        if insight.state == "withdrawn":
            return False
        if _firm(insight) or any(self._scores.get(turn, -inf) >= self._model.floor for turn in insight.evidence):
            return True
        given = [i for i in self._given.values() if i.state != "withdrawn"]
        firm = sum(1 for i in given if _firm(i))
        return firm > len(given) - firm

    def _give(self, insight: Insight) -> Insight:
        self._held.pop(insight.id, None)
        self._given[insight.id] = insight
        return insight

    def _judge(self, ranked: list[Ranked]) -> list[Insight]:
        """Take scores: give out what waited for them, and what they find by themselves."""
        for clause in ranked:
            turn = clause.turn.id
            self._scores[turn] = max(clause.score, self._scores.get(turn, clause.score))
            if clause.score >= self._model.bar:
                self._find(clause)
        return [*self._release(), *self._best()] if ranked else []

    def _find(self, clause: Ranked) -> None:
        """Take a clause as a find, or as more of the one just before it."""
        segment, turn = clause.turn.segment, clause.turn.id
        last = self._finds[-1] if self._finds else None
        if last is None or segment.start - last.end > _NEAR:
            self._finds.append(_Find(clause, (turn,), segment.end))
            return
        last.evidence = tuple(dict.fromkeys((*last.evidence, turn)))
        last.end = max(last.end, segment.end)
        if clause.score > last.best.score:
            last.best = clause

    def _best(self) -> list[Insight]:
        """Return what changes among the ranker's finds: the best are given out, what is no longer is withdrawn."""
        said = {turn for i in self._given.values() if i.state != "withdrawn" for turn in i.evidence}
        standing = sum(1 for i in self._given.values() if i.state != "withdrawn")
        most = int(max(0.0, self._time - _TOO_SHORT) / 3600 * self._model.per_hour) - standing
        own = [find for find in self._finds if not said & set(find.evidence)]
        best = sorted(own, key=lambda find: -find.best.score)[: max(0, most)]
        changed: list[Insight] = []
        for find in self._finds:
            known = find.given
            if any(find is chosen for chosen in best):
                fresh = replace(self._sketch(find.best), evidence=find.evidence)
                if known is not None:  # whatever else is said of it, it stays the same find
                    fresh = replace(fresh, id=known.id)
                if fresh != known:
                    find.given = fresh
                    changed.append(fresh)
            elif known is not None and known.state != "withdrawn":
                find.given = replace(known, state="withdrawn")
                changed.append(find.given)
        return changed


def _firm(insight: Insight) -> bool:
    return insight.confidence >= FIRM or bool(insight.data.get("due"))
