"""The forward pass of a hidden Markov model: at which agenda item the talk is, or at none."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

_STRONGEST = 6.0  # the most that one step's evidence counts, as a logit


@dataclass(frozen=True, slots=True)
class Dwell:
    """How talk stays: ``stay`` is the chance to be at the same item a step later, ``leave`` that it goes on to none.

    ``trust`` scales a step's logits, and ``centre`` is the logit that is as likely at an item as at none.
    """

    stay: float = 0.9
    leave: float = 0.5
    trust: float = 0.5
    centre: float = 0.0


class Forward:
    """Follows the chance of each item, and of none, while steps come; the order of the agenda does not count."""

    def __init__(self, items: int, dwell: Dwell) -> None:
        self._dwell = dwell
        self.items: npt.NDArray[np.float64] = np.full(items, 0.5 / max(1, items))
        self.none = 0.5

    def feed(self, logits: Sequence[float] | npt.NDArray[np.float64]) -> float:
        """Take how much a step speaks for each item; return the chance that the talk is at none of them."""
        n, dwell = len(self.items), self._dwell
        if not n:
            return 1.0
        moves = (1 - dwell.stay) * self.items
        onward = (1 - dwell.leave) * (moves.sum() - moves) / (n - 1) if n > 1 else np.zeros(1)
        left = dwell.leave * moves.sum() if n > 1 else moves.sum()
        items = dwell.stay * self.items + onward + (1 - dwell.stay) * self.none / n
        none = dwell.stay * self.none + left
        evidence = dwell.trust * (np.asarray(logits, np.float64) - dwell.centre)
        items = items * np.exp(np.clip(evidence, -_STRONGEST, _STRONGEST))
        total = none + items.sum()
        self.items, self.none = items / total, float(none / total)
        return self.none
