"""What an analyzer is: a fold over the events of a meeting."""

from typing import Any, Protocol

from voicemind.timeline.event import Event
from voicemind.timeline.insight import Insight
from voicemind.timeline.transcript import Turn


class Analyzer(Protocol):
    """Takes events in order of meeting time and gives out insights.

    Given out again under the same id, an insight replaces the earlier one. ``flush`` is called
    once, after the last event. Events of the types in ``handles`` are fed, and turns alone where
    an analyzer has no ``handles``: a plug-in needs just ``feed`` and ``flush``.
    """

    def feed(self, event: Turn, /) -> list[Insight]:
        """Take one event."""
        ...

    def flush(self) -> list[Insight]:
        """Say what is known at the end."""
        ...


class EventAnalyzer(Protocol):
    """An analyzer that wants more than turns."""

    @property
    def handles(self) -> tuple[type[Event], ...]:
        """The types of the events to be fed."""
        ...

    def feed(self, event: Any, /) -> list[Insight]:
        """Take one event of the types in ``handles``."""
        ...

    def flush(self) -> list[Insight]:
        """Say what is known at the end."""
        ...


AnyAnalyzer = Analyzer | EventAnalyzer


def handled(analyzer: AnyAnalyzer) -> tuple[type[Event], ...]:
    """Return the event types that an analyzer is to be fed."""
    return getattr(analyzer, "handles", (Turn,))
