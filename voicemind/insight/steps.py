"""Talk in steps of twenty seconds: what relevance to the agenda is judged on, each time one is over."""

from collections import Counter
from collections.abc import Collection

import numpy as np

from voicemind.insight.phrases import content
from voicemind.insight.vectors import Vector, unit, weighted_sum
from voicemind.timeline.transcript import Turn

STEP = 20.0  # seconds


class Steps:
    """``feed`` turns, ``close`` a step; then its windows are those of the steps up to it."""

    def __init__(self) -> None:
        self.vectors: list[Vector | None] = []
        """Of each closed step, the mean of its turns' vectors, of unit length; None where there is none."""
        self.last: dict[str, int] = {}
        """The last closed step in which a stem was said."""
        self._sums: list[Vector | None] = []
        self._speakers: list[Counter[str]] = []
        self._windows: dict[int, Vector] = {}
        self._turns: list[Turn] = []

    def __len__(self) -> int:
        return len(self.vectors)

    def feed(self, turn: Turn) -> None:
        """Take a turn into the step that is open."""
        self._turns.append(turn)

    def close(self) -> None:
        """Close the step that is open and begin the next."""
        turns, self._turns = self._turns, []
        place = len(self.vectors)
        total = weighted_sum(turns)
        self._sums.append(total)
        self.vectors.append(unit(total) if total is not None else None)
        words: Counter[str] = Counter()
        for turn in turns:
            words[turn.speaker] += len(turn.text.split())
            self.last.update((part, place) for part in content(turn.text))
        self._speakers.append(words)

    def window(self, steps: int) -> Vector | None:
        """Return the mean vector of the last steps, of unit length; after a silence the one before it."""
        sums = [total for total in self._sums[-steps:] if total is not None]
        if sums:
            self._windows[steps] = unit(np.sum(sums, axis=0, dtype=np.float32))
        return self._windows.get(steps)

    def said(self, part: str, steps: int) -> bool:
        """Tell whether a stem was said in the last steps."""
        return len(self) - self.last.get(part, -steps) <= steps

    def share(self, speakers: Collection[str], steps: int) -> float:
        """Return which part of the words of the last steps came from these speakers; 0 where nothing was said."""
        recent = self._speakers[-steps:]
        total = sum(words.total() for words in recent)
        own = sum(words[speaker] for words in recent for speaker in speakers)
        return own / total if total else 0.0
