"""The sound of one track, laid on the meeting's clock without a hole."""

import numpy as np

from voicemind.room.jitter import TIMESTAMPS, elapsed
from voicemind.room.opus import RATE, Pcm, rms

PATIENCE = round(0.2 * RATE)  # samples; when nothing has come for so long, silence is given out
JUMP = 2 * RATE  # samples; an RTP time further off the clock than this begins a new clock
TOLERANCE = round(0.06 * RATE)  # samples that a track may stand off the meeting's clock
QUIET = 180.0  # RMS of int16, about -45 dBFS: here time may be added or taken without harm

_SMOOTHING = 0.02  # of the skew, a packet: about a second
_SILENCE = np.zeros(RATE, np.int16)
_SILENCE.setflags(write=False)  # shared by all


class TrackClock:
    """Turns packets that come late, in bursts or not at all into sound without a hole.

    All counts are samples at 48 kHz. RTP timestamps say where a packet belongs relative to the one
    before it; the clock at arrival says where the track stands. Holes become silence. Silence that
    was given out is not taken back: what comes too late goes behind it. Time that is gained or lost
    that way, or by a sound card that runs fast or slow, is given back where it is quiet.
    """

    def __init__(self) -> None:
        self.cursor: int | None = None  # sample of the meeting that comes next
        self._following = False  # whether _time stands for the cursor
        self._time = 0  # RTP timestamp of the packet that would continue the last one
        self._place = 0  # sample of the meeting that belongs to _time
        self._skew = 0.0  # how far the end of the sound is ahead of the clock, smoothed

    def feed(self, samples: Pcm, timestamp: int, now: int) -> list[Pcm]:
        """Take the sound of a packet that arrived at ``now``; return what continues the track."""
        size = len(samples)
        start = self._locate(size, timestamp, now)
        ahead = start + size - now
        self._skew += _SMOOTHING * (ahead - self._skew)
        self._time = (timestamp + size) % TIMESTAMPS
        self._place = start + size
        quiet = rms(samples) < QUIET
        if ahead > JUMP or (quiet and self._skew > TOLERANCE):
            self._place = start  # given up: the next packet takes its place
            self._skew -= size
            return []
        if quiet and self._skew < -TOLERANCE:
            start -= round(self._skew)
            self._place = start + size
            self._skew = 0.0
        return self._advance(start, samples)

    def tick(self, now: int) -> list[Pcm]:
        """Return the silence that is due because nothing has come for ``PATIENCE``."""
        due = max(0, now - PATIENCE)
        if self.cursor is not None and due <= self.cursor:
            return []
        return self._advance(due, np.zeros(0, np.int16))

    def restart(self) -> None:
        """Forget the sender's clock, as when another stream begins on the same track."""
        self._following = False

    def _locate(self, size: int, timestamp: int, now: int) -> int:
        """Sample of the meeting at which a packet begins."""
        arrived = now - size
        start = self._place + elapsed(timestamp, self._time)
        if not self._following or abs(start - arrived) > JUMP:
            self._following = True
            self._skew = 0.0
            start = arrived
        return max(start, self.cursor or 0)

    def _advance(self, start: int, samples: Pcm) -> list[Pcm]:
        """Continue the track with silence up to ``start``, and the samples behind it."""
        hole = 0 if self.cursor is None else start - self.cursor
        self.cursor = start + len(samples)
        silence = [_SILENCE[: hole - at] for at in range(0, hole, len(_SILENCE))]
        return [*silence, samples] if len(samples) else silence
