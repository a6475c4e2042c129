"""A room: people who hear each other, the meeting that listens, and the document they share."""

import datetime
import time
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import asynccontextmanager

import anyio
from anyio.abc import TaskGroup
from anyio.streams.memory import MemoryObjectReceiveStream

from voicemind.audio.frame import AudioFrame
from voicemind.audio.tracks import RecordedTrack, Tracks
from voicemind.board.batch import Saved
from voicemind.board.board import Board
from voicemind.errors import RoomEnded, VoicemindError
from voicemind.facts import Fact, Facts
from voicemind.room import archive
from voicemind.room.archive import Presence
from voicemind.room.attendance import Attendance
from voicemind.room.entrance import Arrival, Connected, Entrance
from voicemind.room.forgetting import forget
from voicemind.room.late import LateSound
from voicemind.room.line import Quality
from voicemind.room.listener import Surroundings
from voicemind.room.means import Means
from voicemind.room.secretary import talk
from voicemind.room.signaling import IceFragment, Offer
from voicemind.room.sound import Sound
from voicemind.room.stretches import Stretches
from voicemind.room.wire import Form, Wire
from voicemind.timeline.event import Agenda, Event, Participant
from voicemind.timeline.minutes import Minutes


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
        self._facts = Facts()
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
        self.sound = Sound(board, means.recordings, self._stretches, means.room)
        """What is recorded."""
        self._attendance = Attendance(archive.people(board.document), self._now, self._stretches.tell)
        self._entrance = Entrance(self._attendance, self._hear, tasks, self._now, means.peer, board.document.turns())
        self._connections = self._entrance.connections
        self._notes: dict[str, str] = {}  # what the meeting was told of people's notes, by section
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
        return self._stretches.lag

    @property
    def rung(self) -> int:
        """How much is done less well because the machine is behind, 0 for nothing."""
        return self._stretches.rung

    @property
    def participants(self) -> list[Presence]:
        """Everybody who is or was here."""
        return self._attendance.all()

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

    async def connect(
        self, participant: Participant, offer: Offer, *, heard: bool | None = None, page: str | None = None
    ) -> Connected:
        """Answer a participant's offer: they hear the others, and the meeting hears them if they wish.

        ``heard`` is that wish; without one it is what it was, and at first to be heard. Who has a connection
        already loses it to this one. Raises SignalError for an offer that cannot be answered, RoomEnded after
        the end, and Elsewhere for a ``page`` from which the sound has moved on to another one.
        """
        self._admit()
        connected = await self._entrance.answer(Arrival(participant, heard, page), offer)
        self._tasks.start_soon(self._write_facts)
        return connected

    async def wire(
        self, participant: Participant, form: Form | None, *, heard: bool | None = None, page: str | None = None
    ) -> Wire:
        """Let a participant in by a socket, as ``connect`` does; without a ``form`` of their sound they only listen."""
        self._admit()
        wire = await self._entrance.wire(Arrival(participant, heard, page), form)
        self._tasks.start_soon(self._write_facts)
        return wire

    async def bring(self, participant: str, sound: LateSound) -> bool:
        """Have heard in its place what a participant said while they were cut off; as ``Entrance.bring``."""
        if self.state != "live" or self._ending or self._closed:
            raise RoomEnded(f"the meeting in {self.title} is not going on")
        return await self._entrance.bring(participant, sound)

    async def listen(self, participant: str, heard: bool) -> None:
        """Let the engine hear a participant from now on, or no more; the others hear them in any case.

        On disk and shown to everybody when this returns. UnknownSession for somebody who was never here.
        """
        self._attendance.wished(participant, heard)
        if line := self._connections.of(participant):
            line.listen(heard)
        await self._write_facts()

    async def trickle(self, session: str, fragment: IceFragment) -> None:
        """Take ICE candidates that came after the offer; UnknownSession when it has ended."""
        await self._entrance.trickle(session, fragment)

    async def disconnect(self, session: str) -> None:
        """End a participant's connection; UnknownSession when it has ended."""
        await self._connections.find(session).close()

    async def gone(self, session: str) -> None:
        """Wait until a participant's connection has ended."""
        await self._connections.gone(session)

    async def qualities(self) -> dict[str, Quality]:
        """Return how well what each participant sends arrives, by their ids."""
        return await self._connections.qualities()

    async def forget(self, participant: str) -> int:
        """Delete what was heard of a participant, up to now; return how many turns that were.

        It is gone from the document, from the disk and from what the meeting remembers when this returns;
        the meeting goes on with what the others said. Raises BoardError where the disk does not let go of it.
        """
        self._entrance.forget(participant)
        async with self._stretches.interrupted():
            await self.sound.delete_of(participant)
            turns = await self.board.write(lambda document: forget(document, participant))
            await self.board.purge()
        self._entrance.forget(participant)  # what was said meanwhile is gone with it, and stays so
        return turns

    async def end(self) -> None:
        """End the meeting; when this returns the minutes are complete and on disk."""
        self._ending = True
        await self._connections.end_all()
        await self._stretches.end()
        await self.board.write(lambda document: document.set_meeting(state="ended"))

    async def run(self) -> None:
        """Let people hear each other, until cancelled; who watches the room is told that it closes."""
        stop = self.board.subscribe(self._take_changes)
        if self._unheard and self.state == "live":
            self._stretches.listen(keep=self.sound.kept)
        try:
            await self._entrance.run()
        finally:
            self._closed = True
            stop()
            self._facts.close()

    async def until_idle(self) -> None:
        """Return once nobody was here for as long as is set; the meeting rests, and all is on disk."""
        while not self._closed:
            if await self._connections.quiet_for(self._means.room.idle):
                await self._stretches.rest()
                self._closed = self._connections.nobody and not self.board.people

    def _admit(self) -> None:
        """Let somebody in, and the meeting begin with the first; raises RoomEnded after the end."""
        if self.state == "ended" or self._ending:
            raise RoomEnded(f"the meeting in {self.title} has ended; open a new room")
        if self._closed:
            raise VoicemindError("the room is closing; join again in a moment")
        if self.started is None:
            self.started = time.monotonic() + self._offset

    def _now(self) -> float:
        return self.position

    async def _hear(self, frames: AsyncIterable[AudioFrame], participant: Participant, start: float | None) -> None:
        await self._stretches.hear(frames, participant, start, keep=self.sound.kept)

    async def _write_facts(self) -> None:
        facts = self._facts_of_meeting()
        await self.board.write(lambda document: document.set_meeting(**facts))

    def _news(self) -> list[Event]:
        """What a meeting that begins is told: of the people, and what is planned."""
        self._notes.clear()
        notes = archive.noted(self.board.document, self._notes, self.position)
        return [*self._attendance.news(), Agenda(self.position, tuple(self.board.document.agenda())), *notes]

    def _day(self) -> datetime.date:
        return self.date or datetime.datetime.fromtimestamp(self.started or time.time()).astimezone().date()

    def _facts_of_meeting(self) -> dict[str, object]:
        return {
            "state": self.state,
            "started": self.started,
            "participants": self._attendance.facts(),
            "lag": round(self.lag, 1),
            "rung": self.rung,
            "recording": self.sound.state,
        }

    def _take_changes(self, saved: Saved) -> None:
        """Tell the meeting what people changed in the document."""
        if any(change.root == "sections" for change in saved.changes):
            for note in archive.noted(self.board.document, self._notes, self.position):
                self._stretches.tell(note)
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
