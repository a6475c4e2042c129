"""The 20 ms beat on which participants hear each other."""

import asyncio
from collections import deque
from collections.abc import Iterable

import anyio
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack

from voicemind.room.mixer import mix
from voicemind.room.opus import FRAME, RATE, OpusEncoder, OpusPacket, Pcm
from voicemind.room.playout import Gate, Playout

BEAT = FRAME / RATE  # seconds
MAX_LAG = 0.2  # seconds that the beat may be behind before it leaves beats out
WARM_UP = 3  # frames that a new encoder hears before it takes over from another
LINGER = 50  # beats for which somebody who has spoken keeps a stream of their own

_QUEUE = 4  # packets; what a sender has not taken by then is too old to be heard


class Ears(MediaStreamTrack):
    """What one participant hears, as an outgoing track of packets that are encoded already."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._packets: asyncio.Queue[OpusPacket] = asyncio.Queue(_QUEUE)
        self.open = False
        """Whether a sender has asked for packets; before, they would only get old."""

    def put(self, packet: OpusPacket) -> None:
        """Queue a packet; the oldest goes when they are not taken."""
        if self._packets.full():
            self._packets.get_nowait()
        self._packets.put_nowait(packet)

    async def recv(self) -> OpusPacket:
        """Return the next packet; aiortc's sender calls this, and so the beat is its clock."""
        if self.readyState != "live":
            raise MediaStreamError
        self.open = True
        return await self._packets.get()


class Seat:
    """One participant's place in a conference."""

    def __init__(self) -> None:
        self.ears = Ears()
        self._playout = Playout()
        self._gate = Gate()
        self._own: OpusEncoder | None = None  # who speaks hears a mix of their own
        self._lingers = 0  # beats for which it is kept

    def say(self, samples: Pcm, timestamp: int) -> None:
        """Take what the participant says, with its 32-bit RTP timestamp."""
        self._playout.push(samples, timestamp)

    def pull(self) -> Pcm | None:
        """Return the participant's next frame for the mix; None while they do not speak."""
        frame = self._gate(self._playout.pull())
        self._lingers = LINGER if frame is not None else max(0, self._lingers - 1)
        return frame

    def own_encoder(self, heard: Iterable[Pcm | None]) -> OpusEncoder | None:
        """Return the encoder of the participant's own mix; None when the stream of all listeners will do.

        ``heard`` is what all heard of late. A new encoder that has heard the same takes over from
        the shared one without a click; one that begins out of nothing does not.
        """
        if not self._lingers:
            self._own = None
        elif self._own is None:
            self._own = OpusEncoder()
            for frame in heard:
                self._own.encode(frame, 0)
        return self._own


class Conference:
    """Everybody hears everybody else; who does not speak costs one send, since they share one encoded stream.

    Somebody who comes or goes changes nothing for the others: each has one track all the time.
    """

    def __init__(self) -> None:
        self._seats: dict[str, Seat] = {}
        self._shared = OpusEncoder()
        self._heard: deque[Pcm | None] = deque(maxlen=WARM_UP)  # the latest frames of the shared stream
        self._pts = 0  # samples since the conference began

    def join(self, participant: str) -> Seat:
        """Give a participant a seat; ValueError when they have one."""
        if participant in self._seats:
            raise ValueError(f"{participant} has a seat already")
        self._seats[participant] = Seat()
        return self._seats[participant]

    def leave(self, participant: str) -> None:
        """Take a participant's seat away."""
        self._seats.pop(participant).ears.stop()

    async def run(self) -> None:
        """Keep the beat until cancelled, without drift; beats missed under load are left out."""
        due = anyio.current_time()
        while True:
            due += BEAT
            late = anyio.current_time() - due
            if late > MAX_LAG:
                missed = int(late / BEAT)
                due += missed * BEAT
                self._pts += missed * FRAME
            await anyio.sleep(max(0.0, -late))
            self.beat()

    def beat(self) -> None:
        """Mix and send one frame."""
        voices = {name: frame for name, seat in self._seats.items() if (frame := seat.pull()) is not None}
        mixed = mix(voices)
        # Encoded even when all have a stream of their own: who goes back to it must find it as it would have been.
        shared = self._shared.encode(mixed.shared, self._pts)
        for name, seat in self._seats.items():
            if not seat.ears.open:
                continue
            own = seat.own_encoder(self._heard)
            packet = shared if own is None else own.encode(mixed.heard_by(name), self._pts)
            if packet is not None:
                seat.ears.put(packet)
        self._heard.append(mixed.shared)
        self._pts += FRAME
