"""The one form of sound inside voicemind."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 16_000  # samples a second

Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class AudioFrame:
    """Mono sound at 16 kHz: ``samples`` float32 in [-1, 1], shape (n,); ``start`` in samples.

    ``start`` counts from the start of the meeting, so that a frame carries its own time.
    """

    samples: Samples
    start: int

    @property
    def end(self) -> int:
        """First sample after the frame."""
        return self.start + len(self.samples)

    @property
    def seconds(self) -> float:
        """Length in seconds."""
        return len(self.samples) / SAMPLE_RATE
