"""One participant's WebRTC connection: one audio track in, one out."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Self, TypeVar

import anyio
from aiortc import RTCPeerConnection, RTCRtpCodecCapability, RTCRtpTransceiver, RTCSessionDescription
from aiortc.mediastreams import MediaStreamTrack
from aiortc.sdp import candidate_from_sdp

from voicemind.errors import SignalError
from voicemind.room.capture import Capture, Hearing, Voice
from voicemind.room.ice import IceConfig, announce, prepare
from voicemind.room.jitter import WINDOW
from voicemind.room.line import Line, Quality
from voicemind.room.opus import RATE, Pcm
from voicemind.room.signaling import IceFragment, Offer

TICK = 0.1  # seconds between two looks at a track on which nothing may come

OPUS = RTCRtpCodecCapability(mimeType="audio/opus", clockRate=RATE, channels=2)

Clock = Callable[[], float]
"""Seconds since the meeting began."""

Negotiated = TypeVar("Negotiated")

Post = Callable[[str], Awaitable[str]]
"""Takes an offer to the other side and returns its answer, both as SDP."""


@dataclass(frozen=True, slots=True)
class PeerConfig:
    """How a peer connects, and how much it holds."""

    ice: IceConfig = field(default_factory=IceConfig)
    reorder: int = WINDOW  # packets that one may come late
    buffer: float = 30.0  # seconds of frames that wait for their consumer
    connect_timeout: float = 30.0  # seconds
    heard: bool = True  # by the engine, from the start


class Peer(Line):
    """A participant's WebRTC connection; it ends with ``close``, or by itself when the other side has gone."""

    def __init__(self, connection: RTCPeerConnection, hearing: Hearing, capture: Capture, timeout: float) -> None:
        """Take over a connection that is negotiated; callers use ``answer`` or ``offer``."""
        super().__init__(hearing)
        self._connection = connection
        self._capture = capture
        self._timeout = timeout
        self._settled = anyio.Event()  # connected, or never will be
        connection.on("connectionstatechange", self._look)
        self._look()
        self._task = asyncio.create_task(self._run(), name="peer")

    @classmethod
    async def answer(
        cls, offer: Offer, ears: MediaStreamTrack, voice: Voice, now: Clock, config: PeerConfig | None = None
    ) -> tuple[Self, str]:
        """Answer an offer; return the peer and the answer's SDP.

        ``ears`` is the track that the participant hears, ``voice`` is called with what they say at
        48 kHz, ``now`` is the meeting's clock. SignalError when the offer cannot be answered.
        """
        config = config or PeerConfig()

        async def negotiate(connection: RTCPeerConnection, capture: Capture) -> str:
            await _answer(connection, offer, ears, capture, config.ice)
            return announce(connection.localDescription.sdp, config.ice.announce)

        return await cls._negotiated(negotiate, voice, now, config)

    @classmethod
    async def offer(
        cls, post: Post, says: MediaStreamTrack, voice: Voice | None, now: Clock, config: PeerConfig | None = None
    ) -> Self:
        """Connect as a client does: send the track ``says``; ``voice`` and ``frames`` get what is heard.

        Without ``voice`` nothing is asked for, and ``frames`` stays empty.
        """
        config = config or PeerConfig()

        async def negotiate(connection: RTCPeerConnection, capture: Capture) -> None:
            await _offer(connection, post, says, capture if voice else None, config.ice)

        peer, _ = await cls._negotiated(negotiate, voice or _unheard, now, config)
        return peer

    @classmethod
    async def _negotiated(
        cls,
        negotiate: Callable[[RTCPeerConnection, Capture], Awaitable[Negotiated]],
        voice: Voice,
        now: Clock,
        config: PeerConfig,
    ) -> tuple[Self, Negotiated]:
        connection, hearing = RTCPeerConnection(config.ice.rtc()), Hearing(now, config.buffer)
        if not config.heard:
            hearing.pause()
        capture = Capture(voice, hearing, config.reorder)
        try:
            negotiated = await negotiate(connection, capture)
        except BaseException:
            with anyio.CancelScope(shield=True):
                await connection.close()
            capture.close()
            hearing.frames.close()
            raise
        return cls(connection, hearing, capture, config.connect_timeout), negotiated

    async def connected(self) -> bool:
        """Wait until media can flow; False when the peer has ended instead."""
        await self._settled.wait()
        return not self.over

    async def closed(self) -> None:
        """Wait until the peer has ended and everything is released."""
        await asyncio.shield(self._task)

    async def add_candidates(self, fragment: IceFragment) -> None:
        """Take ICE candidates that came after the offer; ICE ignores those that it cannot use."""
        for mid, text in fragment.candidates:
            candidate = candidate_from_sdp(text)
            candidate.sdpMid, candidate.sdpMLineIndex = mid or None, None if mid else 0
            await self._connection.addIceCandidate(candidate)

    async def quality(self) -> Quality:
        """Return how well the other side's packets have arrived so far."""
        reports = [await receiver.getStats() for receiver in self._connection.getReceivers()]
        streams = [stats for report in reports for stats in report.values() if stats.type == "inbound-rtp"]
        return Quality(
            received=sum(stats.packetsReceived for stats in streams),
            lost=sum(stats.packetsLost for stats in streams),
            jitter=max((stats.jitter for stats in streams), default=0) / RATE,
            untaken=self._hearing.untaken,
        )

    def _look(self) -> None:
        state = self._connection.connectionState
        if state == "connected":
            self._settled.set()
        elif state in ("failed", "closed"):
            self._end()

    def _end(self) -> None:
        super()._end()
        self._settled.set()

    async def _run(self) -> None:
        try:
            with anyio.move_on_after(self._timeout):
                await self._settled.wait()
            if not self._settled.is_set():
                self._end()
            while not self._over.is_set():
                self._capture.tick()
                with anyio.move_on_after(TICK):
                    await self._over.wait()
        finally:
            self._end()
            await self._connection.close()
            self._capture.close()


