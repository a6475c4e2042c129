"""What writes summaries for all rooms of a server."""

from dataclasses import dataclass, field

from anyio import CapacityLimiter

from voicemind.insight.ports import Llm

AT_ONCE = 2  # summaries that are written at the same time


@dataclass(slots=True)
class Writer:
    """A language model, if there is one; a room is busy while its summary is written, in threads of their own."""

    llm: Llm | None = None
    busy: set[str] = field(default_factory=set)
    threads: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(AT_ONCE))
