"""Decisions: what the group settled, said outright or proposed and agreed to by everybody."""

import re
from collections import deque
from dataclasses import replace
from typing import ClassVar

from voicemind.insight import replies
from voicemind.insight.clauses import Clause, Clauses
from voicemind.insight.commitments import commitment
from voicemind.insight.debate import LASTS, Debate
from voicemind.insight.ledger import Entry, Ledger, insight, unique
from voicemind.insight.people import Roster
from voicemind.insight.phrases import content, overlap
from voicemind.insight.requests import request
from voicemind.insight.settlements import Settlement, proposal, restated, settlement, voted
from voicemind.insight.smalltalk import private
from voicemind.timeline.event import Agenda, Event, Joined
from voicemind.timeline.insight import Insight
from voicemind.timeline.transcript import Turn

THRESHOLD = 0.55
_ENOUGH = 2  # content words that say what was decided
_CONTINUED = 4.0  # seconds after "then it is decided" in which its content may follow
_RECENT = 20.0  # seconds in which "scratch that" is about the last decision
_SAME_BREATH = 0.5  # overlap with what was settled within those seconds that makes one decision of both
_LATELY = 3  # clauses back in which "I have changed my mind" makes the next decision take the place of one
_VOTE = 5  # words at most that name one's choice
_BEFORE = 12.0  # seconds back in which a yes supports what is settled
_UNANIMOUS, _AGREED = 0.6, 0.1


