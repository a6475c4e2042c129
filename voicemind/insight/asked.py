"""Requests and offers that wait for an answer."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from voicemind.insight import replies
from voicemind.insight.clauses import Clause
from voicemind.insight.commitments import commitment, taking_on
from voicemind.insight.patterns import anywhere
from voicemind.insight.people import Roster
from voicemind.insight.tasks import DATED, Task, TaskReader

_ANSWERED = 20.0  # seconds in which a request can be answered
_NEXT = 3  # clauses in which a mere "yes" is an answer
_ADDED = 8.0  # seconds in which a date goes with what was just asked
_AT_MOST = 3  # content words of such a clause: more, and the date is another thing's
_DEADLINE = anywhere(
    """need(?:s|ed)? (?:it|that|them|this) | deadline | due | by | until | before | at the latest | no later than
    | there(?:'s| is) time"""
)
_TAKEN_ON, _ACCEPTED, _NAMED = 0.45, 0.35, 0.1


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked of ``addressee`` (None: of anybody), or ``offered`` by its speaker."""

    task: Task
    clause: Clause
    addressee: str | None = None
    offered: bool = False
    declined: str | None = None
    number: int = 0


@dataclass(frozen=True, slots=True)
class Settled:
    """A task with its owner, once a request was answered; ``gain`` is what the answer adds to its weight."""

    task: Task
    clause: Clause
    owner: str
    gain: float


class Requests:
    """The open requests of a meeting; ``history`` is what was said before."""

    def __init__(self, reader: TaskReader, roster: Roster, history: Sequence[Clause]) -> None:
        self._reader = reader
        self._roster = roster
        self._history = history
        self._open: list[Request] = []
        self._number = 0

    def add(self, request: Request) -> None:
        """Take a request; "maybe Amara could do that?" passes the open one on."""
        task = request.task
        if request.addressee is not None:
            task = replace(task, weight=task.weight + _NAMED)
        if task.referring and self._open and not request.offered:
            last = self._open.pop().task
            task = replace(last, due=task.due or last.due)
        elif not (task.referring and replies.instead(request.clause.text)):
            said = self._reader.explanation(task, request.clause, self._history)
            task = replace(self._reader.explained(task, said), referring=False)
        self._open.append(replace(request, task=task, number=self._number))

    def forget(self, key: tuple[str, int]) -> None:
        """Drop the request of a clause that is said anew."""
        self._open = [r for r in self._open if r.clause.key != key]

    def expired(self, time: float) -> list[Settled]:
        """Let requests run out; one to a named person with a date stands all the same."""
        late = [r for r in self._open if time - r.clause.segment.end > _ANSWERED]
        self._open = [r for r in self._open if r not in late]
        return [
            Settled(r.task, r.clause, r.addressee, _NAMED)
            for r in late
            if r.addressee and r.task.due and not r.offered and not r.declined
        ]

    def date(self, clause: Clause) -> bool:
        """Take a date that the speaker adds to their own request, "they need it by Wednesday"; tell whether it is."""
        last = self._open[-1] if self._open else None
        if last is None or last.declined or last.task.due or last.clause.speaker != clause.speaker:
            return False
        if clause.question or len(self._reader.stems(clause.text)) > _AT_MOST:
            return False
        named = self._reader.due(clause.text)
        if (
            named is None
            or clause.segment.start - last.clause.segment.end > _ADDED
            or not _DEADLINE.search(clause.text)
        ):
            return False
        self._open[-1] = replace(last, task=replace(last.task, due=named, weight=last.task.weight + DATED))
        return True

    def take_back(self) -> bool:
        """Drop the last request; False when there is none."""
        return bool(self._open and self._open.pop())

    def awaits(self, speaker: str) -> bool:
        """Tell whether a speaker was asked something."""
        return any(r.addressee == speaker for r in self._open)

    def answer(self, clause: Clause) -> Settled | None:
        """Return what a clause settles, if it answers a request."""
        self._number += 1
        for request in reversed(self._open):
            settled = self._answer(request, clause)
            if settled is not None or request not in self._open:
                return settled
        return None

    def _answer(self, request: Request, clause: Clause) -> Settled | None:
        text = clause.text
        if request.clause.speaker == clause.speaker:
            # "I can't this week." "Next week is fine."
            if request.declined and replies.agrees(text) and self._reader.due(text):
                return self._settled(request, clause, request.declined, _ACCEPTED)
            return None
        meant = request.addressee in (None, clause.speaker)
        prompt = self._number - request.number <= _NEXT or request.addressee == clause.speaker
        if request.offered:
            if taking_on(text):  # "Shall I write to them?" "No, let me do it."
                return self._settled(request, clause, clause.speaker, _TAKEN_ON)
            if prompt and replies.welcomes(text):
                return self._settled(request, clause, request.clause.speaker, _ACCEPTED)
        elif self._takes(clause, request, prompt):
            return self._settled(request, clause, clause.speaker, _TAKEN_ON)
        elif meant and prompt and replies.accepts(text):
            return self._settled(request, clause, clause.speaker, _ACCEPTED)
        if meant and (replies.declines(text) or (replies.hedges(text) and not request.offered)):
            self._open.remove(request)
            if not request.offered:  # somebody else may still take it
                self._open.append(replace(request, addressee=None, declined=clause.speaker))
        return None

    def _takes(self, clause: Clause, request: Request, prompt: bool) -> bool:
        """Tell whether a clause takes on a request in words of its own."""
        if taking_on(clause.text):
            return prompt or not re.fullmatch(r"\W*i (?:will|can)\W*", clause.text, re.IGNORECASE)
        act = None if replies.hedges(clause.text) else commitment(clause.text)
        task = self._reader.read(act, clause) if act else None
        near = self._number - request.number <= _NEXT
        return task is not None and ((task.referring and near) or bool(task.stems & request.task.stems))

    def _settled(self, request: Request, answer: Clause, owner: str, gain: float) -> Settled:
        self._open.remove(request)
        task = request.task
        if due := self._reader.due(answer.text):
            task = replace(task, due=due, weight=task.weight + DATED * (task.due is None))
        if not request.offered:
            task = replace(task, text=_for(task.text, self._roster.name(request.clause.speaker)))
            task = self._in_own_words(task, answer)
        both = replace(
            request.clause,
            segment=request.clause.segment | answer.segment,
            evidence=(*request.clause.evidence, *answer.evidence),
            text=f"{request.clause.text} {answer.text}",
        )
        return Settled(task, both, owner, gain)

    def _in_own_words(self, task: Task, answer: Clause) -> Task:
        """The answer's own words ("sure, I'll mail her the list") say it best where they say more."""
        act = commitment(answer.text)
        own = self._reader.read(act, answer) if act else None
        if own is None or len(own.stems - task.stems) < 2:
            return task
        return replace(task, text=f"{own.text} — “{task.text}”", stems=task.stems | own.stems)


def _for(text: str, name: str) -> str:
    """Say for whom: "send me the numbers", asked by Tom, becomes "send Tom the numbers"."""
    said, dash, quoted = text.partition(" — ")
    said = re.sub(r"\bmy\b", f"{name}'s", said, flags=re.IGNORECASE)
    return re.sub(r"\bme\b", name, said, flags=re.IGNORECASE) + dash + quoted
