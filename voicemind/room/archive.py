"""What a room's document says of its meeting, as after a restart."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from voicemind.audio.tracks import RecordedTrack
from voicemind.board.document import Document
from voicemind.board.replica import ENGINE, Change
from voicemind.facts import Fact
from voicemind.timeline.amendment import amended
from voicemind.timeline.corrections import Correction, read_corrections
from voicemind.timeline.event import Agenda, Consent, Event, Joined, Left, Note, Participant, Revised, Speech, Verdict
from voicemind.timeline.insight import Insight
from voicemind.timeline.minutes import Minutes
from voicemind.timeline.pieces import family
from voicemind.timeline.transcript import Interim, Turn


@dataclass(frozen=True, slots=True)
class Presence:
    """A participant as the room shows them."""

    id: str
    name: str
    present: bool
    microphone: bool
    heard: bool = True
    """Whether the engine may hear them."""


def began(document: Document) -> float | None:
    """Return the unix time at which the meeting's clock stood at zero; None before the first connection."""
    started = document.meeting().get("started")
    return float(started) if isinstance(started, int | float) else None


def people(document: Document) -> dict[str, Presence]:
    """Return everybody who was ever here, as gone."""
    entries = document.meeting().get("participants")
    if not isinstance(entries, dict):
        return {}
    known = {key: entry for key, entry in entries.items() if isinstance(entry, dict)}
    return {
        key: Presence(key, str(entry.get("name") or key), False, False, heard=entry.get("heard") is not False)
        for key, entry in known.items()
    }


def tracks(document: Document, recorded: Iterable[RecordedTrack]) -> int:
    """Return the highest number that a track has had, so that no name is given twice."""
    names = [*(turn.track for turn in document.turns()), *(track.label.track for track in recorded)]
    numbers = [name.rpartition(".")[2] for name in names]
    return max((int(number) for number in numbers if number.isdecimal()), default=0)


def corrections(document: Document) -> list[Correction]:
    """Return what people corrected."""
    return read_corrections(document.corrections())[0]


def corrected(document: Document, found: Minutes) -> Minutes:
    """Return minutes of what the engine found with people's corrections in them."""
    items = corrections(document)
    return amended(found, items) if items else found


def shown(document: Document, fact: Fact) -> list[Fact]:
    """Return what happened as people see it, who call somebody otherwise, or say that it was somebody else.

    A revision is its turns.
    """
    answers = document.answers
    match fact:
        case Turn():
            return [*answers.shown(fact)]
        case Revised(_, turns):
            families = {family(turn.id): turn for turn in turns}
            return [shown for turn in families.values() for shown in answers.shown(turn)]
        case Interim() | Speech():
            return [replace(fact, speaker=answers.speaker(fact.speaker))]
        case Insight():
            return [answers.finding(fact)]
        case Joined() | Left() | Consent():
            person = fact.participant
            return [replace(fact, participant=Participant(person.id, answers.name(person.id, person.name)))]
    return [fact]


def answered(document: Document, changes: Iterable[Change], time: float) -> list[Event]:
    """Return what people's corrections changed, as events of the meeting at ``time``."""
    batch = list(changes)
    if all(change.root != "corrections" for change in batch):
        return []
    keys = {key for change in batch if (change.root, change.origin) == ("transcript", ENGINE) for key in change.keys}
    touched = {family(key) for key in keys}
    turns = tuple(turn for turn in document.turns() if family(turn.id) in touched)
    named = {target for item in corrections(document) if item.kind == "rename" for target in (item.target,)}
    known = people(document)
    renamed = [Joined(time, Participant(key, known[key].name)) for key in sorted(named & known.keys())]
    return [*renamed, Revised(time, turns)] if turns else [*renamed]


def changed(document: Document, changes: Iterable[Change], time: float) -> list[Event]:
    """Return what people changed in a document as events of the meeting at ``time``."""
    events: list[Event] = []
    for change in changes:
        if change.root == "agenda":
            events.append(Agenda(time, tuple(document.agenda())))
        elif change.root == "verdicts":
            verdicts = document.verdicts()
            keys = sorted(change.keys & verdicts.keys())
            events += [Verdict(time, key, str(verdicts[key].get("status") or "edited")) for key in keys]
    return events


def noted(document: Document, known: dict[str, str], time: float) -> list[Event]:
    """Return the sections whose text is another than in ``known``, which is brought up to date; "" once one is gone.

    The version is the meeting time in milliseconds, which never goes back, not even over a restart.
    """
    now = {section.id: f"{section.heading}\n{section.text}".strip() for section in document.sections()}
    changed = {key: now.get(key, "") for key in {**known, **now} if known.get(key, "") != now.get(key, "")}
    known.clear()
    known.update(now)
    return [Note(time, key, text, version=round(time * 1000)) for key, text in changed.items()]


def minutes(document: Document) -> Minutes:
    """Return the minutes as far as they are written."""
    found = Minutes(document.title())
    found.add(Agenda(0.0, tuple(document.agenda())))
    for presence in people(document).values():
        found.add(Joined(0.0, Participant(presence.id, presence.name)))
    for turn in document.turns():
        found.add(turn)
        found.add(Speech(turn.segment, turn.track, turn.speaker))
    for insight in document.insights():
        found.add(insight)
    return found
