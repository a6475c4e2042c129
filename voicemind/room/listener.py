"""What listens in a room while people are there: heard, recorded, transcribed, written down."""

import datetime
import logging
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream

from voicemind.audio.frame import SAMPLE_RATE, AudioFrame
from voicemind.audio.parts import Label
from voicemind.audio.recorder import Recorder, Tape
from voicemind.board.board import Board
from voicemind.board.document import Document
from voicemind.board.tasks import task_group
from voicemind.config import Config
from voicemind.errors import VoicemindError
from voicemind.facts import Facts
from voicemind.meeting import Meeting
from voicemind.room import backlog
from voicemind.room.engine import Engine, Loaded
from voicemind.room.secretary import Secretary
from voicemind.timeline.event import Agenda, Event, Participant

logger = logging.getLogger(__name__)

PATIENCE = 15.0  # seconds for which new sound waits for what an interruption left untranscribed
AHEAD = 1500  # frames of a track that wait in memory, 30 s; what comes then is read from the recording
MARKED = 3 * SAMPLE_RATE  # samples after which it is noted how far a track is transcribed


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a listener has of its room."""

    board: Board
    engine: Engine
    config: Config
    recordings: Path
    """The folder for its tracks."""
    facts: Facts
    """Where everything goes that the meeting finds."""
    describe: Callable[[], dict[str, object]]
    """What the document's ``meeting`` root is to say now."""
    news: Callable[[], list[Event]]
    """Who is there now, and what is planned."""
    date: Callable[[], datetime.date]
    """Day of the meeting."""


