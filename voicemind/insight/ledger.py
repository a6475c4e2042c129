"""What a meeting has settled so far: entries that are merged, replaced and taken back."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from voicemind.insight.phrases import overlap
from voicemind.timeline.insight import Insight, State
from voicemind.timeline.segment import Segment

_EVIDENCE = 8  # turns; more would bury the first ones


@dataclass(frozen=True, slots=True)
class Entry:
    """One action or decision. ``owner`` is a participant's id, ``stems`` what it is about."""

    text: str
    stems: frozenset[str]
    segment: Segment
    evidence: tuple[str, ...]
    weight: float
    key: tuple[str, int]
    owner: str | None = None
    due: datetime.date | None = None
    state: State = "open"
    last: float = 0.0
    id: str = ""
    data: dict[str, Any] = field(default_factory=dict)

    def merged(self, new: "Entry") -> "Entry":
        """Return this entry with what a later mention adds; the fuller text stays."""
        fuller = new if len(new.stems) > len(self.stems) else self
        return replace(
            self,
            text=fuller.text,
            stems=self.stems | new.stems,
            evidence=unique(self.evidence, new.evidence),
            weight=max(self.weight, new.weight),
            owner=self.owner or new.owner,
            due=new.due or self.due,
            last=max(self.last, new.last),
        )


def unique(*groups: tuple[str, ...]) -> tuple[str, ...]:
    """Return the turns of all groups, each once, in order."""
    return tuple(dict.fromkeys(turn for group in groups for turn in group))[:_EVIDENCE]


class Ledger:
    """Entries of one kind in order; ids are the kind and the turn where the entry was first said."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._entries: dict[str, Entry] = {}

    def __iter__(self) -> Iterator[Entry]:
        """Entries that stand, the latest first."""
        return (entry for entry in reversed(self._entries.values()) if entry.state != "withdrawn")

    def add(self, entry: Entry) -> Entry:
        """Take a new entry, or what became of the entry with the same key."""
        for known in self:
            if known.key == entry.key:
                return self.set(replace(entry, id=known.id, segment=entry.segment))
        base = f"{self._kind}:{entry.key[0]}"
        taken = sum(1 for name in self._entries if name == base or name.startswith(f"{base}."))
        return self.set(replace(entry, id=f"{base}.{taken + 1}" if taken else base))

    def set(self, entry: Entry) -> Entry:
        """Put an entry in the place of the one with its id."""
        self._entries[entry.id] = entry
        return entry

    def withdraw(self, entry: Entry) -> Entry:
        """Mark an entry as taken back."""
        return self.set(replace(entry, state="withdrawn"))

    def alike(self, stems: frozenset[str], least: float, common: int = 2) -> Entry | None:
        """Return the entry most like ``stems``, by overlap and at least ``common`` shared stems."""
        found = [e for e in self if len(e.stems & stems) >= common and overlap(e.stems, stems) >= least]
        return max(found, key=lambda e: (overlap(e.stems, stems), e.last), default=None)

    def recent(self, time: float, within: float) -> Entry | None:
        """Return the entry mentioned last, when that is at most ``within`` seconds ago."""
        found = max(self, key=lambda e: e.last, default=None)
        return found if found is not None and time - found.last <= within else None


def insight(kind: str, entry: Entry, name: str | None, data: dict[str, Any]) -> Insight:
    """Return what is said of an entry."""
    return Insight(
        kind=kind,
        segment=entry.segment,
        text=entry.text,
        speaker=name,
        evidence=entry.evidence,
        confidence=round(min(0.95, entry.weight), 2),
        data=data,
        state=entry.state,
        id=entry.id,
    )
