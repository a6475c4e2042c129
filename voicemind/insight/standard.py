"""The analyzers that every meeting has."""

import datetime

from voicemind.insight.agenda import AgendaCoverage
from voicemind.insight.analyzer import AnyAnalyzer
from voicemind.insight.dynamics import Dynamics
from voicemind.insight.evasion import Evasions
from voicemind.insight.floor import FloorTakes
from voicemind.insight.heat import Heat
from voicemind.insight.notes import NotedActions
from voicemind.insight.overlaps import Overlaps
from voicemind.insight.questions import Questions
from voicemind.insight.revision import Revisable
from voicemind.insight.sketch import SiftedActions, sifted_decisions
from voicemind.insight.summary import Summary
from voicemind.insight.topics import Topics
from voicemind.insight.trained import Trained


def standard_analyzers(
    date: datetime.date | None = None, *, heat: bool = True, models: Trained | None = None
) -> list[AnyAnalyzer]:
    """Return new analyzers for one meeting; without its ``date`` "by Friday" is no due date.

    ``heat=False`` leaves heat out; ``models`` take the place of what is shipped.
    """
    return [
        Dynamics(),
        Revisable(FloorTakes),
        Revisable(Overlaps),
        Topics(models),
        AgendaCoverage(models),
        Revisable(lambda: SiftedActions(date)),
        NotedActions(date),
        Revisable(sifted_decisions),
        Revisable(Questions),
        Revisable(Evasions),
        *([Revisable(Heat)] if heat else []),
        Revisable(Summary),
    ]
