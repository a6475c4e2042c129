"""What the interfaces tell of rooms, turns and insights, as JSON values."""

from typing import Any

from voicemind.board.records import insight_fields, turn_fields
from voicemind.room.room import Room
from voicemind.timeline.insight import Insight
from voicemind.timeline.minutes import Minutes
from voicemind.timeline.transcript import Turn


def turn_view(turn: Turn) -> dict[str, Any]:
    """Return a turn without its words, which stand in the minutes."""
    fields = turn_fields(turn)
    del fields["words"]
    return {"id": turn.id, **fields}


def insight_view(insight: Insight, minutes: Minutes) -> dict[str, Any]:
    """Return an insight, its speaker by name."""
    speaker = None if insight.speaker is None else minutes.name(insight.speaker)
    return {"id": insight.id, **insight_fields(insight), "speaker": speaker}


def room_view(room: Room) -> dict[str, Any]:
    """Return what anybody in a room may know of it; ``started`` in unix time, ``lag`` in seconds."""
    return {
        "room": room.name,
        "title": room.title,
        "history_id": room.board.document.history_id,
        "state": room.state,
        "started": room.started,
        "lag": round(room.lag, 1),
        "recording": room.sound.state,
        "participants": [
            {"id": person.id, "name": person.name, "present": person.present, "microphone": person.microphone}
            for person in room.participants
        ],
    }
