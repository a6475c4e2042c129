"""Voice activity: which windows of a track hold speech.

webrtcvad is the cheap gate: what it calls silence is not looked at again. A better detector
behind the ``Vad`` port decides on the rest, with hysteresis.
"""

from dataclasses import dataclass

import numpy as np
import webrtcvad

from voicemind.audio.frame import SAMPLE_RATE, AudioFrame, Samples
from voicemind.config import SpeechConfig
from voicemind.speech.ports import Vad

GATE_MODE = 1  # webrtcvad's aggressiveness, 0-3; low, since a lost word costs more than a look
GATE_SAMPLES = 480  # 30 ms, the longest frame that webrtcvad takes
LONGEST_GAP = 60 * SAMPLE_RATE  # samples of a hole that are filled with silence


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """Some 30 ms of one track: ``start`` in samples of the meeting, whether it is speech, and how surely."""

    start: int
    samples: Samples
    voiced: bool
    probability: float = 1.0

    @property
    def end(self) -> int:
        """First sample after the window."""
        return self.start + len(self.samples)


class VoiceActivity:
    """AudioFrame -> Window, for one track.

    Frames may have any length. A hole between them is silence, samples that come again are left
    out, and what is not a number is silence too.
    """

    def __init__(self, vad: Vad, config: SpeechConfig) -> None:
        self._vad = vad
        self._config = config
        self._gate = _Gate(config.gate_hold)
        self._buffer = np.zeros(0, np.float32)
        self._position = -1  # sample that the next frame should start at; -1 before the first one
        self._voiced = False

    def feed(self, frame: AudioFrame) -> list[Window]:
        """Take the next frame and return the windows that it completes."""
        if self._position < 0:
            self._position = frame.start
        samples = np.nan_to_num(frame.samples, nan=0.0, posinf=0.0, neginf=0.0)
        gap = frame.start - self._position
        if gap > LONGEST_GAP:
            self._position = frame.start - LONGEST_GAP
            self._buffer = self._buffer[:0]
            gap = LONGEST_GAP
        if gap < 0:
            samples = samples[-gap:]
        elif gap > 0:
            samples = np.concatenate([np.zeros(gap, np.float32), samples])
        self._position += len(samples)
        self._buffer = np.concatenate([self._buffer, np.clip(samples, -1.0, 1.0)])
        return self._windows()

    def flush(self) -> list[Window]:
        """Return the last, incomplete window, filled up with silence."""
        if not len(self._buffer):
            return []
        missing = self._vad.window - len(self._buffer)
        self._position += missing
        self._buffer = np.concatenate([self._buffer, np.zeros(missing, np.float32)])
        return self._windows()

    def _windows(self) -> list[Window]:
        size = self._vad.window
        start = self._position - len(self._buffer)
        count = len(self._buffer) // size
        windows = []
        for i in range(count):
            samples = self._buffer[i * size : (i + 1) * size]
            windows.append(Window(start + i * size, samples, *self._decide(samples)))
        self._buffer = self._buffer[count * size :]
        return windows

    def _decide(self, samples: Samples) -> tuple[bool, float]:
        probability = self._vad(samples) if self._gate.open(samples) else 0.0
        limit = self._config.stop_probability if self._voiced else self._config.start_probability
        self._voiced = probability >= limit
        return self._voiced, probability


class _Gate:
    """Open while, and a moment after, webrtcvad hears something that may be speech."""

    def __init__(self, hold: float) -> None:
        self._vad = webrtcvad.Vad(GATE_MODE)
        self._hold = int(hold * SAMPLE_RATE)
        self._left = 0

    def open(self, samples: Samples) -> bool:
        pcm = (samples[:GATE_SAMPLES] * 32767).astype("<i2")
        if pcm.any() and self._vad.is_speech(pcm.tobytes(), SAMPLE_RATE):
            self._left = self._hold
            return True
        self._left -= len(samples)
        return self._left > 0
