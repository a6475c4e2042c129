"""From a clause to a task: what is to be done, by when, and how sure that is."""

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from voicemind.insight.acts import Act
from voicemind.insight.clauses import Clause
from voicemind.insight.dates import due, without_dates
from voicemind.insight.patterns import listed
from voicemind.insight.people import Roster
from voicemind.insight.phrases import content, stem
from voicemind.insight.verbs import promise

DATED = 0.3
# "That" for a thing, not before one: "set that up", but not "send that file".
_REFERRING = re.compile(
    r"\S+(?:\s+(?:up|out|over|with|to|for|at|on|about|into|of|you|him|her|me|everyone|everybody|back))*\s+"
    r"(?:(?:it|them|those|these|something)\b|(?:that|this|that one|this one|one)"
    r"(?=\W*$|\s*,|\s+(?:by|on|to|for|with|before|until|up|out|over|at|in|tomorrow|today|tonight|next|this|and|as|when|after|from|right|then|too|now|together|first|soon"
    r"|later|off|down|instead|done|ready)\b))",
    re.IGNORECASE,
)
_BY_THEN = re.compile(r"\b(?:by|until|till|before|for|on) (?:then|that (?:day|date))\b", re.IGNORECASE)
_MEANT = 45.0  # seconds in which "by then" can mean a date
_FRESH = 12.0  # seconds; what "that" means was said before no longer ago
_QUOTED = 3  # clauses at most that explain a "that"
_ENOUGH = 2  # content words that say by themselves what a task is about


@dataclass(frozen=True, slots=True)
class Task:
    """Something to be done as one clause says it; ``weight`` is how likely it is meant as a task."""

    text: str
    stems: frozenset[str]
    weight: float
    due: datetime.date | None
    referring: bool
    """Whether it says "that" or "it" for what is to be done."""
    named: frozenset[str] = frozenset()
    """What it is about in its own words, without what explains it."""
    evidence: tuple[str, ...] = ()
    """The turns that say what "that" is."""


class TaskReader:
    """Reads tasks out of clauses, for one meeting's date and people."""

    def __init__(self, date: datetime.date | None, roster: Roster) -> None:
        self._date = date
        self._roster = roster
        self._named: datetime.date | None = None
        self._named_at = 0.0

    def due(self, text: str) -> datetime.date | None:
        """Return the date that a text names, or means by "by then"."""
        if _MAY_DATE.search(text) and (named := due(text, self._date)):
            return named
        return self._named if _BY_THEN.search(text) else None

    def hear(self, clause: Clause) -> None:
        """Take what was said, for the date that a later "by then" means."""
        if clause.segment.start - self._named_at > _MEANT:
            self._named = None
        if _MAY_DATE.search(clause.text) and (named := due(clause.text, self._date)):
            self._named, self._named_at = named, clause.segment.end

    def read(self, act: Act, clause: Clause) -> Task | None:
        """Return the task that an act of speech leaves; None where its verb promises nothing."""
        when = self.due(clause.text)
        gain = promise(act.what, when is not None)
        if gain is None:
            return None
        what = self._plain(act.what)
        stems = self.stems(what)
        about = stems - {stem(what.split()[0])}
        referring = not about or _REFERRING.match(what) is not None
        weight = act.weight + gain + DATED * (when is not None)
        return Task(what[0].upper() + what[1:], stems, weight, when, referring, stems)

    def stems(self, text: str) -> frozenset[str]:
        """Return what a text is about: its content without dates and people."""
        plain = without_dates(text, self._date) if _MAY_DATE.search(text) else text
        words = " ".join(word for word in plain.split() if self._roster.find(word.strip(".,!?;:")) is None)
        return frozenset(content(words)) - _TIME

    def explanation(self, task: Task, clause: Clause, history: Sequence[Clause]) -> list[Clause]:
        """Return the clauses that say what a task leaves open: what "that" is, or more of the one thing it names."""
        return self._antecedent(clause, history) if task.referring else self._context(task, clause, history)

    def explained(self, task: Task, said: Sequence[Clause]) -> Task:
        """Return the task with its explanation quoted; one that nothing explains is less likely meant."""
        if not said:
            vague = 0.2 * (task.referring and len(task.stems) < _ENOUGH)
            return replace(task, weight=task.weight - vague)
        return replace(
            task,
            text=f"{task.text} — “{' '.join(c.text for c in said).rstrip('.,; ')}”",
            stems=task.stems.union(*(self.stems(c.text) for c in said)),
            referring=False,
            evidence=(*task.evidence, *(turn for c in said for turn in c.evidence)),
        )

    def _antecedent(self, clause: Clause, history: Sequence[Clause]) -> list[Clause]:
        """Return the clauses that say what "that" is: the last ones that say enough together."""
        found: list[Clause] = []
        said: set[str] = set()
        for known in reversed(history):
            if clause.segment.start - known.segment.end > _FRESH or len(said) > _ENOUGH or len(found) == _QUOTED:
                break
            stems = {word for word in self.stems(known.text) if not word.isdigit()}
            if known.key != clause.key and stems:
                found.insert(0, known)
                said |= stems
        return found

    def _context(self, task: Task, clause: Clause, history: Sequence[Clause]) -> list[Clause]:
        """Return the clause that tells more of what a task names with a single word."""
        about = task.stems - {stem(task.text.split()[0])}
        if not about or len(about) >= _ENOUGH:
            return []
        near = [c for c in history if c.key != clause.key and clause.segment.start - c.segment.end <= 3 * _FRESH]
        return [c for c in near if about <= self.stems(c.text) and len(self.stems(c.text)) >= _ENOUGH][-1:]

    def _plain(self, what: str) -> str:
        """Drop the name of who is spoken to from the end."""
        head, comma, tail = what.rpartition(",")
        if comma and head and self._roster.find(tail.strip()) is not None:
            what = head
        return re.sub(r"(?:,?\s+(?:please|instead|then|too|as well))+$", "", what.strip(), flags=re.IGNORECASE) or what


_TIME = frozenset(
    stem(w) for w in listed("day week month morning afternoon evening noon today tonight year weekend date")
)
# Asked before the grammar of dates, which costs a hundred times as much.
_MAY_DATE = re.compile(
    r"day\b|\btomorrow|\btonight|\bweek|\bmonth|\bend of|\bnoon|\blunch|o'clock|\b[ap]\.?m\b|\beod|\beow|\beom|\bcob|\d"
    r"|\b(?:january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun"
    r"|jul|aug|sept?|oct|nov|dec)\b|\bby the \w+|\bquarter|\byear|\bthis (?:morning|afternoon|evening)|fortnight"
    r"|\bclose of|(?:first|second|third|th|ieth)\b",
    re.IGNORECASE,
)
