"""What was heard of each person, as covers of time that stay right when it is revised who spoke."""

from collections import defaultdict

from voicemind.insight.cover import Cover
from voicemind.timeline.annotation import Annotation
from voicemind.timeline.event import Revised, Speech
from voicemind.timeline.revision import revise
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn

_FLOOR_GAP = 2.0  # seconds of pause inside one turn of the floor
_SHORT_OVERLAP = 0.3  # seconds; shorter runs are bleed at a boundary


class Heard:
    """Speech and turns as they come; ``settle`` after revisions, before anything is read."""

    def __init__(self) -> None:
        self._speech = Annotation()
        self._turns: dict[str, Turn] = {}
        self._stale = False
        self._begin()

    def _begin(self) -> None:
        self.speech: defaultdict[str, Cover] = defaultdict(Cover)
        """When each person speaks."""
        self.floor: defaultdict[str, Cover] = defaultdict(Cover)
        """Their turns of the floor."""
        self.anyone = Cover()
        self.overlap = Cover(_SHORT_OVERLAP)
        """When several people speak."""

    def add(self, speech: Speech) -> None:
        """Take a stretch of speech."""
        self._speech.add(speech.segment, speech.speaker, speech.track)
        self._count(speech.speaker, speech.segment)

    def add_turn(self, turn: Turn) -> None:
        """Take a turn."""
        self._turns[turn.id] = turn

    def revise(self, revised: Revised) -> None:
        """Take it that somebody else spoke."""
        speakers = {turn.id: self._turns[turn.id].speaker for turn in revised.turns if turn.id in self._turns}
        self._speech = revise(self._speech, revised, speakers)
        self._turns |= {turn.id: turn for turn in revised.turns}
        self._stale = True

    def settle(self) -> None:
        """Count anew where something was revised."""
        if self._stale:
            self._stale = False
            self._begin()
            for item in sorted(self._speech, key=lambda item: item.segment.end):
                self._count(item.label, item.segment)

    def turns(self, person: str, within: Segment) -> list[tuple[str, Segment]]:
        """Return a person's turns that touch a stretch: id and time."""
        own = (turn for turn in self._turns.values() if turn.speaker == person)
        return [(turn.id, turn.segment) for turn in own if turn.segment.overlaps(within)]

    def _count(self, person: str, segment: Segment) -> None:
        self.floor[person].add(segment, gap=_FLOOR_GAP)
        for fresh in self.speech[person].add(segment):
            for doubled in self.anyone.overlapping(fresh):
                self.overlap.add(doubled)
            self.anyone.add(fresh)
