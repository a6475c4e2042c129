"""The list of tasks as a meeting goes on: entered, merged, moved, handed over, taken back."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from voicemind.insight import replies
from voicemind.insight.clauses import Clause
from voicemind.insight.commitments import commitment, offered, taking_on
from voicemind.insight.ledger import Entry, Ledger, unique
from voicemind.insight.patterns import anywhere
from voicemind.insight.smalltalk import private
from voicemind.insight.tasks import DATED, Task, TaskReader
from voicemind.insight.verbs import works

THRESHOLD = 0.55
_PRIVATE = 0.2
_WELCOMED, _URGED = 0.2, 0.35
_RECENT = 20.0  # seconds in which something is taken back without naming it
_REVISED = 45.0  # seconds in which "that" can be the last task
_MOVED = 20.0  # seconds in which another date is that of the last task
_AT_HAND = 6  # clauses back in which the last task is what "instead" is about
_AT_ONCE = 3  # clauses after it in which another date is that of the last task
_ADDED = 8.0  # seconds in which a date said by itself goes with what was just agreed
_HANDED = re.compile(
    r"\b(?:let|have)\s+(?P<let>(?!me\b|us\b|him\b|her\b|them\b|it\b)\w+)\s+(?:do|take|handle|own|run|write|send|make|prepare)\b"
    r"|\b(?:give|hand|pass|assign)\s+(?:it|that|this|the\s.{1,40}?)\s+(?:over\s+)?to\s+(?P<to>\w+)",
    re.IGNORECASE,
)
_LET_ME = re.compile(
    r"\W*(?:(?:hm+|wait|oh|well|okay|ok|sorry|no)\W+)*"
    r"(?:actually\b.*\b(?:let me|i['’]ll|i can|i could)\b|no\W+(?:\w+\W+)?let me\b)",
    re.IGNORECASE,
)
# Two people each do the like: "I'll send mine, too".
_BESIDE = anywhere("too | also | as well | likewise | my own | mine | my")
_OTHER_DATE = anywhere(
    """make it | make that | rather | better | instead | say | until | works | only | at the earliest
    | prefer | move it | move that | can't | cannot | not before"""
)


@dataclass(frozen=True, slots=True)
class _Weak:
    """A commitment that is not sure enough yet: a date or a yes may follow."""

    task: Task
    clause: Clause
    awaits: bool


