"""The engine's answer to people's corrections: what it found, with what they say written over it.

A turn, an insight or a participant that is not as the engine found it keeps that as ``found``: the engine goes
on from there, and corrections apply to it. ``found`` is null where only a correction made the record, and a turn
that is now part of another has nothing else.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any, cast

from voicemind.board import records
from voicemind.board.guard import Guard
from voicemind.board.values import Json, same
from voicemind.timeline.amendment import Findings
from voicemind.timeline.corrected import Corrected
from voicemind.timeline.corrections import read_corrections
from voicemind.timeline.insight import Insight
from voicemind.timeline.pieces import family
from voicemind.timeline.transcript import Turn

logger = logging.getLogger(__name__)

Fields = Mapping[str, Json]


class Answers:
    """Writes turns, insights and participants as the engine finds them, and as people correct them."""

    def __init__(self, guard: Guard) -> None:
        """Write through a guard; who calls has a transaction of the engine's open."""
        self._guard = guard
        self._families: dict[str, set[str]] = {}
        self._dirty: set[str] = set()
        self._speakers: set[str] = set()
        self._corrected: set[str] = set()  # families that are not as they were found
        self._told: set[str] = set()
        self._rules = Corrected((), (), ())
        self._findings = Findings({}, None, {})
        self.stale = True
        """Whether the corrections have changed."""

    def load(self) -> None:
        """Take what stands in the document for what was answered."""
        for key, fields in self._guard.known("transcript").items():
            self._families.setdefault(family(key), set()).add(key)
            if "found" in _fields(fields):
                self._corrected.add(family(key))

    # What the engine finds

    def put_turn(self, key: str, fields: Fields) -> None:
        """Write a turn as it was found; what people say of it follows with ``settle``."""
        if not same(known := self._found("transcript", key), fields):
            # A speaker may be gone with it, whom corrections name.
            self.stale |= known is not None and known.get("speaker") != fields.get("speaker")
            self._guard.put("transcript", key, cast("Json", fields))
            self._families.setdefault(family(key), set()).add(key)
            self._dirty.add(family(key))
            self._speakers.add(str(fields["speaker"]))
            self.stale |= bool(self._rules.ignored)  # perhaps it was of this one

    def note_gone(self, key: str) -> None:
        """Note that a turn was removed for good; what people made of it goes with the next ``settle``."""
        self._dirty.add(family(key))

    def put_insight(self, key: str, fields: Fields) -> None:
        """Write an insight, naming people as they are called."""
        shown = records.insight_fields(self.finding(records.insight_from(key, fields)))
        self._guard.put("insights", key, shown if same(shown, fields) else {**shown, "found": cast("Json", fields)})

    def put_people(self, entries: Fields) -> None:
        """Write who is or was here, by the names that people give them, and speakers who are none of them."""
        if not entries.keys() <= self._speakers:
            self._speakers |= entries.keys()
            self.stale |= bool(self._rules.ignored)
        names = {key: _name(key, entry) for key, entry in entries.items()}
        labels = {speaker: speaker for speaker in self._speakers - names.keys()}
        shown: dict[str, Json] = {}
        called = self._rules.people(names | labels)
        for key, entry in entries.items():
            # Somebody who was merged stays as they came: they may be here.
            name = called.get(key, names[key])
            shown[key] = entry if name == names[key] else {**_fields(entry), "name": name, "found": names[key]}
        for key, name in called.items():
            if key not in names and name != key:
                shown[key] = {"name": name, "present": False, "microphone": False, "found": None}
        self._guard.put("meeting", "participants", shown)

    # What was found

    def turns(self) -> list[Turn]:
        """Return the turns as they were found."""
        return self._turns(self._guard.known("transcript"))

    def insights(self) -> dict[str, Fields]:
        """Return the insights as they were found."""
        return {key: fields for key in self._guard.known("insights") if (fields := self._found("insights", key))}

    def people(self) -> dict[str, Json]:
        """Return who is or was here, by the names with which they came."""
        return self._people()

    # What people say of it

    def speaker(self, label: str) -> str:
        """Return who a speaker is in truth."""
        return self._rules.speaker(label)

    def name(self, label: str, name: str) -> str:
        """Return what a speaker is called whom the engine knows by ``name``."""
        return self._rules.people({label: name}).get(label, name)

    def shown(self, turn: Turn) -> list[Turn]:
        """Return a turn as people corrected it, with all that was one turn with it where they speak of that."""
        pieces = {turn.id: turn}
        if family(turn.id) in self._rules.families:
            pieces = {known.id: known for known in self._turns(self._families.get(family(turn.id), ()))} | pieces
        return self._rules.turns(pieces.values())

    def finding(self, insight: Insight) -> Insight:
        """Return an insight that names people as they are called."""
        return self._findings.amended(insight)

    def settle(self, corrections: Callable[[], Mapping[str, Json]]) -> None:
        """Answer what has changed since the last time: corrections, or turns that they are of."""
        if self.stale:
            self.stale = False
            self._answer_all(corrections())
        elif self._dirty:
            self._answer_turns(self._touched(self._dirty))
        self._dirty.clear()

    def _answer_all(self, corrections: Mapping[str, Json]) -> None:
        items, refused = read_corrections(corrections)
        found = (self._found("transcript", key) for keys in self._families.values() for key in keys)
        self._speakers = {str(fields.get("speaker")) for fields in found if fields} | self._people().keys()
        self._rules = Corrected(items, self._speakers, {key for keys in self._families.values() for key in keys})
        for correction, reason in self._rules.ignored:
            refused[correction.id] = reason
        for key, reason in sorted(refused.items()):
            if key not in self._told:
                logger.warning("the correction %s is ignored: %s", key, reason)
        self._told |= refused.keys()
        if not items and not self._corrected and self._findings.plain:
            return
        names = {key: _name(key, entry) for key, entry in self._people().items()}
        names |= {speaker: speaker for speaker in self._speakers - names.keys()}
        self._answer_turns(self._touched(self._families))
        touched = (key for root in self._rules.families for key in self._families.get(root, ()))
        self._findings = Findings.of(self._rules, names, self._turns(touched))
        for key, fields in self.insights().items():
            with suppress(KeyError, TypeError, ValueError):
                self.put_insight(key, fields)
        self.put_people(self._people())

    def _answer_turns(self, roots: Iterable[str]) -> None:
        for root in sorted(roots):
            found = {turn.id: turn for turn in self._turns(self._families[root])}
            shown = {turn.id: turn for turn in self._rules.turns(found.values())}
            self._corrected.discard(root)
            for key in sorted(self._families[root] | shown.keys()):
                base = records.turn_fields(found[key]) if key in found else None
                fields = records.turn_fields(shown[key]) if key in shown else {}
                if key not in found and self._found("transcript", key) is not None:
                    continue  # it cannot be read, and is left alone
                if base is None and not fields:
                    self._guard.drop("transcript", key)
                    self._families[root].discard(key)
                    continue
                self._families[root].add(key)
                if base is None or not same(base, fields):
                    fields = {**fields, "found": base}
                    self._corrected.add(root)
                self._guard.put("transcript", key, fields)

    def _touched(self, roots: Iterable[str]) -> set[str]:
        """Those families that are not, or shall not be, as they were found."""
        touched = (self._corrected | self._rules.families) & set(roots)
        if merged := self._rules.merged:
            for root in set(roots) - touched:
                found = (self._found("transcript", key) or {} for key in self._families[root])
                if any(fields.get("speaker") in merged for fields in found):
                    touched.add(root)
        return touched & self._families.keys()

    def _turns(self, keys: Iterable[str]) -> list[Turn]:
        found = []
        for key in keys:
            if (fields := self._found("transcript", key)) is not None:
                with suppress(KeyError, TypeError, ValueError):  # what is no turn is none of ours
                    found.append(records.turn_from(key, fields))
        return found

    def _found(self, root: str, key: str) -> Fields | None:
        fields = _fields(self._guard.known(root).get(key))
        if "found" not in fields:
            return fields or None
        return _fields(fields["found"]) or None

    def _people(self) -> dict[str, Json]:
        entries = _fields(self._guard.known("meeting").get("participants"))
        people: dict[str, Json] = {}
        for key, entry in entries.items():
            fields = dict(_fields(entry))
            if "found" not in fields:
                people[key] = entry
            elif (name := fields.pop("found")) is not None:
                people[key] = {**fields, "name": name}
        return people


def _fields(value: Any) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}


def _name(key: str, entry: Json) -> str:
    return str(_fields(entry).get("name") or key)
