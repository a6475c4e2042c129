"""Mix-minus: everybody hears everybody else."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voicemind.room.opus import Pcm

KNEE = 0.8 * 2**15  # int16; above it the limiter bends the curve

_ROOM = 2**15 - 1 - KNEE  # from the knee to full scale, which is approached and never passed


@dataclass(frozen=True, slots=True, eq=False)
class Mix:
    """One frame of a conversation; ``shared`` is what all hear who do not speak: int16 (n,), None when nobody does."""

    shared: Pcm | None
    voices: Mapping[str, Pcm]
    total: NDArray[np.int32]

    def heard_by(self, participant: str) -> Pcm | None:
        """What a participant hears: all but themselves; None when that is nobody."""
        own = self.voices.get(participant)
        if own is None:
            return self.shared
        return limit(self.total - own) if len(self.voices) > 1 else None


def mix(voices: Mapping[str, Pcm]) -> Mix:
    """Mix the frames of all who speak, by participant, each int16 of the same shape (n,)."""
    if not voices:
        return Mix(None, voices, np.zeros(0, np.int32))
    total: NDArray[np.int32] = np.stack(list(voices.values())).sum(axis=0, dtype=np.int32)
    return Mix(limit(total), voices, total)


def limit(total: NDArray[np.int32]) -> Pcm:
    """Return a sum as int16: unchanged below the knee, bent smoothly above, so that it never clips.

    It has no memory: no pumping, and the same voices sound the same in every mix.
    """
    size = np.abs(total)
    if size.max(initial=0) <= KNEE:
        return total.astype(np.int16)
    over = np.maximum(size - KNEE, 0.0)
    bent = np.minimum(size, KNEE) + _ROOM * np.tanh(over / _ROOM)
    return np.rint(np.copysign(bent, total)).astype(np.int16)
