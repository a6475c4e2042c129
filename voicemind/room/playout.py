"""Sound of one participant on its way into the mix: smoothed, gated, without clicks."""

import numpy as np

from voicemind.room.jitter import TIMESTAMPS, elapsed
from voicemind.room.opus import FRAME, RATE, Pcm, rms

TARGET = 2 * FRAME  # samples held before playing begins: what late packets are waited for
SLACK = 2 * FRAME  # samples above the target that are kept until it is quiet
LIMIT = 10 * FRAME  # samples; more is never held
MAX_HOLE = 5 * FRAME  # samples; a longer hole is a pause of the sender, not loss
QUIET = 180.0  # RMS of int16, about -45 dBFS: a frame of it can be left out unheard
OPEN = 58.0  # RMS of int16, about -55 dBFS: below it nobody speaks
HOLD = 15  # frames that a gate stays open behind the last sound

_FADE = RATE // 200  # samples; 5 ms
_UP = np.linspace(0.0, 1.0, _FADE, endpoint=False, dtype=np.float32)
_DOWN = 1.0 - _UP


class Playout:
    """Holds a little sound, so that it plays evenly though packets come unevenly."""

    def __init__(self) -> None:
        self._held: Pcm = np.zeros(0, np.int16)
        self._end = 0  # RTP timestamp behind the sound held
        self._playing = False
        self._last = 0.0  # last sample given out

    def push(self, samples: Pcm, timestamp: int) -> None:
        """Take the sound of a packet; small holes in the timestamps become silence."""
        hole = elapsed(timestamp, self._end)
        if not 0 <= hole <= MAX_HOLE:
            hole = 0
            if not self._playing:
                self._held = self._held[:0]  # left over from before the pause
        self._held = np.concatenate([self._held, np.zeros(hole, np.int16), samples])
        self._end = (timestamp + len(samples)) % TIMESTAMPS
        if len(self._held) > LIMIT:
            self._skip(len(self._held) - TARGET)
        elif len(self._held) > TARGET + SLACK and rms(self._held[: 2 * FRAME]) < QUIET:
            self._skip(FRAME)

    def pull(self) -> Pcm | None:
        """Return the next ``FRAME`` samples; None while there is nothing to play."""
        if not self._playing:
            if len(self._held) < TARGET:
                return None
            self._playing = True
            return fade_in(self._cut())
        if len(self._held) >= FRAME:
            return self._cut()
        self._playing = False
        return self._run_out()

    def _cut(self) -> Pcm:
        frame, self._held = self._held[:FRAME], self._held[FRAME:]
        self._last = float(frame[-1])
        return frame

    def _run_out(self) -> Pcm:
        """The rest, and from its last sample down to zero, since a step would click."""
        rest = self._held
        self._held = rest[:0]
        last = float(rest[-1]) if len(rest) else self._last
        frame = np.zeros(FRAME + _FADE, np.int16)
        frame[: len(rest)] = rest
        frame[len(rest) : len(rest) + _FADE] = last * _DOWN
        return frame[:FRAME]

    def _skip(self, count: int) -> None:
        """Leave out ``count`` samples, blending what was to come into what comes instead."""
        kept = self._held[count:].copy()
        blended = self._held[:_FADE] * _DOWN + kept[:_FADE] * _UP
        kept[:_FADE] = np.rint(blended)
        self._held = kept


class Gate:
    """Lets through who speaks, and nothing of a microphone that only hums."""

    def __init__(self) -> None:
        self._left = 0  # frames until it closes

    def __call__(self, frame: Pcm | None) -> Pcm | None:
        """Return the frame, faded where the gate opens or closes; None while it is closed."""
        if frame is None:
            self._left = 0
            return None
        was_open = self._left > 0
        self._left = HOLD if rms(frame) >= OPEN else max(0, self._left - 1)
        if self._left:
            return frame if was_open else fade_in(frame)
        return fade_out(frame) if was_open else None


def fade_in(frame: Pcm) -> Pcm:
    """Return the frame with its first 5 ms rising from zero."""
    faded = frame.copy()
    faded[:_FADE] = faded[:_FADE] * _UP
    return faded


def fade_out(frame: Pcm) -> Pcm:
    """Return the frame with its last 5 ms falling to zero."""
    faded = frame.copy()
    faded[-_FADE:] = faded[-_FADE:] * _DOWN
    return faded
