"""How much silence a model is given after speech: the least with which it neither loops nor guesses.

Whisper's own window of 30 s is mostly silence, which costs as much to encode as speech does. What less of it
does to accuracy and cost is measured in notebooks/padding.ipynb.
"""

from dataclasses import dataclass

from voicemind.audio.frame import SAMPLE_RATE

HOP = 160  # samples a feature frame
WINDOW = 3000  # feature frames of Whisper's own window, 30 s


@dataclass(frozen=True, slots=True)
class Padding:
    """Seconds of silence ``after`` speech, and more where the two together are less than ``shortest``."""

    after: float = 3.0
    shortest: float = 12.0

    def frames(self, size: int) -> int:
        """Return how many feature frames ``size`` samples are to be encoded in."""
        spoken = -(-size // HOP)
        return min(WINDOW, max(_frames(self.shortest), spoken + _frames(self.after)))


def _frames(seconds: float) -> int:
    return round(seconds * SAMPLE_RATE / HOP)
