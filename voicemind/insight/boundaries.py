"""Where talk turns to another topic: a small linear model, live within a minute.

A turn is scored once half a minute after its beginning is known, by ``boundary_features`` and by the
words of it and its neighbours; it begins a topic when it is the best for another half minute.
"""

import math
from bisect import bisect_left, insort
from collections import Counter

from voicemind.insight.boundary_features import AHEAD, Spoken, Talkers, boundary_features
from voicemind.insight.trained import Trained, trained
from voicemind.timeline.transcript import Turn

WAIT = 29.0  # seconds in which a better place may come; found at the next tick, a minute after it at most
APART = 60.0  # seconds between two boundaries at least
_OPENED_APART = 10.0  # where an agenda item is opened
_CHAIRED = 120.0  # seconds of the meeting in which the chair is who speaks most
FIRST = 15.0  # seconds after the first turn in which nothing ends
_OPENED = 5.0  # logit of a turn that opens another agenda item; AMI has no agenda to fit it on


class Boundaries:
    """Finds topic boundaries a minute after they were passed; ``flush`` finds the rest."""

    def __init__(self, models: Trained | None = None) -> None:
        self.spoken: list[Spoken] = []
        self.found: list[Spoken] = []
        self._models = models or trained()
        self._pending: list[tuple[float, Spoken]] = []
        self._judged = 0.0
        self._words: Counter[str] = Counter()
        self._early: Counter[str] = Counter()

    def feed(self, turn: Turn, opens: bool) -> list[Spoken]:
        """Take a turn (``opens`` an agenda item or not) and return the turns that are now known to begin a topic."""
        if turn.text.split():
            insort(self.spoken, Spoken.of(turn, opens))
        return self.pass_by(turn.segment.end)

    def pass_by(self, time: float) -> list[Spoken]:
        """Return what is known once the meeting has come to ``time``, whether or not anything is said."""
        return self._judge(time - AHEAD, time - AHEAD - WAIT)

    def flush(self) -> list[Spoken]:
        """Return the remaining boundaries, judged by what there is."""
        return self._judge(math.inf, math.inf)

    def _judge(self, scored: float, settled: float) -> list[Spoken]:
        """Score turns that start before ``scored``; settle those that start before ``settled``."""
        place = bisect_left(self.spoken, self._judged, key=lambda s: s.start)
        while place < len(self.spoken) and self.spoken[place].start < scored:
            known = self.spoken[place]
            self._judged = math.nextafter(known.start, math.inf)
            if known.start < _CHAIRED:
                self._early[known.turn.speaker] += known.words
            if known.candidate or known.opens:
                self._pending.append((self._score(place), known))
            self._words[known.turn.speaker] += known.words
            place += 1
        fresh = []
        while self._pending and self._pending[0][1].start < settled:
            score, known = self._pending.pop(0)
            if score >= 0 and self._far_enough(known) and not self._better(score, known):
                self.found.append(known)
                fresh.append(known)
        return fresh

    def _far_enough(self, known: Spoken) -> bool:
        apart = _OPENED_APART if known.opens else APART
        last = self.found[-1].start + apart if self.found else self.spoken[0].start + min(apart, FIRST)
        return known.start >= last

    def _better(self, score: float, known: Spoken) -> bool:
        return any(other > score for other, s in self._pending if s.start < known.start + WAIT)

    def _score(self, place: int) -> float:
        """Return the logit that a turn begins a topic."""
        chair = self._early.most_common(1)[0][0] if self._early else ""
        row = boundary_features(self.spoken, place, Talkers(self._words, chair))
        known = self.spoken[place]
        model = self._models.models["boundary" if known.meaning is not None else "boundary_words"]
        return float(model.logit(row)) + _OPENED * known.opens
