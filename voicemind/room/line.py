"""What a room knows of a connection, whatever carries it."""

from dataclasses import dataclass
from types import TracebackType
from typing import Self

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream

from voicemind.audio.frame import AudioFrame
from voicemind.room.capture import Hearing


@dataclass(frozen=True, slots=True)
class Quality:
    """How well packets arrive: counts since the connection began, jitter in seconds, frames that nobody took."""

    received: int
    lost: int
    jitter: float
    untaken: int


class Line:
    """A participant's connection.

    ``frames`` is what the participant says: gapless ``AudioFrame``s on the meeting's clock from the
    moment of connecting, silence included. They end when the participant does not wish to be heard
    (``listen``), and others begin when they do again. Leaving ``async with line`` ends the connection and
    closes ``frames``; whoever ends it by ``close`` closes them too, once they are taken.
    """

    def __init__(self, hearing: Hearing) -> None:
        """Carry what ``hearing`` gives."""
        self._hearing = hearing
        self._over = anyio.Event()
        self._wished = anyio.Event()
        self._taken: object = None  # the stream of frames that was given out last

    @property
    def frames(self) -> MemoryObjectReceiveStream[AudioFrame]:
        """What the participant says, or said last."""
        return self._hearing.frames

    @property
    def span(self) -> tuple[float, float] | None:
        """From when to when the engine heard the participant, in seconds of the meeting; None for not at all."""
        return self._hearing.span

    @property
    def over(self) -> bool:
        """Whether it has ended, or is about to."""
        return self._over.is_set()

    def listen(self, heard: bool) -> None:
        """Hear the participant from now on, or no more; the others in the room hear them in any case."""
        if heard:
            self._hearing.resume()
        else:
            self._hearing.pause()
        self._wished.set()

    async def next_frames(self) -> MemoryObjectReceiveStream[AudioFrame] | None:
        """Return frames that were not given out yet, once there are some; None when the line has ended instead."""
        while self._hearing.paused or self.frames is self._taken:
            if self.over:
                return None
            self._wished = anyio.Event()
            await self._wished.wait()
        self._taken = self.frames
        return self.frames

    async def closed(self) -> None:
        """Wait until the line has ended and everything is released."""
        await self._over.wait()

    async def close(self) -> None:
        """End the connection and release everything; more than once is fine."""
        self._end()
        with anyio.CancelScope(shield=True):
            await self.closed()

    async def quality(self) -> Quality:
        """Return how well what the participant sends has arrived so far."""
        raise NotImplementedError

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
        self.frames.close()

    def _end(self) -> None:
        self._over.set()
        self._wished.set()
