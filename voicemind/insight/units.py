"""Speech in inter-pausal units: what one speaker says without a pause of 0.3 s."""

from collections.abc import Iterator

from voicemind.timeline.segment import Segment

IPU_GAP = 0.3  # seconds

Unit = tuple[str, Segment]


class Units:
    """The units of each speaker, those of the last ``kept`` seconds; a longer one stays while it is the last."""

    def __init__(self, kept: float) -> None:
        self._kept = kept
        self._units: dict[str, list[Segment]] = {}

    def __iter__(self) -> Iterator[Unit]:
        """Every unit that is kept, with its speaker."""
        return ((speaker, unit) for speaker, units in self._units.items() for unit in units)

    def add(self, speaker: str, segment: Segment) -> tuple[Segment, list[Segment]]:
        """Join speech to the speaker's units; return the one that it is in, and those that it took in."""
        units = self._units.setdefault(speaker, [])
        near = [u for u in units if segment.start - u.end < IPU_GAP and u.start - segment.end < IPU_GAP]
        for unit in near:
            segment = segment | unit
        self._units[speaker] = sorted([*(u for u in units if u not in near), segment])
        return segment, near

    def forget(self, time: float) -> None:
        """Let go of what ended too long before ``time``."""
        for speaker, units in self._units.items():
            self._units[speaker] = [u for u in units if u.end > time - self._kept or u is units[-1]]

    def others(self, speaker: str) -> Iterator[Unit]:
        """Every unit of somebody else."""
        return ((other, unit) for other, unit in self if other != speaker)
