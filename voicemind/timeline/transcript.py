"""What was said: words, final turns, interim text, and the transcript they make."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from voicemind.timeline.segment import Segment


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised word; ``confidence`` is a probability."""

    text: str
    segment: Segment
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Turn:
    """A final stretch of speech of one speaker, between two pauses.

    ``id`` is stable: the same audio gives the same id, live and in replay. ``speaker`` is a
    participant's id. ``vector`` is the embedding of the text, once the pipeline has it.
    ``late`` marks a turn that reached the analyzers after the watermark had passed it.
    """

    id: str
    segment: Segment
    speaker: str
    text: str
    words: tuple[Word, ...] = ()
    confidence: float = 1.0
    track: str = ""
    language: str = ""
    vector: tuple[float, ...] | None = field(default=None, repr=False, compare=False)
    late: bool = field(default=False, compare=False)

    @property
    def time(self) -> float:
        """Meeting time at which the turn was over."""
        return self.segment.end


@dataclass(frozen=True, slots=True)
class Interim:
    """What an open utterance says so far: ``agreed`` will stay, ``tentative`` may change."""

    track: str
    speaker: str
    segment: Segment
    agreed: str
    tentative: str

    @property
    def text(self) -> str:
        """All of it, as shown."""
        return f"{self.agreed} {self.tentative}".strip()


class Transcript:
    """Final turns in order of their start, and the interim tail of each track."""

    def __init__(self) -> None:
        self._turns: dict[str, Turn] = {}
        self._interims: dict[str, Interim] = {}

    def add(self, item: Turn | Interim) -> None:
        """Take a turn (replacing the one of the same id) or the latest interim of a track."""
        if isinstance(item, Interim):
            self._interims[item.track] = item
            return
        self._turns[item.id] = item
        interim = self._interims.get(item.track)
        if interim is not None and interim.segment.start < item.segment.end:
            del self._interims[item.track]

    def copy(self) -> "Transcript":
        """Return one that goes its own way."""
        copied = Transcript()
        copied._turns, copied._interims = dict(self._turns), dict(self._interims)
        return copied

    @property
    def interims(self) -> list[Interim]:
        """The open utterances, one a track at most."""
        return list(self._interims.values())

    def __getitem__(self, turn_id: str) -> Turn:
        return self._turns[turn_id]

    def __contains__(self, turn_id: str) -> bool:
        return turn_id in self._turns

    def __iter__(self) -> Iterator[Turn]:
        return iter(sorted(self._turns.values(), key=lambda turn: (turn.segment, turn.id)))

    def __len__(self) -> int:
        return len(self._turns)
