"""A sound cut into windows that overlap."""

from dataclasses import dataclass

import numpy as np

from voicemind.audio.frame import AudioFrame, Samples
from voicemind.speech.votes import WINDOW


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """One window, from the sample ``start`` of the meeting on."""

    start: int
    samples: Samples


class Windows:
    """AudioFrame -> windows of ten seconds, one each ``step`` samples.

    The first one begins ``lead`` samples of silence before ``begin``. Sound that is missing between frames is
    silence, and so is what is no number.
    """

    def __init__(self, step: int, begin: int = 0, lead: int = 0) -> None:
        self._step = step
        self._buffer: Samples = np.zeros(lead, np.float32)
        self._start = begin - lead  # sample of the meeting at which the buffer begins
        self._begin = self._covered = begin
        self.end = begin
        """The sample up to which the sound was heard."""

    def feed(self, frame: AudioFrame) -> list[Cut]:
        """Take the next sound; return each window that it completes."""
        missing = max(0, frame.start - self.end)
        sound = np.nan_to_num(frame.samples[max(0, self.end - frame.start) :], nan=0.0, posinf=0.0, neginf=0.0)
        found = []
        for at in range(0, missing, WINDOW):
            found += self._append(np.zeros(min(WINDOW, missing - at), np.float32))
        for at in range(0, len(sound), WINDOW):
            found += self._append(sound[at : at + WINDOW])
        return found

    def flush(self, *, always: bool = False) -> list[Cut]:
        """Return what is left at the end, filled up with silence; with ``always`` also where that is only silence."""
        if self.end <= self._covered and not (always and self.end > self._begin):
            return []
        self._covered = self.end
        return [Cut(self._start, np.concatenate([self._buffer, np.zeros(WINDOW - len(self._buffer), np.float32)]))]

    def _append(self, piece: Samples) -> list[Cut]:
        self._buffer = np.concatenate([self._buffer, piece])
        self.end += len(piece)
        found = []
        while len(self._buffer) >= WINDOW:
            found.append(Cut(self._start, self._buffer[:WINDOW]))
            self._covered = self._start + WINDOW
            self._buffer = self._buffer[self._step :]
            self._start += self._step
        return found
