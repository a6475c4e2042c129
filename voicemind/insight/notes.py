"""What people write counts too: actions in the notes, read line by line like turns.

A later version of a note replaces what was found in the earlier one; a version that comes late changes nothing.
"""

import datetime
import re
from dataclasses import replace
from typing import ClassVar

from voicemind.insight.actions import Actions
from voicemind.timeline.event import Event, Joined, Note, Participant
from voicemind.timeline.insight import Insight
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn

_BULLET = re.compile(
    r"^\s*(?:[-*+•]|\d+[.)])?\s*(?P<done>\[[xX]\])?(?:\[ \])?\s*(?:(?:todo|to-do|action)\b:?)?\s*", re.IGNORECASE
)
_OWNED = re.compile(r"^@?(?P<name>[^\W\d_]+):\s+(?=\w)")  # "Tom: write the report" says who does it
_APART = 60.0  # seconds between two lines: what stands in one is no answer to another


class NotedActions:
    """Finds action items in notes; their evidence is ``note:`` and the id of the note."""

    handles: ClassVar[tuple[type[Event], ...]] = (Joined, Note)

    def __init__(self, date: datetime.date | None = None) -> None:
        """Take the day of the meeting, which "tomorrow" refers to."""
        self._date = date
        self._people: dict[str, Participant] = {}
        self._versions: dict[str, int] = {}
        self._given: dict[str, dict[str, Insight]] = {}

    def feed(self, event: Event) -> list[Insight]:
        """Return what a new version of a note adds, changes or takes back."""
        if isinstance(event, Joined):
            self._people[event.participant.id] = event.participant
        if not isinstance(event, Note) or event.version < self._versions.get(event.id, event.version):
            return []
        self._versions[event.id] = event.version
        known = self._given.get(event.id, {})
        found = {  # a line that stays was written when it first was
            key: replace(insight, segment=known[key].segment) if key in known else insight
            for key, insight in self._read(event).items()
        }
        self._given[event.id] = found
        gone = [replace(insight, state="withdrawn") for key, insight in known.items() if key not in found]
        return [*gone, *(insight for key, insight in found.items() if known.get(key) != insight)]

    def flush(self) -> list[Insight]:
        """Everything that was written has been read."""
        return []

    def _read(self, note: Note) -> dict[str, Insight]:
        actions = Actions(self._date)
        for person in self._people.values():
            actions.feed(Joined(0.0, person))
        said: dict[str, Insight] = {}
        for number, line in enumerate(note.text.splitlines()):
            match = _BULLET.match(line)
            text = line[match.end() :] if match else line
            if text.strip() and not (match and match.group("done")):
                said |= {insight.id: insight for insight in actions.feed(self._turn(note, number, text))}
        said |= {insight.id: insight for insight in actions.flush()}
        standing = [insight for insight in said.values() if insight.state != "withdrawn"]
        return {new.id: new for new in (self._noted(note, insight) for insight in standing)}

    def _turn(self, note: Note, number: int, text: str) -> Turn:
        segment = Segment(number * _APART, number * _APART + 1)
        return Turn(f"{note.id}:{number}", segment, note.author or "", _OWNED.sub(r"\g<name> to ", text))

    def _noted(self, note: Note, insight: Insight) -> Insight:
        """An insight of a note: as of when it was written, and named by what it says, wherever the line moves to."""
        return replace(
            insight,
            segment=Segment(note.time, note.time),
            evidence=(f"note:{note.id}",),
            id=f"action:note:{note.id}:{' '.join(insight.text.lower().split())[:60]}",
        )
