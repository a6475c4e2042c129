"""A room: people who hear each other, the meeting that listens, and the document they share."""

import datetime
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import anyio
from anyio.abc import TaskGroup
from anyio.streams.memory import MemoryObjectReceiveStream

from voicemind.board.batch import Saved
from voicemind.board.board import Board
from voicemind.config import Config
from voicemind.errors import RoomEnded, UnknownSession, VoicemindError
from voicemind.facts import Fact, Facts
from voicemind.meeting import Meeting
from voicemind.room import archive
from voicemind.room.archive import Presence
from voicemind.room.conference import Conference
from voicemind.room.engine import Engine
from voicemind.room.peer import Peer, PeerConfig
from voicemind.room.secretary import Secretary
from voicemind.room.signaling import IceFragment, Offer, Session
from voicemind.timeline.event import Agenda, Joined, Left, Participant, Verdict
from voicemind.timeline.minutes import Minutes

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Connected:
    """A WebRTC session that was answered."""

    session: Session
    answer: str


class Room:
    """One room; made by ``open_room``.

    The meeting begins with the first connection. After a restart it goes on: its clock counts from
    the same zero, and what was said before is told to the analyzers again.
    """

    def __init__(
        self, name: str, board: Board, engine: Engine, config: Config, peer: PeerConfig, tasks: TaskGroup
    ) -> None:
        self.name = name
        self.board = board
        self.date: datetime.date | None = None
        """Day of the meeting, where it is not the one on which it began."""
        self._engine = engine
        self._config = config
        self._peer_config = peer
        self._tasks = tasks
        self._conference = Conference()
        self._facts = Facts()
        self._peers: dict[str, Peer] = {}
        self._sessions: dict[str, str] = {}  # participant -> session
        self._presence = archive.people(board.document)
        self._tracks = 0
        self._meeting: Meeting | None = None
        self._listening = anyio.Event()
        self._finished = anyio.Event()
        self._ending = False
        self.started = archive.began(board.document)
        self._offset = time.time() - time.monotonic()  # kept, so that a clock that is set does not stir the meeting's

    @property
    def title(self) -> str:
        """What people call the room."""
        return self.board.document.title() or self.name

    @property
    def state(self) -> str:
        """``waiting`` before the first sound, ``live``, or ``ended``."""
        if self._finished.is_set() or self.board.document.meeting().get("state") == "ended":
            return "ended"
        return "waiting" if self.started is None else "live"

    @property
    def position(self) -> float:
        """Seconds since the meeting began."""
        return 0.0 if self.started is None else max(0.0, time.monotonic() + self._offset - self.started)

    @property
    def lag(self) -> float:
        """Seconds by which the transcription is behind."""
        return self._meeting.lag if self._meeting else 0.0

    @property
    def participants(self) -> list[Presence]:
        """Everybody who is or was here."""
        return list(self._presence.values())

    @property
    def minutes(self) -> Minutes:
        """The minutes so far."""
        minutes = self._meeting.minutes if self._meeting else archive.minutes(self.board.document)
        minutes.title = self.title
        minutes.agenda = tuple(self.board.document.agenda())
        return minutes

    def subscribe(self) -> MemoryObjectReceiveStream[Fact]:
        """Return a stream of what happens from now on; one that is not read is cut off."""
        return self._facts.subscribe()

    async def connect(self, participant: Participant, offer: Offer) -> Connected:
        """Answer a participant's offer: they hear the others, and the meeting hears them.

        A connection that they have already ends: the page came back before that was noticed.
        Raises SignalError for an offer that cannot be answered, RoomEnded after the end.
        """
        if self.state == "ended" or self._ending:
            raise RoomEnded(f"the meeting in {self.title} has ended; open a new room")
        if self.started is None:
            self.started = time.monotonic() + self._offset
            self._tasks.start_soon(self._keep_meeting)
        elif self._meeting is None and not self._listening.is_set():
            self._tasks.start_soon(self._keep_meeting)
        if earlier := self._peers.get(self._sessions.get(participant.id, "")):
            await earlier.close()
        session = Session(offer.ufrag)
        seat = self._conference.join(session.id)
        try:
            peer, answer = await Peer.answer(offer, seat.ears, seat.say, lambda: self.position, self._peer_config)
        except BaseException:
            self._conference.leave(session.id)
            raise
        self._peers[session.id] = peer
        self._sessions[participant.id] = session.id
        self._tasks.start_soon(self._host, session.id, peer, participant, offer.speaks is not None)
        return Connected(session, answer)

    async def trickle(self, session: str, fragment: IceFragment) -> None:
        """Take ICE candidates that came after the offer; UnknownSession when it has ended."""
        await self._peer(session).add_candidates(fragment)

    async def disconnect(self, session: str) -> None:
        """End a participant's connection; UnknownSession when it has ended."""
        await self._peer(session).close()

    async def end(self) -> None:
        """End the meeting; when this returns the minutes are complete and on disk."""
        self._ending = True
        for peer in list(self._peers.values()):
            await peer.close()
        if self._meeting is None:
            await self.board.write(lambda document: document.set_meeting(state="ended"))
            return
        self._meeting.end()
        await self._finished.wait()

    def _peer(self, session: str) -> Peer:
        if session not in self._peers:
            raise UnknownSession("there is no such connection any more; join again")
        return self._peers[session]

    async def run(self) -> None:
        """Let people hear each other, until cancelled; who watches the room is told that it closes."""
        try:
            await self._conference.run()
        finally:
            self._facts.close()

    async def _host(self, session: str, peer: Peer, participant: Participant, speaks: bool) -> None:
        """Keep one connection until it ends."""
        async with peer:
            try:
                self._show(participant, present=True, microphone=speaks)
                if speaks:
                    await self._hear(peer, participant)
                await peer.closed()
            finally:
                self._conference.leave(session)
                del self._peers[session]
                if self._sessions.get(participant.id) == session:
                    del self._sessions[participant.id]
                    self._show(participant, present=False, microphone=False)

    async def _hear(self, peer: Peer, participant: Participant) -> None:
        await self._listening.wait()
        async with peer.frames:
            if self._meeting is None:
                await peer.closed()  # without models people still hear each other
                return
            self._tracks += 1
            track = f"{participant.id}.{self._tracks}"
            await self._meeting.hear(track, peer.frames, participant)

    def _show(self, participant: Participant, *, present: bool, microphone: bool) -> None:
        self._presence[participant.id] = Presence(participant.id, participant.name, present, microphone)
        event = (Joined if present else Left)(self.position, participant)
        if self._meeting is not None:
            self._meeting.tell(event)
        else:
            self._facts.publish(event)

    async def _keep_meeting(self) -> None:
        """Run the meeting and write what it finds into the document."""
        try:
            loaded = await self._engine.loaded()
        except VoicemindError as error:
            logger.warning("room %s is not transcribed: %s", self.name, error)
            self._listening.set()
            return
        document = self.board.document
        date = self.date or datetime.datetime.fromtimestamp(self.started or time.time()).astimezone().date()
        meeting = Meeting(
            self.title,
            date=date,
            agenda=document.agenda(),
            earlier=document.turns(),
            config=self._config,
            models=loaded.models,
            scheduler=loaded.scheduler,
            open_ended=True,
        )
        async with meeting:
            self._meeting = meeting
            for presence in self._presence.values():
                meeting.tell(Joined(self.position, Participant(presence.id, presence.name)))
            stop = self.board.subscribe(self._take_changes)
            try:
                async with anyio.create_task_group() as tasks:
                    tasks.start_soon(self._relay, meeting.subscribe())
                    tasks.start_soon(
                        Secretary(self.board, meeting.minutes, self._facts_of_meeting).run, meeting.subscribe()
                    )
                    self._listening.set()
                    await meeting.finished()
            finally:
                stop()
        await self.board.write(lambda document: document.set_meeting(state="ended"))
        self._finished.set()

    async def _relay(self, facts: MemoryObjectReceiveStream[Fact]) -> None:
        """Pass on what the meeting finds to those who watch the room."""
        async with facts:
            async for fact in facts:
                self._facts.publish(fact)

    def _facts_of_meeting(self) -> dict[str, object]:
        people = {p.id: {"name": p.name, "present": p.present, "microphone": p.microphone} for p in self.participants}
        return {"state": self.state, "started": self.started, "participants": people, "lag": round(self.lag, 1)}

    def _take_changes(self, saved: Saved) -> None:
        """Tell the meeting what people changed in the document."""
        for change in saved.changes:
            if change.root == "agenda":
                self._tell(Agenda(self.position, tuple(self.board.document.agenda())))
            elif change.root == "verdicts":
                verdicts = self.board.document.verdicts()
                for key in change.keys & verdicts.keys():
                    self._tell(Verdict(self.position, key, str(verdicts[key].get("status") or "edited")))

    def _tell(self, event: Agenda | Verdict) -> None:
        if self._meeting is not None and not self._ending:
            self._meeting.tell(event)


@asynccontextmanager
async def open_room(name: str, board: Board, engine: Engine, config: Config, peer: PeerConfig) -> AsyncIterator[Room]:
    """Open a room round its board; at the end everybody is disconnected."""
    async with anyio.create_task_group() as tasks:
        room = Room(name, board, engine, config, peer, tasks)
        tasks.start_soon(room.run)
        try:
            yield room
        finally:
            tasks.cancel_scope.cancel()
