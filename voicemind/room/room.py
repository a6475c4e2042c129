"""A room: people who hear each other, the meeting that listens, and the document they share."""

import datetime
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import anyio
from anyio.abc import TaskGroup
from anyio.streams.memory import MemoryObjectReceiveStream

from voicemind.audio.tracks import RecordedTrack, Tracks
from voicemind.board.batch import Saved
from voicemind.board.board import Board
from voicemind.errors import RoomEnded, UnknownSession, VoicemindError
from voicemind.facts import Fact, Facts
from voicemind.room import archive
from voicemind.room.archive import Presence
from voicemind.room.conference import Conference
from voicemind.room.forgetting import forget
from voicemind.room.listener import Surroundings
from voicemind.room.means import Means
from voicemind.room.peer import Peer
from voicemind.room.secretary import talk
from voicemind.room.signaling import IceFragment, Offer, Session
from voicemind.room.sound import Sound
from voicemind.room.stretches import Stretches
from voicemind.timeline.event import Agenda, Consent, Event, Joined, Left, Participant
from voicemind.timeline.minutes import Minutes


@dataclass(frozen=True, slots=True)
class Connected:
    """A WebRTC session that was answered."""

    session: Session
    answer: str


class Room:
    """One room; made by ``open_room``.

    The meeting begins with the first connection, and rests while nobody is there. When it goes on,
    after a rest or a restart, its clock counts from the same zero, what was said before is told to
    the analyzers again, and what was recorded and not transcribed is transcribed in its place.
    """

    def __init__(self, name: str, board: Board, means: Means, recorded: list[RecordedTrack], tasks: TaskGroup) -> None:
        self.name = name
        self.board = board
        self.date: datetime.date | None = None
        """Day of the meeting, where it is not the one on which it began."""
        self._means = means
        self._tasks = tasks
        self._conference = Conference()
        self._facts = Facts()
        self._peers: dict[str, Peer] = {}
        self._sessions: dict[str, str] = {}  # participant -> session
        self._presence = archive.people(board.document)
        self._unheard = any(track.settled is not None for track in recorded)
        self._stretches = Stretches(
            Surroundings(
                board=board,
                engine=means.engine,
                config=means.config,
                recordings=means.recordings,
                facts=self._facts,
                describe=self._facts_of_meeting,
                news=self._news,
                date=self._day,
            ),
            archive.tracks(board.document, recorded),
            tasks,
        )
        self.sound = Sound(board, means.recordings, self._stretches, record=means.room.record)
        """What is recorded."""
        self._moved = anyio.Event()
        self._ending = False
        self._closed = False
        self.started = archive.began(board.document)
        self._offset = time.time() - time.monotonic()  # kept, so that a clock that is set does not stir the meeting's

    @property
    def title(self) -> str:
        """What people call the room."""
        return self.board.document.title() or self.name

    @property
    def state(self) -> str:
        """``waiting`` before the first sound, ``live``, or ``ended``."""
        if self.board.document.meeting().get("state") == "ended":
            return "ended"
        return "waiting" if self.started is None else "live"

    @property
    def position(self) -> float:
        """Seconds since the meeting began."""
        return 0.0 if self.started is None else max(0.0, time.monotonic() + self._offset - self.started)

    @property
    def lag(self) -> float:
        """Seconds by which the transcription is behind."""
        meeting = self._stretches.meeting
        return meeting.lag if meeting else 0.0

    @property
    def rung(self) -> int:
        """How much is done less well because the machine is behind, 0 for nothing."""
        meeting = self._stretches.meeting
        return meeting.rung if meeting else 0

    @property
    def participants(self) -> list[Presence]:
        """Everybody who is or was here."""
        return list(self._presence.values())

    @property
    def minutes(self) -> Minutes:
        """The minutes so far, as people corrected them."""
        meeting = self._stretches.meeting
        minutes = meeting.minutes if meeting else archive.minutes(self.board.document)
        minutes.title = self.title
        if minutes.date is None and self.started is not None:
            minutes.date = self._day()
        minutes.agenda = tuple(self.board.document.agenda())
        return archive.corrected(self.board.document, minutes)

    def subscribe(self) -> MemoryObjectReceiveStream[Fact]:
        """Return a stream of what happens from now on; one that is not read is cut off."""
        return self._facts.subscribe()

    async def connect(self, participant: Participant, offer: Offer, *, heard: bool | None = None) -> Connected:
        """Answer a participant's offer: they hear the others, and the meeting hears them if they wish.

        ``heard`` is that wish; without one it is what it was, and at first to be heard.
        A connection that they have already ends: the page came back before that was noticed.
        Raises SignalError for an offer that cannot be answered, RoomEnded after the end.
        """
        if self.state == "ended" or self._ending:
            raise RoomEnded(f"the meeting in {self.title} has ended; open a new room")
        if self._closed:
            raise VoicemindError("the room is closing; join again in a moment")
        if self.started is None:
            self.started = time.monotonic() + self._offset
        if earlier := self._peers.get(self._sessions.get(participant.id, "")):
            await earlier.close()
        session = Session(offer.ufrag)
        seat = self._conference.join(session.id)
        try:
            how = replace(self._means.peer, heard=self._wishes(participant.id, heard))
            peer, answer = await Peer.answer(offer, seat.ears, seat.say, lambda: self.position, how)
        except BaseException:
            self._conference.leave(session.id)
            raise
        self._peers[session.id] = peer
        self._sessions[participant.id] = session.id
        self._moved.set()
        self._show(participant, present=True, microphone=offer.speaks is not None, heard=how.heard)
        self._tasks.start_soon(self._host, session.id, peer, participant, offer.speaks is not None)
        return Connected(session, answer)

    async def listen(self, participant: str, heard: bool) -> None:
        """Let the engine hear a participant from now on, or no more; the others hear them in any case.

        On disk and shown to everybody when this returns. UnknownSession for somebody who was never here.
        """
        known = self._presence.get(participant)
        if known is None:
            raise UnknownSession("there is nobody of that id in this room")
        if session := self._sessions.get(participant):
            self._peers[session].listen(heard)
        self._presence[participant] = replace(known, heard=heard)
        self._stretches.tell(Consent(self.position, Participant(known.id, known.name), heard))
        await self._write_facts()

    async def trickle(self, session: str, fragment: IceFragment) -> None:
        """Take ICE candidates that came after the offer; UnknownSession when it has ended."""
        await self._peer(session).add_candidates(fragment)

    async def disconnect(self, session: str) -> None:
        """End a participant's connection; UnknownSession when it has ended."""
        await self._peer(session).close()

    async def gone(self, session: str) -> None:
        """Wait until a participant's connection has ended."""
        if session in self._peers:
            await self._peers[session].closed()

    async def forget(self, participant: str) -> int:
        """Delete what was heard of a participant, up to now; return how many turns that were.

        It is gone from the document, from the disk and from what the meeting remembers when this returns;
        the meeting goes on with what the others said. Raises BoardError where the disk does not let go of it.
        """
        async with self._stretches.interrupted():
            await self.sound.delete_of(participant)
            turns = await self.board.write(lambda document: forget(document, participant))
            await self.board.purge()
        return turns

    async def end(self) -> None:
        """End the meeting; when this returns the minutes are complete and on disk."""
        self._ending = True
        for peer in list(self._peers.values()):
            await peer.close()
        await self._stretches.end()
        await self.board.write(lambda document: document.set_meeting(state="ended"))

    def _peer(self, session: str) -> Peer:
        peer = self._peers.get(session)
        if peer is None or peer.over:
            raise UnknownSession("there is no such connection any more; join again")
        return peer

    async def run(self) -> None:
        """Let people hear each other, until cancelled; who watches the room is told that it closes."""
        stop = self.board.subscribe(self._take_changes)
        if self._unheard and self.state == "live":
            self._stretches.listen(keep=self.sound.kept)
        try:
            await self._conference.run()
        finally:
            self._closed = True
            stop()
            self._facts.close()

    async def until_idle(self) -> None:
        """Return once nobody was here for as long as is set; the meeting rests, and all is on disk."""
        while not self._closed:
            self._moved = anyio.Event()
            with anyio.move_on_after(self._means.room.idle):
                await self._moved.wait()
            if not self._moved.is_set() and not self._peers:
                await self._stretches.rest()
                self._closed = not self._peers and not self.board.people

    async def _host(self, session: str, peer: Peer, participant: Participant, speaks: bool) -> None:
        """Keep one connection until it ends."""
        async with peer:
            try:
                await self._write_facts()
                while speaks and (frames := await peer.next_frames()) is not None:
                    async with frames:
                        await self._stretches.hear(frames, participant, keep=self.sound.kept)
                await peer.closed()
            finally:
                self._conference.leave(session)
                del self._peers[session]
                self._moved.set()
                if self._sessions.get(participant.id) == session:
                    del self._sessions[participant.id]
                    self._show(participant, present=False, microphone=False)

    def _wishes(self, participant: str, heard: bool | None) -> bool:
        """Whether somebody is to be heard by the engine, if they say so now or did before."""
        if heard is not None:
            return heard
        return self._presence[participant].heard if participant in self._presence else True

    def _show(self, participant: Participant, *, present: bool, microphone: bool, heard: bool | None = None) -> None:
        wish = self._wishes(participant.id, heard)
        self._presence[participant.id] = Presence(participant.id, participant.name, present, microphone, wish)
        self._stretches.tell((Joined if present else Left)(self.position, participant))
        if present and not wish:
            self._stretches.tell(Consent(self.position, participant, heard=False))

    async def _write_facts(self) -> None:
        facts = self._facts_of_meeting()
        await self.board.write(lambda document: document.set_meeting(**facts))

    def _news(self) -> list[Event]:
        """What a meeting that begins is told: who was ever here, who is not to be heard, and what is planned."""
        events: list[Event] = []
        for person in self.participants:
            who = Participant(person.id, person.name)
            events.append(Joined(self.position, who))
            if not person.heard:
                events.append(Consent(self.position, who, heard=False))
        return [*events, Agenda(self.position, tuple(self.board.document.agenda()))]

    def _day(self) -> datetime.date:
        return self.date or datetime.datetime.fromtimestamp(self.started or time.time()).astimezone().date()

    def _facts_of_meeting(self) -> dict[str, object]:
        people = {
            p.id: {"name": p.name, "present": p.present, "microphone": p.microphone, "heard": p.heard}
            for p in self.participants
        }
        return {
            "state": self.state,
            "started": self.started,
            "participants": people,
            "lag": round(self.lag, 1),
            "rung": self.rung,
            "recording": self.sound.state,
        }

    def _take_changes(self, saved: Saved) -> None:
        """Tell the meeting what people changed in the document."""
        for event in archive.changed(self.board.document, saved.changes, self.position):
            self._stretches.tell(event)
        answers = archive.answered(self.board.document, saved.changes, self.position)
        for event in answers:
            self._facts.publish(event)  # the meeting itself goes on from what it found
        if answers:
            self._tasks.start_soon(self._write_talk)

    async def _write_talk(self) -> None:
        figures = talk(self.minutes)
        await self.board.write(lambda document: document.set_talk(**figures))


@asynccontextmanager
async def open_room(name: str, board: Board, means: Means) -> AsyncIterator[Room]:
    """Open a room round its board; at the end everybody is disconnected."""
    recorded = await anyio.to_thread.run_sync(Tracks(means.recordings).all)
    async with anyio.create_task_group() as tasks:
        room = Room(name, board, means, recorded, tasks)
        tasks.start_soon(room.run)
        try:
            yield room
        finally:
            tasks.cancel_scope.cancel()
