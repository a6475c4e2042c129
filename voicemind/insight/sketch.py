"""What to say of a clause that the ranker takes for a task or a decision."""

import datetime
import re
from typing import ClassVar

from voicemind.insight.actions import Actions
from voicemind.insight.analyzer import EventAnalyzer
from voicemind.insight.decisions import Decisions
from voicemind.insight.people import Roster
from voicemind.insight.ranker import Ranked, TaskModel, task_model
from voicemind.insight.sifted import Sifted
from voicemind.insight.tasks import TaskReader
from voicemind.timeline.event import Event, Joined
from voicemind.timeline.insight import Insight
from voicemind.timeline.transcript import Turn

# How often a find of the ranker alone is right, on AMI's meetings: too seldom for a card of its own.
_PRECISION = {"action": 0.5, "decision": 0.15}
_OWN = re.compile(r"\b(?:i['’]ll|i will|i(?:['’]m| am) going to|i(?:['’]m| am) gonna|let me|i can)\b", re.IGNORECASE)
_LEADING = re.compile(
    r"^(?:(?:okay|ok|alright|all right|right|so|well|and|but|um|uh|yeah|yes|then|now)\b[\s,.]*)+", re.IGNORECASE
)


class SiftedActions:
    """Action items: what the rules of ``Actions`` find, sifted, and what the ranker finds beyond."""

    handles: ClassVar[tuple[type[Event], ...]] = (Joined, Turn)

    def __init__(self, date: datetime.date | None = None, model: TaskModel | None = None) -> None:
        """Take the day of the meeting, and other weights than those that are shipped."""
        self._roster = Roster()
        self._reader = TaskReader(date, self._roster)
        self._sifted = Sifted(Actions(date), model or task_model("actions"), self._sketch)

    def feed(self, event: Event) -> list[Insight]:
        """Return the actions that the event adds or changes."""
        if isinstance(event, Joined):
            self._roster.add(event.participant)
        return self._sifted.feed(event)

    def flush(self) -> list[Insight]:
        """Return what is left."""
        return self._sifted.flush()

    def _sketch(self, clause: Ranked) -> Insight:
        text = clause.text
        subject = self._roster.subject(text)
        person = self._roster.addressee(text) or (subject[0] if subject else None)
        if person is None and _OWN.search(text):
            person = clause.turn.speaker
        owner = self._roster.name(person) if person else None
        due = self._reader.due(text)
        data = {"owner": owner, "due": due.isoformat() if due else None}
        return _insight("action", clause, owner, data)


def sifted_decisions(model: TaskModel | None = None) -> EventAnalyzer:
    """Return decisions: what the rules of ``Decisions`` find, sifted, and what the ranker finds beyond."""
    return Sifted(Decisions(), model or task_model("decisions"), lambda clause: _insight("decision", clause, None, {}))


def _insight(kind: str, clause: Ranked, speaker: str | None, data: dict[str, str | None]) -> Insight:
    plain = _LEADING.sub("", clause.text).strip(" .,;") or clause.text
    return Insight(
        kind=kind,
        segment=clause.turn.segment,
        text=plain[0].upper() + plain[1:],
        speaker=speaker,
        evidence=(clause.turn.id,),
        confidence=_PRECISION[kind],
        data={**data, "tentative": True},
        id=f"{kind}:{clause.turn.id}:ranked",
    )
