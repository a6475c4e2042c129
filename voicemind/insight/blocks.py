"""Talk in blocks of about forty words: the grain at which subjects are compared."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from voicemind.insight.phrases import content
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn

Vector = npt.NDArray[np.float32]

WORDS = 40
_LISTENER_WORDS = 3  # a turn with fewer words says nothing of the subject
_LONGEST = 30  # words of one turn that count in the mean vector


@dataclass(frozen=True, slots=True)
class Block:
    """Some turns together: mean vector of unit length (None without an embedder) and stems."""

    segment: Segment
    vector: Vector | None
    stems: frozenset[str]
    turns: tuple[str, ...]
    words: int


class Blocks:
    """Cuts talk into blocks as turns come."""

    def __init__(self, words: int = WORDS) -> None:
        self._words = words
        self._turns: list[Turn] = []
        self._count = 0

    def feed(self, turn: Turn) -> Block | None:
        """Return the block that a turn completes, if it does."""
        count = len(turn.text.split())
        if not count:
            return None
        self._turns.append(turn)
        self._count += count
        return self.flush() if self._count >= self._words else None

    def flush(self) -> Block | None:
        """Return the block begun, if there is one."""
        if not self._turns:
            return None
        turns, self._turns = self._turns, []
        count, self._count = self._count, 0
        segment = turns[0].segment
        for turn in turns[1:]:
            segment = segment | turn.segment
        stems = frozenset(part for turn in turns for part in content(turn.text))
        return Block(segment, mean_vector(turns), stems, tuple(turn.id for turn in turns), count)


def mean_vector(turns: list[Turn]) -> Vector | None:
    """Return the mean of the turns' vectors by their words, of unit length; None where none has one."""
    weighted = [
        (min(_LONGEST, len(turn.text.split())), turn.vector)
        for turn in turns
        if turn.vector is not None and len(turn.text.split()) >= _LISTENER_WORDS
    ]
    if not weighted:
        return None
    total = sum(np.asarray(vector, np.float32) * weight for weight, vector in weighted)
    return unit(np.asarray(total, np.float32))


def unit(vector: Vector) -> Vector:
    """Return a vector of length 1, or zeros where there is no direction."""
    length = float(np.linalg.norm(vector))
    return vector / length if length > 0 else vector
