"""Documents: the passage that would help, when the talk is about it; at most one every two minutes.

What was said in the last half minute is compared with the passages by meaning and by words: both have to agree, and
a passage is suggested once.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from voicemind.insight.phrases import content
from voicemind.timeline.event import Event
from voicemind.timeline.insight import Insight
from voicemind.timeline.transcript import Turn

HEARD = 30.0  # seconds of talk that are compared
APART = 120.0  # seconds between two suggestions
SIMILAR = 0.5  # cosine of a passage to the talk, for sentence embeddings of MiniLM
SHARED = 3  # content words that a passage has in common with the talk
_LEAST_WORDS = 8  # of talk; fewer say nothing
_PASSAGE = 300  # characters that are quoted


@dataclass(frozen=True, slots=True)
class Shelved:
    """A passage of a document."""

    path: str
    heading: str
    text: str
    stems: frozenset[str] = field(default=frozenset(), repr=False)


@dataclass(frozen=True, slots=True)
class Shelf:
    """The passages of all documents, and their embeddings: one row of unit length each."""

    passages: tuple[Shelved, ...]
    vectors: npt.NDArray[np.float32]

    @classmethod
    def of(cls, passages: Sequence[tuple[str, str, str]], vectors: npt.NDArray[np.float32]) -> "Shelf":
        """Take (path, heading, text) of each passage."""
        return cls(tuple(Shelved(p, h, t, frozenset(content(f"{h} {t}"))) for p, h, t in passages), vectors)


class Documents:
    """Suggests passages of a shelf; turns without embeddings are passed over."""

    handles: ClassVar[tuple[type[Event], ...]] = (Turn,)

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._recent: deque[Turn] = deque()
        self._suggested: set[Shelved] = set()
        self._last = -APART

    def feed(self, event: Event) -> list[Insight]:
        """Return a document insight where a passage fits what is being said."""
        if not isinstance(event, Turn) or event.vector is None or not self._shelf.passages:
            return []
        self._recent.append(event)
        while event.segment.end - self._recent[0].segment.end > HEARD:
            self._recent.popleft()
        if event.segment.end - self._last < APART or sum(len(t.text.split()) for t in self._recent) < _LEAST_WORDS:
            return []
        return self._suggest(event)

    def flush(self) -> list[Insight]:
        """Nothing helps any more."""
        return []

    def _suggest(self, turn: Turn) -> list[Insight]:
        similar = self._shelf.vectors @ _mean(self._recent)
        place = int(np.argmax(similar))
        found, similarity = self._shelf.passages[place], float(similar[place])
        said = {stem for t in self._recent for stem in content(t.text)}
        if similarity < SIMILAR or len(said & found.stems) < SHARED or found in self._suggested:
            return []
        self._suggested.add(found)
        self._last = turn.segment.end
        about = [t for t in self._recent if found.stems & set(content(t.text))]
        name = found.path.rsplit("/", 1)[-1]
        return [
            Insight(
                kind="document",
                segment=about[0].segment | turn.segment,
                text=f"{name}{f', {found.heading}' if found.heading else ''}: {found.text[:_PASSAGE]}",
                evidence=tuple(t.id for t in about),
                confidence=round(min(0.95, similarity), 2),
                data={"path": found.path, "passage": found.text},
                id=f"document:{turn.id}",
            )
        ]


def _mean(turns: Iterable[Turn]) -> npt.NDArray[np.float32]:
    """The mean embedding of turns by their length, scaled to unit length."""
    total = np.sum([len(t.text.split()) * np.array(t.vector, np.float32) for t in turns], axis=0)
    mean: npt.NDArray[np.float32] = total / max(float(np.linalg.norm(total)), 1e-9)
    return mean
