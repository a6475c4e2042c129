"""What the conversation does, with the evidence beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from voicemind.timeline.segment import Segment

State = Literal["open", "closed", "withdrawn"]

FIGURES = frozenset({"balance", "floor_take", "overlaps", "topic", "coverage", "relevance", "voice"})
"""Kinds that are measurements, not messages: shown as figures, never as a card or an alert."""


@dataclass(frozen=True, slots=True)
class Insight:
    """A statement about the meeting, its evidence (turn ids) and a confidence in [0, 1].

    ``id`` is stable (by default the kind and the first evidence); an insight given again under
    its id replaces the earlier one. ``shown`` is the meeting time at which it was first given
    out, set by the pipeline. ``data`` holds JSON values; design names the keys for each kind.
    """

    kind: str
    segment: Segment
    text: str
    speaker: str | None = None
    evidence: tuple[str, ...] = ()
    confidence: float = 1.0
    data: Mapping[str, Any] = field(default_factory=dict)
    state: State = "open"
    id: str = ""
    shown: float | None = None

    @property
    def tentative(self) -> bool:
        """Whether it is right too seldom for a card: kept in the minutes' JSON, left out of what people read."""
        return self.data.get("tentative") is True

    def __post_init__(self) -> None:
        if not self.id:
            first = self.evidence[0] if self.evidence else f"{self.segment.start:.2f}"
            object.__setattr__(self, "id", f"{self.kind}:{first}")
