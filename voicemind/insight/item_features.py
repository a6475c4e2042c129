"""What says that talk is about an agenda item: figures a step and an item, for the models of relevance.

All look back only. A cosine alone says little, because some titles are close to all talk and some talk
is close to all titles: it is compared with what the ``Background``'s titles of other meetings get from
the same talk, and with what other talk gives the same title.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from voicemind.insight.owners import owners
from voicemind.insight.phrases import content
from voicemind.insight.steps import Steps
from voicemind.insight.vectors import Vector
from voicemind.timeline.agenda import AgendaItem
from voicemind.timeline.event import Participant
from voicemind.timeline.transcript import Turn

Matrix = npt.NDArray[np.float64]

NAMES = (
    "cosine60", "cosine120", "z60", "z120", "z240", "percentile", "other_talk", "step60", "step240",
    "words60", "words240", "recency", "owner60", "owner120", "owned",
)  # fmt: skip
_MINUTE, _TWO, _FOUR = 3, 6, 12  # steps
_FADES = 8.0  # steps in which the naming of an item loses two thirds of its weight
_RARE = 1.5  # idf from which a word of a heading names its item
_SAME = 0.9  # cosine from which a background title is one of the items
_LEAST = 0.02  # added to a deviation, which may be 0


@dataclass(frozen=True, slots=True)
class Background:
    """Titles of other meetings' items and stretches of their talk, as rows of unit vectors; how rare stems are.

    ``idf`` is the logarithm of how many stretches of talk there are for one that holds the stem;
    ``unknown`` is that of a stem that is not listed.
    """

    titles: Vector
    talk: Vector
    idf: Mapping[str, float]
    unknown: float

    def rarity(self, part: str) -> float:
        """Return the idf of a stem."""
        return self.idf.get(part, self.unknown)


class ItemFeatures:
    """Follows talk beside the items of one agenda; each step gives a row of ``NAMES`` an item."""

    def __init__(self, items: Sequence[AgendaItem], background: Background) -> None:
        self._items = tuple(items)
        self._owners: list[frozenset[str]] = [frozenset()] * len(items)
        titles = [frozenset(content(item.title)) for item in items]
        headings = [frozenset(content(item.heading)) for item in items]
        self._parts = sorted(frozenset().union(*titles))
        rarity = np.array([background.rarity(part) for part in self._parts])
        weights = _holding(titles, self._parts) * rarity
        self._weights = weights / np.maximum(weights.sum(axis=1, keepdims=True), _LEAST)
        self._names = (_holding(headings, self._parts) * rarity) > _RARE
        vectors = [item.vector for item in items if item.vector is not None]
        self._vectors: Vector | None = None
        if vectors and len(vectors) == len(items) and len(vectors[0]) == background.titles.shape[1]:
            self._vectors = np.asarray(vectors, np.float32)
            self._titles = background.titles[(background.titles @ self._vectors.T).max(axis=1) < _SAME]
            others = background.talk @ self._vectors.T
            self._other_talk = others.mean(axis=0), others.std(axis=0) + _LEAST
        self._steps = Steps()
        self._similar: list[npt.NDArray[np.float32]] = []

    @property
    def embedded(self) -> bool:
        """Whether the items have vectors that can be compared with the background's."""
        return self._vectors is not None

    def know(self, people: Iterable[Participant]) -> None:
        """Take who is there."""
        there = tuple(people)
        self._owners = [owners(item, there) for item in self._items]

    def feed(self, turn: Turn) -> None:
        """Take a turn into the step that is open."""
        self._steps.feed(turn)

    def step(self) -> Matrix:
        """Close the step that is open; return a row an item."""
        self._steps.close()
        rows = np.zeros((len(self._items), len(NAMES)))
        if not self._items:
            return rows
        if self._vectors is not None:
            rows[:, :9] = self._by_meaning(self._vectors)
        rows[:, 9:] = self._by_words()
        return rows

    def _by_meaning(self, items: Vector) -> Matrix:
        columns = np.zeros((9, len(items)))
        vector = self._steps.vectors[-1]
        self._similar.append(items @ vector if vector is not None else np.zeros(len(items), np.float32))
        del self._similar[:-_FOUR]
        columns[7], columns[8] = np.max(self._similar[-_MINUTE:], axis=0), np.max(self._similar, axis=0)
        for steps, z in ((_MINUTE, 2), (_TWO, 3), (_FOUR, 4)):
            window = self._steps.window(steps)
            if window is None:
                continue
            cosines, others = items @ window, self._titles @ window
            columns[z] = (cosines - others.mean()) / (others.std() + _LEAST) if len(others) else 0.0
            if steps == _MINUTE:
                columns[0] = cosines
            elif steps == _TWO:
                columns[1] = cosines
                columns[5] = (others[:, None] < cosines).mean(axis=0) if len(others) else 0.5
                columns[6] = (cosines - self._other_talk[0]) / self._other_talk[1]
        return columns.T

    def _by_words(self) -> Matrix:
        steps = self._steps
        ages = np.array([len(steps) - 1 - steps.last.get(part, -math.inf) for part in self._parts])
        named = np.where(self._names, np.exp(-ages / _FADES), 0.0)
        owned = [
            (steps.share(own, _MINUTE), steps.share(own, _TWO), 1.0) if own else (0.0, 0.0, 0.0) for own in self._owners
        ]
        said = [self._weights @ (ages < _MINUTE), self._weights @ (ages < _FOUR), named.max(axis=1, initial=0.0)]
        return np.concatenate([np.stack(said, axis=1), np.array(owned)], axis=1)


def _holding(sets: Sequence[frozenset[str]], parts: Sequence[str]) -> Matrix:
    """Return which set (row) holds which part (column), as 0 and 1."""
    return np.array([[part in held for part in parts] for held in sets], float).reshape(len(sets), len(parts))
