"""A room without server: a conference, and what the engine hears of each participant."""

from itertools import pairwise
from types import TracebackType
from typing import Self

import anyio
import numpy as np
from anyio.abc import TaskGroup

from voicemind.audio.frame import SAMPLE_RATE, AudioFrame, Samples
from voicemind.room.conference import Conference
from voicemind.room.ice import IceConfig
from voicemind.room.opus import Pcm
from voicemind.room.peer import Peer, PeerConfig, Post
from voicemind.room.signaling import Offer

LOCAL = PeerConfig(ice=IceConfig(listen=("127.0.0.1",)))


class Host:
    """Answers offers as a server does, and keeps all frames with the time at which each came."""

    def __init__(self) -> None:
        self.conference = Conference()
        self.peers: dict[str, Peer] = {}
        self.frames: dict[str, list[AudioFrame]] = {}
        self.came: dict[str, list[float]] = {}
        self.packets: dict[str, list[int]] = {}
        self._tasks: TaskGroup = anyio.create_task_group()
        self._began = 0.0

    def now(self) -> float:
        return anyio.current_time() - self._began

    def post(self, name: str) -> Post:
        """Return what takes an offer of ``name`` into the room."""

        async def post(sdp: str) -> str:
            seat = self.conference.join(name)
            self.packets[name] = []

            def voice(samples: Pcm, timestamp: int) -> None:
                self.packets[name].append(timestamp)
                seat.say(samples, timestamp)

            peer, answer = await Peer.answer(Offer.parse(sdp), seat.ears, voice, self.now, LOCAL)
            self.peers[name], self.frames[name], self.came[name] = peer, [], []
            self._tasks.start_soon(self._take, name)
            return answer

        return post

    def samples(self, name: str) -> Samples:
        """All that the engine heard of a participant, on the clock of the room from second 0."""
        frames = self.frames[name]
        for one, other in pairwise(frames):
            assert one.end == other.start
        return np.concatenate([np.zeros(frames[0].start, np.float32), *(frame.samples for frame in frames)])

    async def __aenter__(self) -> Self:
        self._began = anyio.current_time()
        await self._tasks.__aenter__()
        self._tasks.start_soon(self.conference.run)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for peer in self.peers.values():
            await peer.close()
        self._tasks.cancel_scope.cancel()
        await self._tasks.__aexit__(None, None, None)

    async def _take(self, name: str) -> None:
        peer = self.peers[name]
        async with peer.frames:
            async for frame in peer.frames:
                self.frames[name].append(frame)
                self.came[name].append(self.now())


def lag(samples: int, since: float) -> float:
    """Seconds from ``since`` to a sample of the room's clock."""
    return samples / SAMPLE_RATE - since
