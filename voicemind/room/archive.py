"""What a room's document says of its meeting, as after a restart."""

from dataclasses import dataclass

from voicemind.board.document import Document
from voicemind.timeline.event import Agenda, Joined, Participant, Speech
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
