"""Participants for benches that neither encode nor decode: what they send was encoded before."""

import random
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import anyio
from aiortc import RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from aiortc.rtp import RtpPacket, is_rtcp
from av.packet import Packet

from voicemind.room.ice import LOOPBACK, IceConfig, prepare
from voicemind.room.jitter import tap
from voicemind.room.opus import FRAME, RATE, OpusEncoder, OpusPacket
from voicemind.room.peer import OPUS, Post
from voicemind.room.player import read_pcm

SILENCE_LEVEL, VOICE_LEVEL = -127, -20  # dBov

Hear = Callable[[RtpPacket], None]


def encoded(recording: Path) -> list[bytes]:
    """Return the packets of a recording, its pauses left out: somebody who never stops."""
    encoder = OpusEncoder()
    packets = (encoder.encode(frame, 0) for frame in read_pcm(recording) if abs(frame).max() > 300)
    return [bytes(packet) for packet in packets if packet is not None]


class Said(MediaStreamTrack):
    """Sends packets over and over, one each 20 ms; none of them: says nothing at all."""

    kind = "audio"

    def __init__(self, packets: Sequence[bytes]) -> None:
        super().__init__()
        self.sent: list[float] = []
        """When each packet was given out, in the loop's time."""
        self._packets = packets
        self._origin: float | None = None

    async def recv(self) -> OpusPacket:
        """Return the next packet when it is time; aiortc's sender calls this."""
        if self.readyState != "live":
            raise MediaStreamError
        if not self._packets:
            await anyio.sleep_forever()
        if self._origin is None:
            self._origin = anyio.current_time()
        count = len(self.sent)
        await anyio.sleep_until(self._origin + count * FRAME / RATE)
        packet: OpusPacket = Packet(self._packets[count % len(self._packets)])  # type: ignore[assignment]
        packet.pts, packet.time_base = count * FRAME, Fraction(1, RATE)
        self.sent.append(anyio.current_time())
        return packet


class Caller:
    """One participant; made by ``call``."""

    def __init__(self, connection: RTCPeerConnection, said: Said) -> None:
        self.said = said
        self.heard = 0
        """Packets that came."""
        self._connection = connection

    @classmethod
    async def call(
        cls, post: Post, packets: Sequence[bytes], *, silent: bool = False, loss: float = 0.0, hear: Hear | None = None
    ) -> "Caller":
        """Join by ``post``; ``silent`` packets say so by their level, and so many of all are lost on the way.

        Without ``hear`` nothing is asked for.
        """
        connection, said = RTCPeerConnection(IceConfig().rtc()), Said(packets)
        caller = cls(connection, said)
        transceiver = connection.addTransceiver(said, "sendrecv" if hear else "sendonly")
        transceiver.setCodecPreferences([OPUS])
        prepare(transceiver.receiver.transport.transport, [LOOPBACK])
        if hear is not None:
            tap(transceiver.receiver, lambda packet: caller._take(packet, hear))
        _level(transceiver.sender, SILENCE_LEVEL if silent else VOICE_LEVEL)
        _lose(transceiver.sender.transport, loss)
        await connection.setLocalDescription(await connection.createOffer())
        answer = await post(connection.localDescription.sdp)
        await connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        return caller

    async def close(self) -> None:
        """Leave."""
        await self._connection.close()

    def _take(self, packet: RtpPacket, hear: Hear) -> None:
        self.heard += 1
        hear(packet)


def _level(sender: Any, level: int) -> None:
    """Have a sender state the level of what it cannot measure: aiortc does so only for what it encodes itself."""
    make = sender._next_encoded_frame  # noqa: SLF001

    async def make_with_level(codec: Any) -> Any:
        frame = await make(codec)
        if frame is not None:
            frame.audio_level = level
        return frame

    sender._next_encoded_frame = make_with_level  # noqa: SLF001


def _lose(transport: Any, loss: float) -> None:
    """Drop packets behind the sender, as a network does; always the same ones."""
    if not loss:
        return
    send, rng = transport._send_rtp, random.Random(1)  # noqa: S311, SLF001

    async def send_most(data: bytes) -> None:
        if is_rtcp(data) or rng.random() >= loss:
            await send(data)

    transport._send_rtp = send_most  # noqa: SLF001
