"""LocalAgreement-2: text is settled once two hypotheses in a row agree on it.

Source: Liu et al. 2020 (hold-n and local agreement), as in Whisper-Streaming (Macháček et al.
2023, arXiv 2307.14743).
"""

from collections.abc import Sequence
from typing import Generic, TypeVar

T = TypeVar("T")


class LocalAgreement(Generic[T]):
    """Commits the longest common prefix of the last two hypotheses; never takes back."""

    def __init__(self) -> None:
        self._agreed: tuple[T, ...] = ()
        self._previous: tuple[T, ...] = ()

    @property
    def agreed(self) -> tuple[T, ...]:
        """What is settled."""
        return self._agreed

    def feed(self, hypothesis: Sequence[T]) -> tuple[T, ...]:
        """Take the next hypothesis; return what is agreed now.

        A hypothesis that does not start with what is agreed has nothing to say.
        """
        if tuple(hypothesis[: len(self._agreed)]) != self._agreed:
            return self._agreed
        common = 0
        for old, new in zip(self._previous, hypothesis, strict=False):
            if old != new:
                break
            common += 1
        if common > len(self._agreed):
            self._agreed = tuple(hypothesis[:common])
        self._previous = tuple(hypothesis)
        return self._agreed
