"""A participant that plays a recording into a room: for demonstrations and tests."""

from collections.abc import Awaitable, Callable, Iterable, Iterator
from pathlib import Path

import anyio
import av
import numpy as np
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av.audio.resampler import AudioResampler

from voicemind.audio.frame import AudioFrame
from voicemind.errors import AudioError, SignalError
from voicemind.room.opus import FRAME, RATE, OpusEncoder, OpusPacket, Pcm
from voicemind.room.peer import Peer, PeerConfig, Post


def read_pcm(path: str | Path) -> Iterator[Pcm]:
    """Decode a file into frames of ``FRAME`` samples, the last one filled up with silence; AudioError without sound."""
    resampler = AudioResampler(format="s16", layout="mono", rate=RATE, frame_size=FRAME)
    try:
        with av.open(str(path)) as container:
            if not container.streams.audio:
                raise AudioError(f"{path}: has no sound; give a recording with an audio track")
            for decoded in container.decode(audio=0):
                decoded.pts = None  # played without holes
                for frame in resampler.resample(decoded):
                    yield frame.to_ndarray()[0]
    except (OSError, av.FFmpegError) as error:
        raise AudioError(f"{path}: cannot be played ({error}); give a recording such as WAV, FLAC or Ogg") from error
    for frame in resampler.resample(None):
        samples = frame.to_ndarray()[0]
        yield np.pad(samples, (0, FRAME - len(samples)))


class Recording(MediaStreamTrack):
    """Plays frames at the pace of a microphone, without drift, from the moment it is begun.

    ``played`` is set at the end; ``failure`` then says whether the frames ended because of an error.
    """

    kind = "audio"

    def __init__(self, frames: Iterable[Pcm]) -> None:
        super().__init__()
        self._frames = enumerate(frames)
        self._encoder = OpusEncoder()
        self.played = anyio.Event()
        self.failure: AudioError | None = None
        self._begun = anyio.Event()
        self._origin = 0.0

    def begin(self) -> None:
        """Start playing now."""
        self._origin = anyio.current_time()
        self._begun.set()

    async def recv(self) -> OpusPacket:
        """Return the next packet when its last sample would have been spoken; aiortc's sender calls this."""
        if self.readyState != "live":
            raise MediaStreamError
        await self._begun.wait()
        while (packet := await self._next()) is None:
            pass
        return packet

    async def _next(self) -> OpusPacket | None:
        """The packet of the next frame, None where silence is not sent; never returns at the end."""
        try:
            count, frame = next(self._frames, (0, None))
        except AudioError as error:
            self.failure = error
            frame = None
        if frame is None:
            self.played.set()
            await anyio.sleep_forever()
        packet = self._encoder.encode(frame, count * FRAME)
        await anyio.sleep_until(self._origin + (count + 1) * FRAME / RATE)
        return packet


async def play(
    frames: Iterable[Pcm],
    post: Post,
    hear: Callable[[AudioFrame], None] | None = None,
    ready: Callable[[], Awaitable[object]] | None = None,
    config: PeerConfig | None = None,
) -> None:
    """Join by ``post``, play ``frames`` at 1x, and leave.

    ``ready`` is awaited once connected, so that several can begin together. ``hear`` gets what the
    others say, on a clock that starts with this call. SignalError when there is no connection any more.
    """
    called = anyio.current_time()
    recording = Recording(frames)
    voice = None if hear is None else _no_ears
    peer = await Peer.offer(post, recording, voice, lambda: anyio.current_time() - called, config)
    async with peer:
        if not await peer.connected():
            raise SignalError("no connection to the room came about; check that UDP reaches it")
        if ready is not None:
            await ready()
        recording.begin()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_end_with, peer, tasks.cancel_scope)
            if hear is not None:
                tasks.start_soon(_forward, peer, hear)
            await recording.played.wait()
            tasks.cancel_scope.cancel()
    if recording.failure is not None:
        raise recording.failure
    if not recording.played.is_set():
        raise SignalError("the connection to the room was lost; join again")


async def _end_with(peer: Peer, scope: anyio.CancelScope) -> None:
    await peer.closed()
    scope.cancel()


async def _forward(peer: Peer, hear: Callable[[AudioFrame], None]) -> None:
    async for frame in peer.frames:
        hear(frame)


def _no_ears(_samples: Pcm, _timestamp: int) -> None:
    """Nobody listens at 48 kHz."""
