"""LocalAgreement-2: text is settled once two hypotheses in a row agree on it.

Source: Liu et al. 2020 (hold-n and local agreement), as in Whisper-Streaming (Macháček et al.
2023, arXiv 2307.14743).
"""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")


class LocalAgreement(Generic[T]):
    """Commits the longest common prefix of the last two hypotheses; never takes back."""

    def __init__(self, key: Callable[[T], object] = lambda item: item) -> None:
        """Compare items by their ``key``; of those that agree the later one stays."""
        self._key = key
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
        settled = len(self._agreed)
        if self._common(self._agreed, hypothesis) < settled:
            return self._agreed
        common = self._common(self._previous, hypothesis)
        self._agreed += tuple(hypothesis[settled:common])
        self._previous = tuple(hypothesis)
        return self._agreed

    def _common(self, before: Sequence[T], after: Sequence[T]) -> int:
        """Return how many items two sequences begin with alike."""
        pairs = enumerate(zip(before, after, strict=False))
        differs = (i for i, (old, new) in pairs if self._key(old) != self._key(new))
        return next(differs, min(len(before), len(after)))
