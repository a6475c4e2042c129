"""Who is or was in a room, and what each of them wishes."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from voicemind.errors import UnknownSession
from voicemind.room.archive import Presence
from voicemind.timeline.event import Consent, Event, Joined, Left, Participant


class Attendance:
    """Everybody who was ever in a room; the meeting is told of each change by ``tell``."""

    def __init__(self, known: Mapping[str, Presence], now: Callable[[], float], tell: Callable[[Event], None]) -> None:
        """Go on from who is ``known``; ``now`` is the meeting's clock."""
        self._known = dict(known)
        self._now = now
        self._tell = tell

    def all(self) -> list[Presence]:
        """Return everybody, in the order in which they first came."""
        return list(self._known.values())

    def find(self, participant: str) -> Presence:
        """Return somebody who is or was here; raises UnknownSession."""
        if participant not in self._known:
            raise UnknownSession("there is nobody of that id in this room")
        return self._known[participant]

    def wish(self, participant: str, heard: bool | None = None) -> bool:
        """Return whether somebody is to be heard by the engine: as they say now or said before, yes at first."""
        if heard is not None:
            return heard
        return self._known[participant].heard if participant in self._known else True

    def came(self, participant: Participant, *, microphone: bool, heard: bool) -> None:
        """Somebody is there from now on."""
        self._known[participant.id] = Presence(participant.id, participant.name, True, microphone, heard)
        self._tell(Joined(self._now(), participant))
        if not heard:
            self._tell(Consent(self._now(), participant, heard=False))

    def went(self, participant: Participant) -> None:
        """Somebody has gone; what they wished stands."""
        self._known[participant.id] = replace(self._known[participant.id], present=False, microphone=False)
        self._tell(Left(self._now(), participant))

    def wished(self, participant: str, heard: bool) -> None:
        """Note what somebody wishes from now on; UnknownSession for somebody who was never here."""
        known = self.find(participant)
        self._known[participant] = replace(known, heard=heard)
        self._tell(Consent(self._now(), Participant(known.id, known.name), heard))

    def news(self) -> list[Event]:
        """Return what a meeting that begins is told: who was ever here, and who is not to be heard."""
        events: list[Event] = []
        for person in self.all():
            who = Participant(person.id, person.name)
            events.append(Joined(self._now(), who))
            if not person.heard:
                events.append(Consent(self._now(), who, heard=False))
        return events

    def facts(self) -> dict[str, dict[str, object]]:
        """Return what the document says of each person, by id."""
        return {
            p.id: {"name": p.name, "present": p.present, "microphone": p.microphone, "heard": p.heard}
            for p in self.all()
        }
