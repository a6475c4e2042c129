"""A participant's connection over a WebSocket, where no UDP gets through: pure but for its clock.

Each message is a varUint, the number of its first sample since the sender began, and the sound from there
on: an Opus packet, or 16 bit PCM. What comes is mono; what goes is always Opus at 48 kHz.
"""

from dataclasses import dataclass
from typing import Literal

import anyio
import av
import numpy as np
from aiortc.mediastreams import MediaStreamError
from av.audio.resampler import AudioResampler

from voicemind.board import protocol
from voicemind.errors import InputError
from voicemind.room.capture import Hearing
from voicemind.room.conference import Seat
from voicemind.room.jitter import TIMESTAMPS
from voicemind.room.line import Line, Quality
from voicemind.room.opus import RATE, OpusDecoder, Pcm
from voicemind.room.peer import TICK, Clock

LONGEST = RATE  # samples of one message at 48 kHz; more is no speech that is going on
MOST = 2 * RATE * 2  # bytes of one message
ANEW = 2 * RATE  # samples; what lies further back than this is not repeated: the sender counts anew
PACE = 150.0  # messages a second that are taken for long, three times what a microphone makes
BURST = 600.0  # messages that may come at once

Codec = Literal["opus", "pcm16"]
RATES: dict[str, tuple[int, ...]] = {"opus": (RATE,), "pcm16": (16_000, RATE)}


@dataclass(frozen=True, slots=True)
class Form:
    """How the sound comes: a codec, and samples a second."""

    codec: Codec
    rate: int

    @classmethod
    def parse(cls, codec: object, rate: object) -> "Form":
        """Read what a client says of its sound; InputError for what nobody can decode."""
        if codec == "opus" and rate in RATES["opus"]:
            return cls("opus", RATE)
        if codec == "pcm16" and rate in RATES["pcm16"]:
            return cls("pcm16", int(str(rate)))
        raise InputError("sound comes as opus at 48000, or as pcm16 at 16000 or 48000, mono")

    @property
    def factor(self) -> int:
        """Samples at 48 kHz for one of its own."""
        return RATE // self.rate


class Unpacker:
    """Makes sound at 48 kHz of messages; what is repeated or cannot be read is dropped."""

    def __init__(self, form: Form) -> None:
        self.received = self.lost = 0  # messages that were taken, and those that are missing between them
        self._form = form
        self._next: int | None = None  # sample at 48 kHz that comes next
        self._begin()

    def feed(self, message: bytes) -> tuple[Pcm, int] | None:
        """Return the sound of a message, and the sample at 48 kHz at which it begins; None where there is none."""
        read = read_message(message)
        if read is None:
            return None
        start, payload = read[0] * self._form.factor, read[1]
        if self._next is not None and start != self._next:
            if 0 < self._next - start <= ANEW:
                return None
            self._begin()
        samples = self._decode(payload)
        if not 0 < len(samples) <= LONGEST:
            return None
        if self._next is not None and 0 < start - self._next <= ANEW:
            self.lost += (start - self._next) // len(samples)
        self.received += 1
        self._next = start + len(samples)
        return samples, start

    def _begin(self) -> None:
        self._decoder = OpusDecoder()
        self._resampler = AudioResampler(format="s16", layout="mono", rate=RATE)

    def _decode(self, payload: bytes) -> Pcm:
        if self._form.codec == "opus":
            return self._decoder.decode(payload)
        samples = np.frombuffer(payload[: len(payload) // 2 * 2], "<i2").astype(np.int16)
        if self._form.rate == RATE or not len(samples):
            return samples
        frame = av.AudioFrame.from_ndarray(samples[np.newaxis], format="s16", layout="mono")
        frame.sample_rate = self._form.rate
        parts = [part.to_ndarray()[0] for part in self._resampler.resample(frame)]
        whole = np.concatenate([np.zeros(0, np.int16), *parts])
        wanted = len(samples) * self._form.factor
        # It holds back its own delay, a few samples of the very first message.
        return np.concatenate([np.zeros(max(0, wanted - len(whole)), np.int16), whole])[-wanted:]


class Wire(Line):
    """A participant's connection over a WebSocket; whoever has the socket feeds it, and sends what it gives."""

    def __init__(self, session: str, seat: Seat, now: Clock, form: Form | None, *, heard: bool, seconds: float) -> None:
        """Sit on ``seat``; sound comes in ``form`` (None: none does), and ``seconds`` of it wait for who listens."""
        hearing = Hearing(now, seconds)
        if not heard:
            hearing.pause()
        super().__init__(hearing)
        self.session = session
        self._seat = seat
        self._now = now
        self._unpacker = Unpacker(form) if form else None
        self._left, self._counted = BURST, now()
        self._delay: float | None = None  # of the last message against its sample number, in seconds
        self._jitter = 0.0

    def take(self, message: bytes) -> None:
        """Take a message as it comes from the network; what comes too fast is dropped."""
        if self._unpacker is None or self.over or not self._in_time():
            return
        sound = self._unpacker.feed(message)
        if sound is None:
            return
        samples, start = sound
        self._note_delay(start)
        self._seat.say(samples, start % TIMESTAMPS)
        self._hearing.feed(samples, start % TIMESTAMPS)

    async def next_message(self) -> bytes | None:
        """Wait for what is to be sent next; None once the line has ended."""
        try:
            packet = await self._seat.ears.recv()
        except MediaStreamError:
            return None
        return protocol.uint(packet.pts or 0) + bytes(packet)

    async def run(self) -> None:
        """Let time go on where nothing comes, until the line ends."""
        while not self.over:
            self._hearing.tick()
            with anyio.move_on_after(TICK):
                await self.closed()

    async def quality(self) -> Quality:
        """Return how well messages have arrived; what TCP sends again shows as jitter."""
        unpacker = self._unpacker
        received, lost = (unpacker.received, unpacker.lost) if unpacker else (0, 0)
        return Quality(received, lost, self._jitter, self._hearing.untaken)

    def _in_time(self) -> bool:
        now = self._now()
        self._left = min(BURST, self._left + (now - self._counted) * PACE)
        self._counted = now
        if self._left < 1:
            return False
        self._left -= 1
        return True

    def _note_delay(self, start: int) -> None:
        """Go on with the interarrival jitter (RFC 3550, section 6.4.1)."""
        delay = self._now() - start / RATE
        if self._delay is not None and abs(delay - self._delay) < 1:
            self._jitter += (abs(delay - self._delay) - self._jitter) / 16
        self._delay = delay

    def _end(self) -> None:
        super()._end()
        self._hearing.close()


def read_message(message: bytes) -> tuple[int, bytes] | None:
    """Return the number of a message's first sample and its sound; None for what is none."""
    if len(message) > MOST:
        return None
    try:
        start = protocol.Reader(message).uint()
    except protocol.FrameError:
        return None
    return start, message[len(protocol.uint(start)) :]
