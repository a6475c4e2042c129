"""Vectors of what was said: each turn's by its words, and sums of them."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from voicemind.timeline.transcript import Turn

Vector = npt.NDArray[np.float32]

_LISTENER_WORDS = 3  # a turn with fewer words says nothing of the subject
_LONGEST = 30  # words of one turn that count


def weighted_sum(turns: Sequence[Turn]) -> Vector | None:
    """Return the sum of the turns' vectors, each by its words; None where none has one."""
    vectors = [vector for turn in turns if (vector := weighted(turn)) is not None]
    return np.sum(vectors, axis=0, dtype=np.float32) if vectors else None


def weighted(turn: Turn) -> Vector | None:
    """Return a turn's vector by its words; None where it has none, or is too short to say anything."""
    words = len(turn.text.split())
    if turn.vector is None or words < _LISTENER_WORDS:
        return None
    return np.asarray(turn.vector, np.float32) * min(_LONGEST, words)


def unit(vector: Vector) -> Vector:
    """Return a vector of length 1, or zeros where there is no direction."""
    length = float(np.linalg.norm(vector))
    return vector / length if length > 0 else vector
