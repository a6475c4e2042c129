"""How much talk has to do with each agenda item, by meaning (vectors) and by words.

Two small logistic models, fitted on the development halves of AMI and QMSum with titles alone (no
descriptions): whether an item was touched at all (together with what was opened and put off, AUC 0.75
and 0.72 against items of other meetings of the same kind, 0.97 against those of another kind; the
cosine alone 0.74, 0.72 and 0.95), and whether a stretch of three blocks is about an
item, which is little better than chance and therefore a figure, never an alert.
"""

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np

from voicemind.insight.blocks import Block, Vector, unit
from voicemind.insight.titles import Titles
from voicemind.timeline.agenda import AgendaItem

_STRETCH = 3  # blocks that are looked at together
_TOP = 3  # blocks that say whether an item was touched
# Weights: mean cosine of the best three blocks, best cosine, title words in three blocks together; bias.
_TOUCHED = (2.96, 2.70, 1.52, -2.81)
# Without vectors: title words in one block, in three blocks, the sum over blocks (log); bias.
_TOUCHED_WORDS = (1.36, 0.58, 0.51, -0.95)
# Cosine of the last three blocks, title words in them; bias.
_ABOUT = (3.13, 0.97, -2.05)
_ABOUT_WORDS = (1.65, -1.49)


class Relevance:
    """Follows how blocks of talk relate to the items of one agenda."""

    def __init__(self, items: Sequence[AgendaItem]) -> None:
        self.titles = Titles(items)
        n = len(items)
        vectors = [item.vector for item in items]
        known = [v for v in vectors if v is not None]
        self._vectors: Vector | None = np.asarray(known, np.float32) if known and len(known) == n else None
        self._blocks: list[Block] = []
        self._frequency: Counter[str] = Counter()
        self._top = np.full((_TOP, n), -1.0, np.float32)
        self._seen = 0
        self._best = np.zeros(n)
        self._stretch_best = np.zeros(n)
        self._sum = np.zeros(n)
        self.about = np.zeros(n)

    def feed(self, block: Block) -> None:
        """Take the next block of talk."""
        self._blocks = [*self._blocks[1 - _STRETCH :], block]
        self._frequency.update(block.stems)
        self._seen += 1
        said = self._shares(block.stems)
        stretch = self._shares(frozenset().union(*(b.stems for b in self._blocks)))
        self._best = np.maximum(self._best, said)
        self._stretch_best = np.maximum(self._stretch_best, stretch)
        self._sum += said
        vectors = [b.vector for b in self._blocks if b.vector is not None]
        if self._vectors is None or block.vector is None or not vectors:
            self.about = _logistic(_ABOUT_WORDS[0] * stretch + _ABOUT_WORDS[1])
            return
        cosines = self._vectors @ block.vector
        self._top = np.sort(np.vstack([self._top, cosines[None]]), axis=0)[1:]
        mean = unit(np.sum(vectors, axis=0, dtype=np.float32))
        self.about = _logistic(_ABOUT[0] * (self._vectors @ mean) + _ABOUT[1] * stretch + _ABOUT[2])

    def touched(self) -> list[float]:
        """Return, for each item, the probability that it has been talked about so far."""
        if not self._seen:
            return [0.0] * len(self.titles.items)
        top = self._top[self._top[:, 0] > -1.0] if self._vectors is not None else self._top[:0]
        if len(top):
            a, b, c, bias = _TOUCHED
            # Of a short meeting a third block says little of an item.
            best = top[-max(1, min(_TOP, self._seen // 6)) :].mean(axis=0)
            logit = a * best + b * top.max(axis=0) + c * self._stretch_best + bias
        else:
            a, b, c, bias = _TOUCHED_WORDS
            logit = a * self._best + b * self._stretch_best + c * np.log1p(self._sum) + bias
        return [float(p) for p in _logistic(logit)]

    def _shares(self, stems: frozenset[str]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """Return how much of each title is said, rare words counting more than those of the whole meeting."""
        shares = np.zeros(len(self.titles.items))
        for place in self.titles.shares(stems):
            weights = {part: self._rarity(part) * self.titles.weight(place, part) for part in self.titles.stems[place]}
            total = sum(weights.values())
            shares[place] = sum(w for part, w in weights.items() if part in stems) / total if total else 0.0
        return shares

    def _rarity(self, part: str) -> float:
        return 0.1 + math.log((self._seen + 2) / (self._frequency[part] + 0.5))


def _logistic(x: np.ndarray[tuple[int], np.dtype[np.float64]]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    result: np.ndarray[tuple[int], np.dtype[np.float64]] = 1 / (1 + np.exp(-np.asarray(x, np.float64)))
    return result