class Listener:
    """One stretch of a room's meeting: ``run`` runs it until ``end``, or until it fails.

    Sound is recorded from the start. What an interrupted stretch left untranscribed comes first, and
    what is new waits for it for a while.
    """

    def __init__(self, room: Surroundings, *, keep: bool) -> None:
        self.meeting: Meeting | None = None
        """What is going on, once the models are there."""
        self.recorder = Recorder(room.recordings, keep=keep)
        self.ending = False
        """Whether it takes nobody any more."""
        self.finished = anyio.Event()
        """Set by the room once ``run`` has returned and another listener may follow."""
        self._room = room
        self._listening = anyio.Event()  # or it is known that there are no models
        self._over = anyio.Event()
        self._scope = anyio.CancelScope()
        self._deaf = False
        self._tapes: dict[str, Tape] = {}
        self._marks: dict[str, int] = {}

    async def run(self) -> None:
        """Listen until ``end``: what was found is in the document then. Raises what a model fails with."""
        try:
            with self._scope:
                await self._listen()
        finally:
            self._over.set()

    async def _listen(self) -> None:
        async with _recording(self.recorder):
            try:
                loaded = await self._room.engine.loaded()
            except VoicemindError as error:
                await self._do_without(error)
            else:
                await self._room.board.write(_withdraw_closing)
                await self._meet(loaded)

    async def hear(
        self,
        track: str,
        frames: AsyncIterable[AudioFrame],
        participant: Participant,
        start: float | None = None,
    ) -> bool:
        """Record and transcribe a track until it ends; False where the listener has ended before.

        ``start`` is the meeting time at which it began, where it is heard afterwards.
        """
        tape = self._tapes[track] = self.recorder.open(Label(track, participant.id, participant.name))
        send, receive = anyio.create_memory_object_stream[AudioFrame](AHEAD)
        async with receive, anyio.create_task_group() as tasks:
            tasks.start_soon(self._cancel_at_end, tasks.cancel_scope)
            async with anyio.create_task_group() as transcribing:
                transcribing.start_soon(self._transcribe, track, _complete(receive, tape), participant, start)
                try:
                    async with send:
                        async for frame in frames:
                            self._take(frame, tape, send.send_nowait)
                finally:
                    tape.close()
            tasks.cancel_scope.cancel()
            return True
        return False

    def tell(self, event: Event) -> None:
        """Let the meeting know of an event; those who watch the room hear of it in any case."""
        if self.meeting is None or not self._listening.is_set() or self.meeting.is_over:
            self._room.facts.publish(event)
        else:
            self.meeting.tell(event)

    def end(self) -> None:
        """Let it be over once every track has ended and is transcribed."""
        self.ending = True
        if self.meeting is not None and self._listening.is_set():
            self.meeting.end()
        elif self._listening.is_set():
            self._over.set()

    def stop(self) -> None:
        """Let it be over at once; what is not transcribed yet stays on disk for the next."""
        self.ending = True
        self._scope.cancel()

    def discard(self, participant: str) -> None:
        """Delete what is being recorded of somebody, up to now."""
        for track, tape in self._tapes.items():
            if track.rpartition(".")[0] == participant:
                tape.discard()

    async def _do_without(self, error: VoicemindError) -> None:
        """Let people hear each other at least; what is not kept need not be recorded."""
        logger.warning("room %s is not transcribed: %s", self._room.board.room, error)
        self._deaf = not self.recorder.keep
        if self._deaf:
            for tape in self._tapes.values():
                tape.discard()
        self._listening.set()
        if not self.ending:
            await self._over.wait()

    async def _meet(self, loaded: Loaded) -> None:
        document = self._room.board.document
        left = await backlog.take(self._room.recordings, set(self._tapes))
        meeting = Meeting(
            document.title(),
            date=self._room.date(),
            agenda=document.agenda(),
            config=self._room.config,
            models=loaded.models,
            scheduler=loaded.scheduler,
            open_ended=True,
        )
        async with meeting, task_group() as tasks:
            self.meeting = meeting
            async with meeting.catching_up(PATIENCE):
                turns = document.turns()
                for track in left:
                    who, start = Participant(track.label.owner, track.label.name), max(track.start, track.settled or 0)
                    meeting.add_track(track.label.track, backlog.unheard(track, turns), who, start / SAMPLE_RATE)
                    self._tapes[track.label.track] = tape = self.recorder.open(track.label, track.parts)
                    tape.close()
                for insight in document.insights():
                    meeting.minutes.add(insight)
                meeting.recall(turns)
                tasks.start_soon(self._relay, meeting)
                tasks.start_soon(self._write_down, meeting)
            for event in self._room.news():
                if not isinstance(event, Agenda) or event.items != meeting.minutes.agenda:
                    meeting.tell(event)
            self._listening.set()
            if self.ending:
                meeting.end()
            await meeting.finished()
        closing = sorted(meeting.closing)
        await self._room.board.write(lambda document: document.set_meeting(closing=closing))

    async def _transcribe(
        self, track: str, frames: AsyncIterator[AudioFrame], participant: Participant, start: float | None
    ) -> None:
        await self._listening.wait()
        if self.meeting is not None:
            await self.meeting.hear(track, frames, participant, start)

    def _take(self, frame: AudioFrame, tape: Tape, send: Callable[[AudioFrame], None]) -> None:
        if self._deaf:
            return
        tape.write(frame)
        with suppress(anyio.WouldBlock):  # it is read from the recording when its turn comes
            send(frame)

    async def _cancel_at_end(self, scope: anyio.CancelScope) -> None:
        await self._over.wait()
        scope.cancel()

    async def _relay(self, meeting: Meeting) -> None:
        """Pass on what the meeting finds to those who watch the room."""
        async with meeting.subscribe() as facts:
            async for fact in facts:
                self._room.facts.publish(fact)

    async def _write_down(self, meeting: Meeting) -> None:
        secretary = Secretary(self._room.board, meeting.minutes, self._room.describe, self._settle)
        await secretary.run(meeting.subscribe())
        while not meeting.is_over:  # it was too far behind
            await secretary.run(meeting.subscribe())

    def _settle(self) -> Callable[[], None]:
        """Take note of how far each track is transcribed, to be kept once that is on disk."""
        settled = {track: self.meeting.settled(track) for track in self._tapes} if self.meeting else {}

        def keep() -> None:
            for track, sample in settled.items():
                if sample is None:
                    self._tapes.pop(track).settle(None)
                elif sample - self._marks.get(track, 0) >= MARKED:
                    self._marks[track] = sample
                    self._tapes[track].settle(sample)

        return keep


@asynccontextmanager
async def _recording(recorder: Recorder) -> AsyncGenerator[None, None]:
    """Record; at the end wait for the disk without holding up the loop."""
    recorder.__enter__()
    try:
        yield
    finally:
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(recorder.__exit__, None, None, None)


def _withdraw_closing(document: Document) -> None:
    """Take back what was said because the meeting was over: it goes on."""
    closing, judged = document.meeting().get("closing"), document.verdicts()
    ids = set(closing) if isinstance(closing, list) else set()
    for insight in document.insights():
        if insight.id in ids - judged.keys() and insight.state != "withdrawn":
            document.put_insight(replace(insight, state="withdrawn"))
    document.set_meeting(closing=[])


async def _complete(frames: MemoryObjectReceiveStream[AudioFrame], tape: Tape) -> AsyncIterator[AudioFrame]:
    """Fill what did not fit into memory with what was recorded of it."""
    position: int | None = None
    async for frame in frames:
        if position is not None and frame.start > position:
            async for missed in backlog.in_pieces(tape.read(position, frame.start)):
                yield missed
        yield frame
        position = frame.end
