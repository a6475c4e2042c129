"""Minutes with people's corrections in them, figures and findings included."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from voicemind.errors import CorrectionError
from voicemind.timeline.corrected import Corrected
from voicemind.timeline.corrections import Correction
from voicemind.timeline.event import Participant
from voicemind.timeline.insight import Insight
from voicemind.timeline.minutes import Minutes
from voicemind.timeline.transcript import Turn

_NAMES = ("owner", "by", "of", "speaker")  # keys of an insight's data that hold somebody's name


def corrected(minutes: Minutes, corrections: Iterable[Correction]) -> Corrected:
    """Return corrections made ready for minutes of what the engine found."""
    turns = list(minutes.transcript)
    speakers = {*minutes.participants, *minutes.annotation.labels(), *(turn.speaker for turn in turns)}
    return Corrected(corrections, speakers, {turn.id for turn in turns})


def amended(minutes: Minutes, corrections: Iterable[Correction]) -> Minutes:
    """Return minutes as people corrected them; those that were given stay as they are."""
    rules = corrected(minutes, corrections)
    found = Minutes(minutes.title, minutes.date, minutes.model)
    found.duration, found.agenda = minutes.duration, minutes.agenda
    base = list(minutes.transcript)
    labels = {*minutes.annotation.labels(), *(turn.speaker for turn in base)} - minutes.participants.keys()
    names = {key: person.name for key, person in minutes.participants.items()} | {key: key for key in labels}
    people = rules.people(names)
    for turn in rules.turns(base):
        found.transcript.add(turn)
    for interim in minutes.transcript.interims:
        found.transcript.add(replace(interim, speaker=rules.speaker(interim.speaker)))
    found.annotation = rules.annotation(minutes.annotation, base)
    seen = {*found.annotation.labels(), *(turn.speaker for turn in found.transcript)}
    for key, name in people.items():
        if key in minutes.participants or (key in seen and name != key):
            found.participants[key] = Participant(key, name)
    findings = Findings.of(rules, names, base)
    for insight in minutes.all_insights():
        found.add(findings.amended(insight))
    return found


def said_of(correction: Correction, minutes: Minutes) -> Correction:
    """Return a correction as said of minutes: speakers may be named, and when its turns were said is noted.

    So it is of the same words after a later pass. Raises CorrectionError where the minutes have no such turn or
    speaker, or several of that name.
    """
    for turn in correction.turns:
        if turn not in minutes.transcript:
            raise CorrectionError(f"there is no turn {turn!r} in this meeting; turns are named by their id")
    target, value = correction.target, correction.value
    if correction.target in correction.speakers or not correction.turns:
        target = _speaker(minutes, target)
    if correction.kind in ("merge", "reassign"):
        value = _speaker(minutes, str(value))
    if correction.kind == "merge" and target == value:
        raise CorrectionError("a speaker is merged into another one, not into themselves")
    if correction.turns:
        segments = tuple(minutes.transcript[turn].segment for turn in correction.turns)
    else:
        segments = tuple(turn.segment for turn in minutes.transcript if turn.speaker == target)[:1]
    return replace(correction, target=target, value=value, segments=segments)


def _speaker(minutes: Minutes, given: str) -> str:
    """The id of a speaker who is given by it, or by a name that nobody else has."""
    rows = minutes.speakers()
    found = [row.id for row in rows if row.id == given] or [row.id for row in rows if row.name == given]
    if len(found) > 1:
        raise CorrectionError(f"{len(found)} speakers are called {given!r}; name one by the id: {', '.join(found)}")
    if not found:
        known = ", ".join(f"{row.id} ({row.name})" if row.name != row.id else row.id for row in rows[:20])
        raise CorrectionError(f"there is no speaker {given!r} in this meeting; there are: {known or 'none'}")
    return found[0]


@dataclass(frozen=True, slots=True)
class Findings:
    """How insights name people after corrections: as they are called now, by those who said what is cited."""

    names: Mapping[str, str]
    """What somebody was called -> what they are called."""
    labels: re.Pattern[str] | None
    """The labels among them, which stand for nothing else in a text."""
    moved: Mapping[str, tuple[frozenset[str], str]]
    """Turn -> what its speaker was called, and the name of whose it is."""

    @classmethod
    def of(cls, rules: Corrected, names: Mapping[str, str], turns: Iterable[Turn]) -> "Findings":
        """Make it for corrections, the names that the engine knows, and the turns that it found."""
        people = rules.people(names)
        now = {key: people.get(rules.speaker(key), rules.speaker(key)) for key in names}
        called = Counter(names.values())
        changed = {name: now[key] for key, name in names.items() if called[name] == 1 and now[key] != name}
        labels = [name for name in changed if name in names and not name.isalpha()]
        pattern = "|".join(map(re.escape, sorted(labels, key=len, reverse=True)))
        moved = {
            base.id: (
                frozenset({base.speaker, names.get(base.speaker, base.speaker)}),
                people.get(turn.speaker, turn.speaker),
            )
            for base, turn in rules.moved(turns)
            if base.id == turn.id
        }
        return cls(changed, re.compile(rf"(?<!\w)(?:{pattern})(?!\w)") if pattern else None, moved)

    @property
    def plain(self) -> bool:
        """Whether all is as it was."""
        return not self.names and not self.moved

    def amended(self, insight: Insight) -> Insight:
        """Return an insight that names people so."""
        nobody: tuple[frozenset[str], str] = (frozenset(), "")
        was, speaker = self.moved.get(insight.evidence[0], nobody) if insight.evidence else nobody

        def named(name: Any) -> Any:
            if not isinstance(name, str):
                return name
            return speaker if name in was else self.names.get(name, name)

        data = {key: named(value) if key in _NAMES else value for key, value in insight.data.items()}
        text = self.labels.sub(lambda found: self.names[found[0]], insight.text) if self.labels else insight.text
        state = insight.state
        if insight.kind == "floor_take" and data.get("by") == data.get("of"):
            state = "withdrawn"  # nobody takes the floor from themselves
        return replace(insight, speaker=named(insight.speaker), data=data, text=text, state=state)
