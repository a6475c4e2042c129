"""The stretches of a room's meeting, one listener after the other."""

import logging
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import asynccontextmanager

import anyio
from anyio.abc import TaskGroup

from voicemind.audio.frame import AudioFrame
from voicemind.meeting import Meeting
from voicemind.room.listener import Listener, Surroundings
from voicemind.timeline.event import Event, Participant

logger = logging.getLogger(__name__)

RESTART = 1.0  # seconds before a meeting that failed is begun again


class Stretches:
    """Begins a listener when somebody speaks, lets it rest, and begins another when it has ended or failed."""

    def __init__(self, surroundings: Surroundings, tracks: int, tasks: TaskGroup) -> None:
        """Go on in surroundings in which so many tracks had a number before."""
        self.listener: Listener | None = None
        """What listens now."""
        self._surroundings = surroundings
        self._tracks = tracks
        self._tasks = tasks
        self._ended = False
        self._interruption: anyio.Event | None = None  # set when it is over

    @property
    def meeting(self) -> Meeting | None:
        """The meeting that is going on, once the models are loaded."""
        return self.listener.meeting if self.listener else None

    @property
    def lag(self) -> float:
        """Seconds by which the transcription is behind."""
        return self.meeting.lag if self.meeting else 0.0

    @property
    def rung(self) -> int:
        """How much is done less well because the machine is behind, 0 for nothing."""
        return self.meeting.rung if self.meeting else 0

    def tell(self, event: Event) -> None:
        """Let the meeting know of an event; those who watch the room hear of it in any case."""
        if self.listener is not None:
            self.listener.tell(event)
        else:
            self._surroundings.facts.publish(event)

    def listen(self, *, keep: bool) -> Listener:
        """Return what listens, begun if need be; ``keep`` says whether sound is kept then."""
        if self.listener is None:
            self.listener = Listener(self._surroundings, keep=keep)
            self._tasks.start_soon(self._run, self.listener)
        return self.listener

    async def hear(
        self,
        frames: AsyncIterable[AudioFrame],
        participant: Participant,
        start: float | None = None,
        *,
        keep: bool,
    ) -> None:
        """Listen to a track until it ends, whatever becomes of the listeners; nobody listens after ``end``.

        ``start`` is the meeting time at which it began, where it is heard afterwards.
        """
        heard = False
        while not heard and not self._ended:
            if self._interruption is not None:
                await self._interruption.wait()
            listener = self.listen(keep=keep)
            if not listener.ending:
                self._tracks += 1
                heard = await listener.hear(f"{participant.id}.{self._tracks}", frames, participant, start)
            if not heard:  # it rests or has failed: the next one goes on
                await listener.finished.wait()

    @asynccontextmanager
    async def interrupted(self) -> AsyncIterator[None]:
        """Let nobody listen inside; what is being said meanwhile waits, and so does what is not transcribed yet."""
        while self._interruption is not None:
            await self._interruption.wait()
        self._interruption = anyio.Event()
        try:
            if (listener := self.listener) is not None:
                listener.stop()
                await listener.finished.wait()
            yield
        finally:
            self._interruption.set()
            self._interruption = None

    async def rest(self) -> None:
        """Let the meeting be over for now; all that was found is on disk then."""
        if self.listener is not None:
            listener = self.listener
            listener.end()
            await listener.finished.wait()

    async def end(self) -> None:
        """Let it be over for good."""
        self._ended = True
        await self.rest()

    async def _run(self, listener: Listener) -> None:
        """Run a listener; its failure ends nothing but itself, and what it had not transcribed is on disk."""
        try:
            await listener.run()
        except Exception:
            logger.exception("the meeting in room %s failed; it goes on anew", self._surroundings.board.room)
            await anyio.sleep(RESTART)
        finally:
            self.listener = None
            listener.finished.set()
