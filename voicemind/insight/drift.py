"""Talk that is not recognised as any agenda item, said once that is nearly certain.

The wording is what is known: not recognised, which is not to say that it does not belong.
"""

from collections import Counter, deque
from dataclasses import replace

from voicemind.insight.phrases import content, key_phrases
from voicemind.insight.steps import STEP
from voicemind.timeline.insight import Insight
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn

CERTAIN = 0.945  # chance to be at none of the items
SUSTAINED = 3  # steps above it before it is said
QUIET = 15  # steps after one before the next
_KEPT = 140.0  # seconds of talk that can be quoted
_CITED = 5  # turns


class DriftAlarm:
    """Takes turns and, each step, the chance that the talk is at none of the items."""

    def __init__(self) -> None:
        self._recent: deque[Turn] = deque()
        self._frequency: Counter[str] = Counter()
        self._turns = 0
        self._steps = 0
        self._away = 0  # steps in a row
        self._last = -QUIET  # the step in which the last one ended
        self._open: Insight | None = None

    def feed(self, turn: Turn) -> None:
        """Take a turn, to be quoted."""
        self._turns += 1
        self._frequency.update(set(content(turn.text)))
        self._recent.append(turn)
        while self._recent[0].time < turn.time - _KEPT:
            self._recent.popleft()

    def step(self, time: float, none: float) -> list[Insight]:
        """Return the insight that a step begins, goes on with or ends, if any."""
        self._steps += 1
        self._away = self._away + 1 if none > CERTAIN else 0
        if self._open is not None:
            return [self._continue(self._open, time, none)]
        if self._away < SUSTAINED or self._steps - self._last < QUIET:
            return []
        found = self._begin(Segment(max(0.0, time - self._away * STEP), time), none)
        self._open = found
        return [found] if found else []

    def _begin(self, segment: Segment, none: float) -> Insight | None:
        turns = [turn for turn in self._recent if turn.time > segment.start]
        if not turns:
            return None
        about = key_phrases((turn.text for turn in turns), self._frequency, self._turns)
        longest = sorted(turns, key=lambda turn: (-len(turn.text), turn.id))[:_CITED]
        return Insight(
            kind="drift",
            segment=segment,
            text=f"Not recognised as an agenda item: {', '.join(about) or 'what is talked about'}",
            evidence=tuple(turn.id for turn in sorted(longest, key=lambda turn: turn.time)),
            confidence=round(none, 2),
            data={"about": about, "score": round(none, 3)},
        )

    def _continue(self, known: Insight, time: float, none: float) -> Insight:
        """Return the open insight up to now; closed when the talk is at an item again."""
        found = replace(known, segment=Segment(known.segment.start, time))
        if not self._away:
            self._last, self._open = self._steps, None
            return replace(found, state="closed")
        self._open = replace(found, data={**found.data, "score": round(none, 3)})
        return self._open
