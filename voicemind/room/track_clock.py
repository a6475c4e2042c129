"""The sound of one track, laid on the meeting's clock without a hole."""

from collections import deque

import numpy as np

from voicemind.room.jitter import TIMESTAMPS, elapsed
from voicemind.room.opus import RATE, Pcm, rms

PATIENCE = round(0.2 * RATE)  # samples; when nothing has come for so long, silence is given out
MUTED_PATIENCE = round(0.06 * RATE)  # the same, while silence is what the sender says it sends
JUMP = 2 * RATE  # samples; a packet that comes so late, or as much too early, begins a new clock
TOLERANCE = round(0.01 * RATE)  # samples that a track may stand off the meeting's clock
QUIET = 180.0  # RMS of int16, about -45 dBFS: here time may be added or taken without harm

SETTLING = RATE  # samples behind a stream's first packet, in which what comes in a burst was said before
_SPAN = RATE  # samples of one of the spans that the least delay is looked for in
_SPANS = 4
_SILENCE = np.zeros(RATE, np.int16)
_SILENCE.setflags(write=False)  # shared by all


class TrackClock:
    """Turns packets that come late, in bursts or not at all into sound without a hole.

    All counts are samples at 48 kHz. RTP timestamps say where a packet belongs relative to the one
    before it; the clock at arrival says where the track stands. The network can only delay, and so
    the least delay of the last seconds counts, whatever the jitter: no packet comes before it was
    said, and where all come late the sender's clock is slow. Holes become silence. Silence that
    was given out is not taken back: what comes too late goes behind it, and the time is given back
    where it is quiet. Of a burst with which a stream begins only so much is kept as there is time for.
    """

    def __init__(self) -> None:
        self.cursor: int | None = None  # sample of the meeting that comes next
        self._following = False  # whether _time stands for _place
        self._time = 0  # RTP timestamp of the packet that would continue the last one
        self._place = 0  # sample of the meeting that belongs to _time
        self._settled = 0  # sample of the meeting up to which the stream is settling
        self._least = _LeastDelay()

    def feed(self, samples: Pcm, timestamp: int, now: int) -> list[Pcm]:
        """Take the sound of a packet that arrived at ``now``; return what continues the track."""
        size = len(samples)
        if not self._following:
            self._settled = now + SETTLING
        quiet = rms(samples) < QUIET
        place = self._locate(size, timestamp, now, quiet=quiet)
        self._time = (timestamp + size) % TIMESTAMPS
        self._place = place + size
        start = max(place, self.cursor or 0)
        ahead = start + size - now
        if ahead > (TOLERANCE if now < self._settled else JUMP) or (quiet and start - place > TOLERANCE):
            return []  # given up: the next packet takes its place
        return self._advance(start, samples)

    def tick(self, now: int, *, muted: bool = False) -> list[Pcm]:
        """Return the silence that is due because nothing has come for a while; ``muted`` says that nothing will."""
        due = max(0, now - (MUTED_PATIENCE if muted else PATIENCE))
        if self.cursor is not None and due <= self.cursor:
            return []
        return self._advance(due, np.zeros(0, np.int16))

    def restart(self) -> None:
        """Forget the sender's clock, as when another stream begins on the same track."""
        self._following = False

    def _locate(self, size: int, timestamp: int, now: int, *, quiet: bool) -> int:
        """Sample of the meeting at which a packet begins, never after its arrival by more than the tolerance."""
        arrived = now - size
        place = self._place + elapsed(timestamp, self._time)
        delay = arrived - place
        if not self._following or not -TOLERANCE <= delay <= JUMP:
            self._following = True
            self._least = _LeastDelay()
            return max(0, arrived)
        least = self._least.add(now, delay)
        if quiet and least is not None and least > TOLERANCE:
            self._least = _LeastDelay()
            return place + least
        return place

    def _advance(self, start: int, samples: Pcm) -> list[Pcm]:
        """Continue the track with silence up to ``start``, and the samples behind it."""
        hole = 0 if self.cursor is None else start - self.cursor
        self.cursor = start + len(samples)
        silence = [_SILENCE[: hole - at] for at in range(0, hole, len(_SILENCE))]
        return [*silence, samples] if len(samples) else silence


class _LeastDelay:
    """The least delay over the last few spans of time; not known before they are full."""

    def __init__(self) -> None:
        self._spans: deque[int] = deque(maxlen=_SPANS)
        self._least = JUMP
        self._until: int | None = None

    def add(self, now: int, delay: int) -> int | None:
        """Take the delay of a packet that arrives ``now``; return the least, None while too little is known."""
        if self._until is None:
            self._until = now + _SPAN
        if now >= self._until:
            self._spans.append(self._least)
            self._least, self._until = JUMP, now + _SPAN
        self._least = min(self._least, delay)
        return min(*self._spans, self._least) if len(self._spans) == _SPANS else None
