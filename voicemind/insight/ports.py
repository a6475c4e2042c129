"""What insight asks of models: text embeddings for now."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Embed:
    """Ask for the embedding of ``text``; ``key`` names it for the asker, ``deadline`` is meeting time."""

    key: str
    text: str
    deadline: float


@dataclass(frozen=True, slots=True)
class Embedded:
    """The answer to an ``Embed``: a vector of unit length."""

    request: Embed
    vector: tuple[float, ...]


class TextEmbedder(Protocol):
    """Sentence encoder."""

    name: str

    def embed(self, texts: Sequence[str]) -> list[tuple[float, ...]]:
        """Return a vector of unit length for each text."""
        ...
