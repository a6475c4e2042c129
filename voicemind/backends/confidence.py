"""How likely a word is right, from the probability that the recogniser gives its tokens.

Platt scaling (Platt 1999; Guo et al. 2017, arXiv 1706.04599): a line in the log odds. The
recogniser doubts words that are right more than it should.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CERTAIN = 0.999  # probabilities beyond it, and under 1 - CERTAIN, count as this
ROUNDS = 50  # of Newton's method, far more than it needs
RIDGE = 1e-3  # keeps it from running away where right and wrong words can be told apart without error


@dataclass(frozen=True, slots=True)
class Calibration:
    """Log odds of a word being right are ``offset + slope`` times those that the recogniser gives."""

    offset: float
    slope: float

    def __call__(self, probability: float) -> float:
        """Return how likely a word is right."""
        return float(1.0 / (1.0 + np.exp(-(self.offset + self.slope * _log_odds(np.array(probability))))))


# Fitted with tiny.en on half of the English clips under 115 s (models/tiny.en.md); base was not measured.
WORDS = Calibration(1.006, 0.665)


def fit(probabilities: Sequence[float], right: Sequence[bool]) -> Calibration:
    """Return the calibration under which words of known outcome are likeliest; the sequences are parallel."""
    odds = _log_odds(np.array(probabilities, float))
    x = np.column_stack([np.ones_like(odds), odds])
    y = np.array(right, float)
    weights = np.zeros(2)
    for _ in range(ROUNDS):
        p = 1.0 / (1.0 + np.exp(-x @ weights))
        curvature = x.T @ (x * (p * (1.0 - p))[:, None]) + RIDGE * np.eye(2)
        weights += np.linalg.solve(curvature, x.T @ (y - p) - RIDGE * weights)
    return Calibration(float(weights[0]), float(weights[1]))


def expected_error(probabilities: Sequence[float], right: Sequence[bool], bins: int = 10) -> float:
    """Return the expected calibration error: how far, on average, confidence is from the share that is right."""
    p, y = np.array(probabilities, float), np.array(right, float)
    index = np.minimum((p * bins).astype(int), bins - 1)
    gaps = [abs(p[index == i].sum() - y[index == i].sum()) for i in range(bins)]
    return float(sum(gaps) / max(1, len(p)))


def _log_odds(probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    clipped = np.clip(probabilities, 1.0 - CERTAIN, CERTAIN)
    return np.asarray(np.log(clipped / (1.0 - clipped)))