async def _answer(
    connection: RTCPeerConnection, offer: Offer, ears: MediaStreamTrack, capture: Capture, ice: IceConfig
) -> None:
    for section in offer.sections:
        speaks, hears = section.mid == offer.speaks, section.mid == offer.hears
        # In the order of the sections: aiortc drops the transport of a first one that is not first in the bundle.
        transceiver = connection.addTransceiver(ears if hears else section.kind, _direction(speaks, hears))
        _prepare(transceiver, ice)
        if speaks:
            capture.attach(transceiver.receiver)
    try:
        await connection.setRemoteDescription(RTCSessionDescription(offer.sdp, "offer"))
        await connection.setLocalDescription(await connection.createAnswer())
    except Exception as error:
        # What aiortc raises for an offer that parses but cannot be met has no common type.
        raise SignalError(f"the offer cannot be answered ({error}); offer one audio track with Opus") from error


async def _offer(
    connection: RTCPeerConnection, post: Post, says: MediaStreamTrack, capture: Capture | None, ice: IceConfig
) -> None:
    transceiver = connection.addTransceiver(says, "sendrecv" if capture else "sendonly")
    _prepare(transceiver, ice)
    if capture:
        capture.attach(transceiver.receiver)
    await connection.setLocalDescription(await connection.createOffer())
    answer = await post(connection.localDescription.sdp)
    await connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))


def _unheard(_samples: Pcm, _timestamp: int) -> None:
    """Stand in for the voice of a peer that receives nothing."""


def _prepare(transceiver: RTCRtpTransceiver, ice: IceConfig) -> None:
    prepare(transceiver.receiver.transport.transport, ice.listen)
    if transceiver.kind == "audio":
        transceiver.setCodecPreferences([OPUS])


def _direction(receives: bool, sends: bool) -> str:
    if receives:
        return "sendrecv" if sends else "recvonly"
    return "sendonly" if sends else "inactive"
