"""Action items: what somebody took on or was asked to do, and agreed to; who, and by when."""

import datetime
import re
from collections import deque
from collections.abc import Iterable
from dataclasses import replace
from typing import ClassVar

from voicemind.insight import replies
from voicemind.insight.acts import Act
from voicemind.insight.asked import Request, Requests
from voicemind.insight.clauses import Clause, Clauses
from voicemind.insight.commitments import commitment, offer, promised, taking_on
from voicemind.insight.ledger import Entry, insight
from voicemind.insight.people import Roster
from voicemind.insight.requests import assignment, group_task, open_request, request, told
from voicemind.insight.tasklist import TaskList
from voicemind.insight.tasks import Task, TaskReader
from voicemind.timeline.event import Event, Joined
from voicemind.timeline.insight import Insight
from voicemind.timeline.transcript import Turn

_HISTORY = 12  # clauses
_SUMMED_UP = 0.3
_HANDED_OVER = 0.55
_TAKES_ON, _PROMISED = 0.35, 0.6
_SUMMARY = re.compile(
    r"^\W*(?:(?:okay|ok|good|fine|great|perfect|right|all right)\W+)*(?:so|then)\b|\bthen\W*$", re.IGNORECASE
)


class Actions:
    """Finds action items: own commitments, accepted requests and offers, assignments.

    Mentions of one task are merged; one that is taken back is withdrawn; one that goes to somebody
    else is withdrawn and given out again under its new owner.
    """

    handles: ClassVar[tuple[type[Event], ...]] = (Joined, Turn)

    def __init__(self, date: datetime.date | None = None) -> None:
        self._history: deque[Clause] = deque(maxlen=_HISTORY)
        self._roster = Roster()
        self._reader = TaskReader(date, self._roster)
        self._clauses = Clauses()
        self._requests = Requests(self._reader, self._roster, self._history)
        self._tasks = TaskList(self._reader, self._history)

    def feed(self, event: Event) -> list[Insight]:
        """Return the actions that the event adds or changes."""
        if isinstance(event, Joined):
            self._roster.add(event.participant)
        if not isinstance(event, Turn):
            return []
        return self._insights(entry for clause in self._clauses.feed(event) for entry in self._clause(clause))

    def flush(self) -> list[Insight]:
        """Return the assignments that nobody contradicted."""
        return self._insights(self._expired(float("inf")))

    def _insights(self, entries: Iterable[Entry]) -> list[Insight]:
        changed = {entry.id: entry for entry in entries}
        return [self._insight(entry) for entry in changed.values()]

    def _insight(self, entry: Entry) -> Insight:
        owner = self._roster.name(entry.owner) if entry.owner else None
        return insight("action", entry, owner, {"owner": owner, "due": entry.due.isoformat() if entry.due else None})

    def _clause(self, clause: Clause) -> list[Entry]:
        if self._history and self._history[-1].key == clause.key:
            self._history.pop()
        self._requests.forget(clause.key)
        changed = self._expired(clause.segment.start)
        if not replies.reported(clause.text):
            changed += self._reply(clause) or self._said(clause)
        self._history.append(clause)
        self._reader.hear(clause)
        return changed

    def _expired(self, time: float) -> list[Entry]:
        late = self._requests.expired(time)
        return [entry for s in late for entry in self._tasks.enter(s.task, s.clause, s.owner, s.gain)]

    def _reply(self, clause: Clause) -> list[Entry]:
        """What a clause does to what was said before."""
        if replies.takes_back(clause.text) and request(clause.text) is None:
            return [] if self._requests.take_back() else self._tasks.take_back(clause)
        if replies.takes_back_named(clause.text) and (taken := self._tasks.take_back_named(clause)):
            return taken
        if given_up := self._tasks.give_up(clause):
            return given_up
        if self._requests.date(clause):
            return []
        if welcomed := self._tasks.welcome(clause):
            return welcomed
        if settled := self._requests.answer(clause):
            return self._tasks.enter(settled.task, settled.clause, settled.owner, settled.gain)
        return [] if self._requests.awaits(clause.speaker) else self._tasks.date(clause)

    def _said(self, clause: Clause) -> list[Entry]:
        """What a clause says to be done by itself."""
        text = self._roster.without_address(clause.text)
        if taking_on(text):
            weight = _PROMISED if promised(text) else _TAKES_ON
            task = Task(text, frozenset(), weight, self._reader.due(text), referring=True)
            return self._tasks.enter(task, clause, clause.speaker)
        if (act := commitment(text)) and not replies.hedges(text):
            return self._claim(act, clause, clause.speaker)
        addressee = self._roster.addressee(clause.text) or self._called(clause)
        if act := offer(text):
            return self._ask(act, clause, None, offered=True)
        if act := request(text) or (told(text) if addressee else None):
            return self._ask(act, clause, addressee)
        return self._assigned(clause, text) or self._unassigned(clause, text, addressee)

    def _assigned(self, clause: Clause, text: str) -> list[Entry]:
        """Read what others assign: "Priya finishes the screens by Wednesday", "let Priya do that"."""
        if (subject := self._roster.subject(clause.text)) and (act := assignment(subject[1])):
            if clause.question or act.weight < 0.2:
                return self._ask(act, clause, subject[0])
            summed_up = _SUMMED_UP * bool(_SUMMARY.search(text))
            return self._claim(replace(act, weight=act.weight + summed_up), clause, subject[0])
        if (word := self._tasks.handed_to(text)) and (person := self._roster.find(word)):
            task = Task(text, frozenset(), _HANDED_OVER, self._reader.due(text), referring=True)
            return self._tasks.enter(task, clause, person)
        return []

    def _unassigned(self, clause: Clause, text: str, addressee: str | None) -> list[Entry]:
        """Read what nobody owns yet: "somebody should ...", "we'll send it by Friday"."""
        if act := open_request(text):
            return self._ask(act, clause, addressee)
        if (act := group_task(text)) and not clause.question and self._reader.due(text):
            return self._claim(act, clause, None)
        return []

    def _called(self, clause: Clause) -> str | None:
        """Who the speaker called by name just before: "Tom? Could you ..."."""
        last = self._history[-1] if self._history else None
        if last is None or last.speaker != clause.speaker or len(last.text.split()) > 3:
            return None
        return self._roster.addressee(last.text)

    def _ask(self, act: Act, clause: Clause, addressee: str | None, offered: bool = False) -> list[Entry]:
        if task := self._reader.read(act, clause):
            self._requests.add(Request(task, clause, addressee, offered))
        return []

    def _claim(self, act: Act, clause: Clause, owner: str | None) -> list[Entry]:
        task = self._reader.read(act, clause)
        if task is None:
            return []
        if owner not in (None, clause.speaker) and re.match(r"\w+s\b", task.text):
            task = replace(task, text=f"{self._roster.name(owner or '')} {task.text[0].lower()}{task.text[1:]}")
        return self._tasks.enter(task, clause, owner)
