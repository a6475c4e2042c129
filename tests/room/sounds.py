"""Sound for tests: speech-like signals, and how well one is found in another."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from voicemind.room.opus import FRAME, RATE, Pcm

Signal = NDArray[np.float64]


def syllables(seconds: float, seed: int, loudness: float = 0.3) -> Pcm:
    """Voiced syllables of gliding pitch with short pauses; different seeds do not correlate."""
    rng = np.random.default_rng(seed)
    signal: Signal = np.zeros(round(seconds * RATE))
    at = 0
    while at < len(signal):
        size = round(rng.uniform(0.12, 0.3) * RATE)
        pitch = np.linspace(rng.uniform(90, 260), rng.uniform(90, 260), size)
        phase = 2 * np.pi * np.cumsum(pitch) / RATE
        weights = rng.uniform(0.1, 1.0, 12) / np.arange(1, 13)
        voiced = sum(w * np.sin((k + 1) * phase + rng.uniform(0, 6)) for k, w in enumerate(weights))
        shaped = voiced * np.hanning(size)
        piece = signal[at : at + size]
        piece += shaped[: len(piece)] / np.abs(shaped).max()
        at += size + round(rng.uniform(0.01, 0.08) * RATE)
    return (signal * loudness * 2**15).astype(np.int16)


def tone(frequency: float, seconds: float, amplitude: int = 6000) -> Pcm:
    """A sine."""
    time = np.arange(round(seconds * RATE)) / RATE
    return (amplitude * np.sin(2 * np.pi * frequency * time)).astype(np.int16)


def framed(pcm: Pcm) -> Iterator[Pcm]:
    """Whole frames of 20 ms."""
    for start in range(0, len(pcm) - FRAME + 1, FRAME):
        yield pcm[start : start + FRAME]


def find(source: NDArray[np.generic], heard: NDArray[np.generic]) -> tuple[int, float]:
    """Where ``source`` is in ``heard`` (samples) and the correlation there, from -1 to 1."""
    wanted, given = source.astype(float), heard.astype(float)
    size = 1 << (len(wanted) + len(given)).bit_length()  # other sizes can take ten times as long
    product = np.fft.irfft(np.fft.rfft(given, size) * np.conj(np.fft.rfft(wanted, size)), size)[: len(given)]
    lag = int(np.argmax(product))
    piece = given[lag : lag + len(wanted)]
    norm = np.linalg.norm(piece) * np.linalg.norm(wanted)
    return lag, float(np.dot(piece, wanted[: len(piece)]) / norm) if norm else 0.0


def likeness(source: NDArray[np.generic], heard: NDArray[np.generic], rate: int) -> float:
    """Median over the seconds of ``source`` of how well each is found in ``heard``.

    A loaded machine may stretch or cut a pause somewhere, which is no fault, and moves all behind it.
    """
    seconds = [source[start : start + rate] for start in range(0, len(source) - rate + 1, rate)]
    return float(np.median([find(second, heard)[1] for second in seconds]))
