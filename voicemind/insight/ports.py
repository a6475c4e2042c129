"""What insight asks of models: text embeddings, and words of a language model."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol


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


@dataclass(frozen=True, slots=True)
class Message:
    """A message to a language model."""

    role: Literal["system", "user", "assistant"]
    content: str


class Llm(Protocol):
    """A language model that answers messages."""

    name: str

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        """Yield the answer in pieces as they come; BackendError where it cannot be had."""
        ...
