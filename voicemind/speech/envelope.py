"""How the loudness of a sound's frequency bands goes up and down, and how alike two of these are."""

import functools
import math

import numpy as np
from numpy.typing import NDArray

from voicemind.audio.frame import SAMPLE_RATE, Samples

# Counts of hops; a window makes two, of 16 ms with the usual 32 ms.
HOPS = 2
EARLIEST, LATEST = -4, 8  # how much later than its original a copy may come: -64 to 128 ms
BEFORE, BEHIND = 32, 4  # what is compared in front of a window and behind it: 0.5 s and 64 ms
COMPARED = BEFORE + HOPS + BEHIND
LOUDEST = -1.0  # dB against its original, at which a copy is still taken for one

_NEAR = 4  # round a window: what its own level is taken of
_EDGES = (150, 300, 450, 650, 900, 1200, 1600, 2100, 2800, 3700, 4900, 6500)  # Hz
_BANDS = len(_EDGES) - 1
_FLOOR = 1.5e-3  # added to the power of a band: a hiss of -75 dBFS

Envelopes = NDArray[np.float32]
"""Of each hop the logarithms of its bands' powers, and behind them the sum of the powers; shape (hops, 12)."""


def envelopes(before: Samples, samples: Samples) -> Envelopes:
    """Analyse a window: its ``samples``, shape (n,), and the n / 2 ``before`` them; shape (HOPS, 12)."""
    hop = len(before)
    taper, bands = _analysis(hop)
    joined = np.concatenate([before, samples])
    hops = np.lib.stride_tricks.as_strided(joined, (HOPS, 2 * hop), (joined.itemsize * hop, joined.itemsize))
    powers = np.abs(np.fft.rfft(hops * taper)) ** 2 @ bands + _FLOOR
    return np.concatenate([np.log(powers), powers.sum(1, keepdims=True)], 1, dtype=np.float32)


def silence(count: int) -> Envelopes:
    """Return the envelopes of ``count`` hops of nothing."""
    found = np.empty((count, _BANDS + 1), np.float32)
    found[:, :_BANDS], found[:, _BANDS] = math.log(_FLOOR), _BANDS * _FLOOR
    return found


def distance(own: Envelopes, said: Envelopes) -> float:
    """How much likeness is missing for ``own`` to be a copy of ``said``; 0 or less if it is one, infinite if too loud.

    ``own`` are COMPARED hops round a window; ``said`` begin LATEST hops before and end -EARLIEST
    hops behind.
    """
    levels = (_levels(own, said, 0, COMPARED) + _levels(own, said, BEFORE - _NEAR, HOPS + 2 * _NEAR)) / 2
    if levels.min() >= LOUDEST:
        return math.inf
    likeness, lag = _correlate(own[:, :_BANDS], said[:, :_BANDS])
    level = float(levels[lag])
    # Fitted on voices laid out as in a room; the quieter, the less likely it is somebody else.
    return min(0.8, max(0.5, 1.26 + 0.074 * level)) - likeness if level < LOUDEST else math.inf


def _levels(own: Envelopes, said: Envelopes, first: int, count: int) -> NDArray[np.float64]:
    """Return how much louder, in dB, ``own`` is than ``said`` at each lag, over ``count`` hops from ``first`` on."""
    sums = np.cumsum(said[first : first + count + LATEST - EARLIEST, _BANDS], dtype=np.float64)
    sums[count:] -= sums[:-count]
    levels: NDArray[np.float64] = 10 * np.log10(own[first : first + count, _BANDS].sum() / sums[count - 1 :])
    return levels


def _correlate(own: Envelopes, said: Envelopes) -> tuple[float, int]:
    """Return the highest correlation of ``own`` with as many rows of ``said``, and the row at which they begin.

    Each band's mean is taken away first.
    """
    count, lags = len(own), len(said) - len(own) + 1
    ours = np.ascontiguousarray(own - own.mean(0))
    theirs = np.ascontiguousarray(said - said.mean(0))
    sums = np.concatenate([np.zeros((1, _BANDS), np.float32), np.cumsum(theirs, 0)])
    squares = np.concatenate([[0.0], np.cumsum(np.einsum("hb,hb->h", theirs, theirs))])
    means = (sums[count:] - sums[:lags]) / count
    spread = squares[count:] - squares[:lags] - count * np.einsum("hb,hb->h", means, means)
    products = np.array([np.vdot(ours, theirs[lag : lag + count]) for lag in range(lags)])
    correlations = products / np.sqrt(np.vdot(ours, ours) * np.maximum(spread, 0.0) + 1e-6)
    best = int(np.argmax(correlations))
    return float(correlations[best]), best


@functools.cache
def _analysis(hop: int) -> tuple[Samples, Samples]:
    """The taper of two hops, and which bins of their spectrum are in which band, shape (bins, bands)."""
    hertz = np.fft.rfftfreq(2 * hop, 1 / SAMPLE_RATE)[:, np.newaxis]
    edges = np.array(_EDGES)
    inside = (hertz >= edges[:-1]) & (hertz < edges[1:])
    return np.hanning(2 * hop).astype(np.float32), inside.astype(np.float32)
