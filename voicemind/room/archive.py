"""What a room's document says of its meeting, as after a restart."""

from collections.abc import Iterable
from dataclasses import dataclass

from voicemind.audio.tracks import RecordedTrack
from voicemind.board.document import Document
from voicemind.board.replica import Change
from voicemind.timeline.event import Agenda, Event, Joined, Participant, Speech, Verdict
from voicemind.timeline.minutes import Minutes


@dataclass(frozen=True, slots=True)
class Presence:
    """A participant as the room shows them."""

    id: str
    name: str
    present: bool
    microphone: bool


def began(document: Document) -> float | None:
    """Return the unix time at which the meeting's clock stood at zero; None before the first connection."""
    started = document.meeting().get("started")
    return float(started) if isinstance(started, int | float) else None


def people(document: Document) -> dict[str, Presence]:
    """Return everybody who was ever here, as gone."""
    entries = document.meeting().get("participants")
    if not isinstance(entries, dict):
        return {}
    names = {key: entry.get("name") for key, entry in entries.items() if isinstance(entry, dict)}
    return {key: Presence(key, str(name or key), present=False, microphone=False) for key, name in names.items()}


def tracks(document: Document, recorded: Iterable[RecordedTrack]) -> int:
    """Return the highest number that a track has had, so that no name is given twice."""
    names = [*(turn.track for turn in document.turns()), *(track.label.track for track in recorded)]
    numbers = [name.rpartition(".")[2] for name in names]
    return max((int(number) for number in numbers if number.isdecimal()), default=0)


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
