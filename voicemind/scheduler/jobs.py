"""What the scheduler is asked for, and what it answers."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from voicemind.audio.frame import SAMPLE_RATE
from voicemind.insight.ports import Embed, Embedded
from voicemind.speech.ports import Decode, Decoded, Localize, Localized

Request = Decode | Embed | Localize
Result = Decoded | Embedded | Localized
Handler = Callable[[Sequence[Any]], Sequence[Result]]


@dataclass(frozen=True, slots=True)
class Failed:
    """The answer to a request whose model raised an error."""

    request: Request
    error: Exception


Deliver = Callable[[Result | Failed], None]


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """A request that is wanted by ``due``, in seconds of the scheduler's clock; ``deliver`` gets the answer."""

    request: Request
    due: float
    deliver: Deliver

    @property
    def interim(self) -> bool:
        """Whether it may be dropped."""
        return isinstance(self.request, Decode) and not self.request.final

    @property
    def track(self) -> Hashable:
        """Whose interim it is: a track of one caller."""
        return (self.deliver, self.request.track) if isinstance(self.request, Decode) else None

    @property
    def seconds(self) -> float:
        """Sound that waits with it, in seconds."""
        return len(self.request.samples) / SAMPLE_RATE if isinstance(self.request, Decode) else 0.0
