"""From the RTP packets of one participant to sound: for the others' ears, and for the engine."""

from collections.abc import Callable

import anyio
from aiortc import RTCRtpReceiver
from aiortc.rtp import RtpPacket

from voicemind.audio.frame import AudioFrame
from voicemind.room.decimator import FACTOR, Decimator
from voicemind.room.jitter import ReorderBuffer, tap
from voicemind.room.opus import RATE, OpusDecoder, Pcm
from voicemind.room.track_clock import TrackClock

MUTED = 127  # RTP audio level (RFC 6464) of digital silence

_PACKETS = 50  # a second

Voice = Callable[[Pcm, int], None]
"""Takes the sound of a packet and its 32-bit RTP timestamp."""


class Hearing:
    """What the engine hears of one track: gapless 16 kHz frames on the meeting's clock.

    Frames wait in a bounded stream. A consumer that lets it run full loses the newest ones, and
    they are counted; ``start`` still says where each frame belongs. Somebody who does not wish to be
    heard for a while ends the stream (``pause``); what they say then reaches nobody here, and ``resume``
    begins another.
    """

    def __init__(self, now: Callable[[], float], seconds: float) -> None:
        self.untaken = 0  # frames that found the stream full
        self.paused = True
        """Whether nothing is heard."""
        self.span: tuple[float, float] | None = None
        """From when to when sound has come, in seconds of the meeting; None before any."""
        self._now = now
        self._size = round(seconds * _PACKETS)
        self.resume()

    def pause(self) -> None:
        """End the stream; what comes from now on is not heard."""
        self.paused = True
        self._send.close()

    def resume(self) -> None:
        """Begin a stream of what comes from now on."""
        if not self.paused:
            return
        self.paused = False
        self._clock = TrackClock()
        self._decimator = Decimator()
        self._end: int | None = None  # sample at 16 kHz that comes next
        self._send, self.frames = anyio.create_memory_object_stream[AudioFrame](self._size)

    def feed(self, samples: Pcm, timestamp: int) -> None:
        """Take the sound of a packet that has just arrived."""
        if self.paused:
            return
        now = self._now()
        self.span = (self.span[0] if self.span else now - len(samples) / RATE, now)
        self._give(self._clock.feed(samples, timestamp, round(now * RATE)))

    def tick(self, *, muted: bool = False) -> None:
        """Let silence stand for what has not come; to be called a few times a second."""
        if not self.paused:
            self._give(self._clock.tick(self._sample(), muted=muted))

    def restart(self) -> None:
        """Another stream begins on the same track."""
        self._clock.restart()

    def close(self) -> None:
        """End the stream."""
        self._send.close()

    def _sample(self) -> int:
        return round(self._now() * RATE)

    def _give(self, parts: list[Pcm]) -> None:
        if self._end is None:
            begin = (self._clock.cursor or 0) - sum(map(len, parts))
            self._end = begin // FACTOR
        for part in parts:
            frame = AudioFrame(self._decimator.feed(part), self._end)
            self._end = frame.end
            try:
                self._send.send_nowait(frame)
            except anyio.WouldBlock:
                self.untaken += 1
            except anyio.BrokenResourceError:
                return  # nobody listens any more


class Capture:
    """Orders and decodes the packets of one participant; each is decoded once, for all who want it."""

    def __init__(self, voice: Voice, hearing: Hearing, window: int) -> None:
        self._voice = voice
        self._hearing = hearing
        self._window = window
        self._attached = False
        self._began(None)

    def attach(self, receiver: RTCRtpReceiver) -> None:
        """Take the packets of a receiver, in place of its own jitter buffer and decoder."""
        self._attached = True
        tap(receiver, self.receive)

    def receive(self, packet: RtpPacket) -> None:
        """Take a packet as it comes from the network."""
        if packet.ssrc != self._source:
            self._began(packet.ssrc)
        self._arriving = True
        for ready in self._packets.add(packet.sequence_number, packet):
            self._decode(ready)

    def tick(self) -> None:
        """Go on without what has not come; to be called a few times a second."""
        if not self._attached:
            return
        if not self._arriving:
            for ready in self._packets.flush():
                self._decode(ready)
        # Where silence is what comes, others need not wait to know that nothing is said here.
        self._hearing.tick(muted=self._arriving and self._muted)
        self._arriving = False

    def close(self) -> None:
        """Give out what is held and end the stream of frames."""
        for ready in self._packets.flush():
            self._decode(ready)
        self._hearing.close()

    def _began(self, source: int | None) -> None:
        self._source = source
        self._packets: ReorderBuffer[RtpPacket] = ReorderBuffer(self._window)
        self._decoder = OpusDecoder()
        self._arriving = self._muted = False
        self._hearing.restart()

    def _decode(self, packet: RtpPacket) -> None:
        level = packet.extensions.audio_level  # (voice activity, -dBov) where the sender gives it
        self._muted = level is not None and level[1] >= MUTED
        if self._muted:
            return
        samples = self._decoder.decode(packet.payload)
        if len(samples):
            self._voice(samples, packet.timestamp)
            self._hearing.feed(samples, packet.timestamp)
