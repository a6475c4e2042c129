"""Voice activity: which windows of a track hold speech.

webrtcvad is the cheap gate: what it calls silence is not looked at again. A better detector
behind the ``Vad`` port decides on the rest, with hysteresis.
"""

import logging
from dataclasses import dataclass

import numpy as np
import webrtcvad

from voicemind.audio.frame import SAMPLE_RATE, AudioFrame, Samples
from voicemind.config import SpeechConfig
from voicemind.speech.ports import Vad

GATE_MODE = 1  # webrtcvad's aggressiveness, 0-3; low, since a lost word costs more than a look
GATE_SAMPLES = 480  # 30 ms, the longest frame that webrtcvad takes
LONGEST_GAP = 60 * SAMPLE_RATE  # samples of a hole that are filled with silence
RESET = SAMPLE_RATE  # samples; who goes back further does not say it again, but has a new clock

logger = logging.getLogger(__name__)


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
    out, and what is not a number is silence too. Where times go back by more than a second the
    track goes on behind what was heard.
    """

    def __init__(self, vad: Vad, config: SpeechConfig, name: str = "") -> None:
        """Listen to the track ``name``, for the log."""
        self._vad = vad
        self._name = name
        self._shift = 0  # samples by which its clock was put back
        self._told: set[str] = set()
        self._config = config
        self._gate = _Gate(config.gate_hold)
        self._buffer = np.zeros(0, np.float32)
        self._position = -1  # sample that the next frame should start at; -1 before the first one
        self._voiced = False

    @property
    def position(self) -> int:
        """Sample that the next frame should start at, by the meeting's clock."""
        return max(0, self._position)

    def feed(self, frame: AudioFrame) -> list[Window]:
        """Take the next frame and return the windows that it completes."""
        if self._position < 0:
            self._position = frame.start
        samples = frame.samples
        if not np.isfinite(samples).all():
            self._tell("holds samples that are not numbers; they are taken for silence")
            samples = np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0)
        gap = frame.start + self._shift - self._position
        if gap < -RESET:
            self._tell("has times that go back; it goes on behind what was heard")
            self._shift -= gap
            gap = 0
        if gap > LONGEST_GAP:
            self._position += gap - LONGEST_GAP
            self._buffer = self._buffer[:0]
            gap = LONGEST_GAP
        if gap < 0:
            samples = samples[-gap:]
        elif gap > 0:
            samples = np.concatenate([np.zeros(gap, np.float32), samples])
        self._position += len(samples)
        self._buffer = np.concatenate([self._buffer, np.clip(samples, -1.0, 1.0)])
        return self._windows()

    def _tell(self, what: str) -> None:
        """Say once what is wrong with the track."""
        if what not in self._told:
            self._told.add(what)
            logger.warning("the track %s %s", self._name or "that is heard", what)

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
