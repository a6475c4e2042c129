"""The analyzers that every meeting has."""

import datetime

from voicemind.insight.actions import Actions
from voicemind.insight.agenda import AgendaCoverage
from voicemind.insight.analyzer import AnyAnalyzer
from voicemind.insight.decisions import Decisions
from voicemind.insight.dynamics import Dynamics
from voicemind.insight.floor import FloorTakes
from voicemind.insight.revision import Revisable
from voicemind.insight.topics import Topics


def standard_analyzers(date: datetime.date | None = None) -> list[AnyAnalyzer]:
    """Return new analyzers for one meeting; without its ``date`` "by Friday" is no due date."""
    return [
        Dynamics(),
        FloorTakes(),
        Topics(),
        AgendaCoverage(),
        Revisable(lambda: Actions(date)),
        Revisable(Decisions),
    ]