class Decisions:
    """Finds decisions; one said again is merged, one that is reversed is withdrawn."""

    handles: ClassVar[tuple[type[Event], ...]] = (Joined, Agenda, Turn)

    def __init__(self) -> None:
        self._roster = Roster()
        self._speakers: set[str] = set()
        self._clauses = Clauses()
        self._ledger = Ledger("decision")
        self._history: deque[Clause] = deque(maxlen=12)
        self._debate = Debate(self._history)
        self._opened: tuple[Clause, float] | None = None
        self._weak: Entry | None = None
        self._titles: list[frozenset[str]] = []

    def feed(self, event: Event) -> list[Insight]:
        """Return the decisions that the event adds or changes."""
        if isinstance(event, Joined):
            self._roster.add(event.participant)
        if isinstance(event, Agenda):
            self._titles = [frozenset(content(item.title)) for item in event.items]
        changed: dict[str, Entry] = {}
        if isinstance(event, Turn):
            self._speakers.add(event.speaker)
            for clause in self._clauses.feed(event):
                changed |= {entry.id: entry for entry in self._clause(clause)}
        return [self._insight(entry) for entry in changed.values()]

    def flush(self) -> list[Insight]:
        """Return the decision whose content was still waited for."""
        if self._opened is None:
            return []
        (cue, weight), self._opened = self._opened, None
        return [self._insight(entry) for entry in self._in_context(cue, frozenset(), weight)]

    def _insight(self, entry: Entry) -> Insight:
        return insight("decision", entry, self._roster.name(entry.owner) if entry.owner else None, {})

    def _stems(self, text: str) -> frozenset[str]:
        """What a text is about; people do not count, and nor do the words that say that it is decided."""
        words = " ".join(word for word in text.split() if self._roster.find(word.strip(".,!?;:")) is None)
        return frozenset(content(words)) - _CUES

    def _clause(self, clause: Clause) -> list[Entry]:
        if self._history and self._history[-1].key == clause.key:
            self._history.pop()
        changed: list[Entry] = []
        stems = self._stems(clause.text)
        changed += self._continued(clause, stems)
        if not replies.reported(clause.text):
            changed += self._taken_back(clause)
            changed += self._agreement(clause, stems)
            if not clause.question:
                changed += self._settled(clause, stems)
            if proposal(clause.text) is not None and (len(stems) >= _ENOUGH or (stems and clause.question)):
                self._debate.propose(clause, stems)
            self._debate.confirm(clause, {c.key: self._stems(c.text) for c in self._history})
        self._history.append(clause)
        return changed

    def _taken_back(self, clause: Clause) -> list[Entry]:
        if not replies.takes_back(clause.text):
            return []
        self._debate.clear()
        last = self._ledger.recent(clause.segment.start, _RECENT)
        if last is None or any(_of_a_task(c.text) for c in self._history if c.segment.start >= last.last):
            return []  # somebody's offer or task came after it: that is what is taken back
        return [self._ledger.withdraw(last)]

    def _agreement(self, clause: Clause, stems: frozenset[str]) -> list[Entry]:
        """Count who agrees to what was proposed; a no from anybody ends it."""
        text = clause.text
        if clause.question:
            return []
        late = self._weak is not None and clause.segment.start - self._weak.last > LASTS
        if late or self._debate.opposes(text):
            self._weak = None
        if self._weak is not None and self._weak.owner != clause.speaker and replies.agrees(text):
            return self._put(replace(self._weak, weight=self._weak.weight + _AGREED), text)
        others = max(len(self._roster), len(self._speakers), 2) - 1
        known = self._debate.hear(clause, stems, others)
        sums_up = restated(text) and not self._of_one(text)
        if known is None and sums_up:
            known = self._debate.agreed_on(stems)
        if known is None:
            return []
        sums_up |= settlement(text) is not None and bool(stems & known.stems)
        self._debate.settle(known.stems)
        if len(known.stems) < _ENOUGH and not sums_up:
            return self._in_context(known.clause, known.stems, _UNANIMOUS)
        doubt = _AGREED * (others < 2) * ((known.clause.question and not known.asked) + known.mused)
        said = f"{text.rstrip('.,; ')} — “{known.clause.text.rstrip('.,; ')}”" if sums_up else known.clause.text
        entry = self._entry(known.clause, said, known.stems | (stems if sums_up else frozenset()), _UNANIMOUS - doubt)
        evidence = unique(entry.evidence, clause.evidence)
        return self._put(replace(entry, evidence=evidence, last=clause.segment.end, data={"consent": True}), text)

    def _settled(self, clause: Clause, stems: frozenset[str]) -> list[Entry]:
        found = settlement(clause.text) or self._chosen(clause, stems)
        if found is None or self._of_one(clause.text):
            return []
        self._debate.settle(stems)
        if not stems:
            self._opened = (clause, found.weight)
            return []
        if len(stems) < _ENOUGH:
            return self._in_context(clause, stems, found.weight)
        return self._put(self._entry(clause, clause.text, stems, found.weight), clause.text)

    def _of_one(self, text: str) -> bool:
        """Tell whether a clause is what one person does, which is a task: "so Amara sends the list"."""
        people = {self._roster.find(word.strip(".,!?;:")) for word in text.split()} - {None}
        return len(people) == 1 and self._roster.subject(text) is not None

    def _chosen(self, clause: Clause, stems: frozenset[str]) -> Settlement | None:
        """Take "blue, then" for a decision where others just said "blue"."""
        near = [c for c in self._history if clause.segment.start - c.segment.end <= _BEFORE and not c.question]
        votes = {c.speaker for c in near if len(c.text.split()) <= _VOTE and self._stems(c.text) & stems}
        chosen = restated(clause.text) and votes - {clause.speaker}
        return Settlement(_UNANIMOUS, clause.text) if chosen else None

    def _continued(self, clause: Clause, stems: frozenset[str]) -> list[Entry]:
        """Take what follows "then it is decided" as what was decided."""
        if self._opened is None:
            return []
        (cue, weight), self._opened = self._opened, None
        follows = clause.speaker == cue.speaker and clause.segment.start - cue.segment.end <= _CONTINUED
        next_item = any(stems <= title for title in self._titles)
        if not follows or clause.question or next_item or len(stems) < _ENOUGH:
            return self._in_context(cue, frozenset(), weight)
        entry = self._entry(cue, clause.text, stems, weight)
        evidence = unique(cue.evidence, clause.evidence)
        return self._put(replace(entry, segment=cue.segment | clause.segment, evidence=evidence), cue.text)

    def _in_context(self, cue: Clause, stems: frozenset[str], weight: float) -> list[Entry]:
        """Say with a decision of few words what it is about: the question or proposal that it answers."""
        before = [c for c in self._history if c.key != cue.key and cue.segment.start - c.segment.end <= LASTS]
        about = {c.key: self._stems(c.text) for c in before}
        told = [c for c in reversed(before) if len(about[c.key]) >= _ENOUGH]
        if related := [c for c in told if about[c.key] & stems]:
            told = related
        if not told:
            return []
        asked = [c for c in told if c.question or proposal(c.text) is not None]
        said = asked[0] if asked and (related or not stems) else told[0]
        text = f"{cue.text.rstrip('.,; ')} — “{said.text.rstrip('.,; ')}”"
        entry = self._entry(cue, text, stems | about[said.key], weight)
        return self._put(replace(entry, evidence=unique(said.evidence, cue.evidence)), cue.text)

    def _entry(self, clause: Clause, text: str, stems: frozenset[str], weight: float) -> Entry:
        return Entry(
            text=text.rstrip(" .,;"),
            stems=stems,
            segment=clause.segment,
            evidence=clause.evidence,
            weight=weight,
            key=clause.key,
            owner=clause.speaker,
            last=clause.segment.end,
        )

    def _agreed_before(self, entry: Entry) -> bool:
        """Tell whether somebody else just said yes to something, or named the same choice."""
        time = entry.segment.start
        near = [c for c in self._history if time - c.segment.end <= _BEFORE and c.speaker != entry.owner]
        return any(
            not c.question and (replies.agrees(c.text) or (voted(c.text) and bool(self._stems(c.text) & entry.stems)))
            for c in near
        )

    def _put(self, entry: Entry, said: str) -> list[Entry]:
        """Enter a decision: new, said again, or in the place of one that it reverses."""
        if private([*self._history, Clause(entry.text, "", entry.segment, entry.evidence, 0)]):
            entry = replace(entry, weight=entry.weight - _AGREED)
        if self._agreed_before(entry):
            entry = replace(entry, weight=entry.weight + _AGREED)
        if entry.weight < THRESHOLD - 1e-9:
            self._weak = entry
            return []
        self._weak = None
        known = self._ledger.alike(entry.stems, least=0.5)
        near = [c.text for c in self._history if entry.last - c.segment.end <= LASTS]
        changes = any(
            replies.instead(text) or replies.reconsiders(text) for text in (said, entry.text, *near[-_LATELY:])
        )
        if known is None and changes:
            known = self._ledger.alike(entry.stems, least=0.25, common=1)
        last = self._ledger.recent(entry.segment.start, _RECENT)
        if known is None and last is not None and overlap(last.stems, entry.stems) == 1.0:
            known = last
        consented = last is not None and last.data.get("consent") and overlap(last.stems, entry.stems) >= _SAME_BREATH
        if known is None and last is not None and consented and not changes:
            both = f"{entry.text} — “{last.text}”"  # the chair sums up what everybody just agreed to
            return [self._ledger.set(replace(last.merged(entry), text=both))]
        if known is None or known.key == entry.key:
            return [self._ledger.add(entry)]
        changes = changes or (_negated(entry.text) and not _negated(known.text))
        if changes or (_figures(known.text) != _figures(entry.text) and _figures(known.text) and _figures(entry.text)):
            return [self._ledger.withdraw(known), self._ledger.add(entry)]
        return [self._ledger.set(known.merged(entry))]


def _figures(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\d+", " ".join(content(text))))


def _negated(text: str) -> bool:
    return re.search(r"\b(?:no|not|never|without)\b|n['’]t\b", text, re.IGNORECASE) is not None


def _of_a_task(text: str) -> bool:
    return commitment(text) is not None or request(text) is not None or replies.gives_up(text)


_CUES = frozenset(content("decided decision agreed settled proposal propose suggest okay agree deal final"))