class TaskList:
    """Takes tasks as they are said and keeps one entry for each; ``history`` is what was said before."""

    def __init__(self, reader: TaskReader, history: Sequence[Clause]) -> None:
        self._reader = reader
        self._history = history
        self._ledger = Ledger("action")
        self._weak: _Weak | None = None
        self._free: Entry | None = None  # what its owner gave up last, free for somebody else

    def enter(self, task: Task, clause: Clause, owner: str | None, gain: float = 0.0) -> list[Entry]:
        """Take a task: as a new entry, as another mention of a known one, or in the place of one."""
        other = self._displaced(task, clause, owner)
        if other is not None and task.referring:
            task = replace(task, text=other.text, stems=task.stems | other.stems)
        elif other is not None and len(task.stems) < len(other.stems):
            task = replace(task, text=f"{task.text} — “{other.text}”", stems=task.stems | other.stems)
        elif other is None:
            said = self._reader.explanation(task, clause, self._history)
            heard = {*clause.evidence, *(turn for c in said for turn in c.evidence)}
            for known in self._ledger:
                if task.referring and known.owner == owner and heard & set(known.evidence):
                    return [self._ledger.set(_again(known, task, clause))]
            task = self._reader.explained(task, said)
        weight = task.weight + gain - _PRIVATE * private([*self._history, clause])
        weight = max(weight, other.weight) if other is not None else weight
        if weight < THRESHOLD - 1e-9:
            self._weak = _Weak(task, clause, offered(clause.text)) if owner == clause.speaker else None
            return []
        self._weak = None
        entry = _entry(task, clause, owner, weight)
        if other is not None:
            entry = replace(entry, due=entry.due or other.due)
        if other is not None:
            return [*([self._ledger.withdraw(other)] if other.id else []), self._ledger.add(entry)]
        known_as = self._known(entry)
        return [self._ledger.set(known_as.merged(entry)) if known_as else self._ledger.add(entry)]

    def handed_to(self, text: str) -> str | None:
        """Return the word for who is to do it instead: "let Priya do that"."""
        match = _HANDED.search(text)
        return (match.group("let") or match.group("to")) if match else None

    def take_back(self, clause: Clause) -> list[Entry]:
        """Withdraw what a clause takes back: what it names, else what was said last."""
        known = self._ledger.alike(self._reader.stems(clause.text), least=0.3, common=1)
        if self._weak is not None and known is None:
            self._weak = None
            return []
        known = known or self._ledger.recent(clause.segment.start, _RECENT)
        return [self._ledger.withdraw(known)] if known else []

    def take_back_named(self, clause: Clause) -> list[Entry]:
        """Withdraw what a clause names as no longer needed; a verb alone names nothing."""
        known = self._ledger.alike(self._reader.stems(clause.text), least=0.3, common=1)
        common = known.stems & self._reader.stems(clause.text) if known else frozenset()
        return [self._ledger.withdraw(known)] if known and any(not works(part) for part in common) else []

    def give_up(self, clause: Clause) -> list[Entry]:
        """Withdraw what its own owner cannot or will not do after all: "I am away, I cannot do that"."""
        refused, gives_up = replies.refuses(clause.text), replies.gives_up(clause.text)
        if not (refused or gives_up):
            return []
        stems, start = self._reader.stems(clause.text), clause.segment.start
        weak = self._weak
        if weak is not None and weak.task.stems & stems and weak.clause.speaker == clause.speaker:
            self._weak, self._free = None, _spare(weak)
        own = [e for e in self._ledger if e.owner == clause.speaker]
        named = next((e for e in own if stems & e.stems and (refused or start - e.last <= _REVISED)), None)
        if named is None and gives_up and replies.refers(clause.text):
            named = next((e for e in own if start - e.last <= _RECENT), None)
        if named is None:
            return []
        self._free = named
        return [self._ledger.withdraw(named)]

    def date(self, clause: Clause) -> list[Entry]:
        """Take a date said by itself, or one in another's place, for the last task."""
        due, stems, time = self._reader.due(clause.text), self._reader.stems(clause.text), clause.segment.start
        if due is None or len(stems) > 2 or replies.declines(clause.text) or commitment(clause.text):
            return []
        weak = self._weak
        if weak is not None and weak.clause.speaker == clause.speaker:
            if weak.task.due is None and time - weak.clause.segment.end <= _ADDED:
                return self.enter(replace(weak.task, due=due), weak.clause, clause.speaker, DATED)
            return []
        last = self._ledger.recent(time, _MOVED)
        if last is None or due == last.due:
            return []
        added = last.due is None and not stems and time - last.last <= _ADDED and not clause.question
        at_once = any(turn in last.evidence for c in [*self._history][-_AT_ONCE:] for turn in c.evidence)
        if not added and not (at_once and _OTHER_DATE.search(clause.text)):
            return []
        evidence = unique(last.evidence, clause.evidence)
        return [self._ledger.set(replace(last, due=due, last=clause.segment.end, evidence=evidence))]

    def welcome(self, clause: Clause) -> list[Entry]:
        """Take an offer that somebody else welcomes."""
        if self._weak is None or self._weak.clause.speaker == clause.speaker:
            return []
        weak, self._weak = self._weak, None
        urged = replies.urges(clause.text)
        if not weak.awaits or (clause.question and not urged) or not replies.welcomes(clause.text):
            return []
        gain = _URGED if urged else _WELCOMED
        return self.enter(weak.task, weak.clause, weak.clause.speaker, gain)

    def _displaced(self, task: Task, clause: Clause, owner: str | None) -> Entry | None:
        """The entry that goes to a new owner with this task."""
        others = [e for e in self._ledger if owner and e.owner and e.owner != owner]
        swapped = self._swapped(clause, owner)
        free = [self._free] if self._free is not None and owner not in (None, self._free.owner) else []
        for entry in [*free, *others]:
            moved = swapped or entry in free or self._gave_up(entry.owner, clause)
            common = entry.stems & task.named
            least = min(len(entry.stems), len(task.named))
            near = clause.segment.start - entry.last <= _REVISED
            same = len(common) >= 0.75 * least and len(common) >= 0.5 * len(entry.stems | task.named)
            if len(common) >= 2 and (
                (same and not _BESIDE.search(clause.text)) or (moved and len(common) >= 0.4 * least)
            ):
                return entry
            if moved and near and len(common) >= 0.34 * least and any(not works(part) for part in common):
                return entry
        if swapped and task.referring:
            heard = {turn for c in [*self._history][-_AT_HAND:] for turn in c.evidence}
            return next(
                (e for e in others if clause.segment.start - e.last <= _REVISED and heard & {*e.evidence}), None
            )
        return None

    def _gave_up(self, owner: str | None, clause: Clause) -> bool:
        """Tell whether an owner just said that they cannot do it."""
        near = [c for c in self._history if c.speaker == owner and clause.segment.start - c.segment.end <= _REVISED]
        return any(replies.gives_up(c.text) for c in near)

    def _swapped(self, clause: Clause, owner: str | None) -> bool:
        """Tell whether a clause, with the one before it in the turn, puts one person in another's place."""
        if replies.instead(clause.text) or _HANDED.search(clause.text):
            return True
        before = [
            c.text
            for c in self._history
            if c.key == (clause.evidence[0], clause.index - 1) and not (taking_on(c.text) or commitment(c.text))
        ]
        return owner == clause.speaker and _LET_ME.match(" ".join([*before, clause.text])) is not None

    def _known(self, entry: Entry) -> Entry | None:
        """The entry that a task mentions again."""
        for known in self._ledger:
            if known.key == entry.key:
                return None
            if known.owner not in (None, entry.owner) and entry.owner is not None:
                continue
            common = len(known.stems & entry.stems)
            least = min(len(known.stems), len(entry.stems))
            same_date = known.due == entry.due or not (known.due and entry.due)
            near = entry.segment.start - known.last <= _REVISED and same_date
            if (common >= 2 and common >= 0.5 * least) or (near and common and common >= 0.34 * least):
                return known
        return None


def _spare(weak: _Weak) -> Entry:
    """A task that was never sure, as an entry (of no ledger) that somebody else may take over."""
    return _entry(weak.task, weak.clause, weak.clause.speaker, THRESHOLD)


def _entry(task: Task, clause: Clause, owner: str | None, weight: float) -> Entry:
    return Entry(
        text=task.text,
        stems=task.stems,
        segment=clause.segment,
        evidence=unique(clause.evidence, task.evidence),
        weight=weight,
        key=clause.key,
        owner=owner,
        due=task.due,
        last=clause.segment.end,
    )


def _again(known: Entry, task: Task, clause: Clause) -> Entry:
    """What becomes of an entry when its owner says when: "sure, I'll send it on Thursday"."""
    evidence = unique(known.evidence, clause.evidence)
    return replace(known, due=task.due or known.due, evidence=evidence, last=clause.segment.end)
