"""What is done less well when there is more to do than the machine can: a ladder of rungs, up and down.

Pure: it is told the time. It steps down the quality quickly and back slowly: only when what runs now would
still fit if it were twice the work, and each time that proved wrong it waits twice as long. So a
constant load cannot make it swing.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

BEHIND = 1.0  # seconds of lag at which the machine is behind
SETTLE = 2.0  # seconds that it must be, and that a step is given to show
ROOM = 0.45  # share of the lanes' time under which there is room: each rung at most halves the work
CALM = 10.0  # seconds that there must be room before a step back
LONGEST_CALM = 600.0
SMOOTHING = 5.0  # seconds over which the share is averaged


@dataclass(frozen=True, slots=True)
class Rung:
    """How well things are done: ``spacing`` is the least time between two interims of a track, in seconds.

    ``beam`` is that of finals, None for the recogniser's own; ``light`` takes the smaller model.
    """

    name: str
    spacing: float = 0.0
    beam: int | None = None
    light: bool = False


RUNGS = (
    Rung("full"),
    Rung("fewer interims", spacing=1.3),
    Rung("few interims", spacing=2.0),
    Rung("greedy finals", spacing=2.0, beam=1),
)
"""From what is best to what costs least."""

LIGHT = Rung("smaller model", spacing=2.0, beam=1, light=True)
"""The last rung, where there is a smaller model."""


class Ladder:
    """Chooses the rung from how far behind the work is and how busy the lanes are."""

    def __init__(self, rungs: Sequence[Rung] = RUNGS) -> None:
        self._rungs = tuple(rungs)
        self.step = 0
        """Number of the rung, 0 for the best."""
        self._now = -math.inf
        self._busy = 0.0  # smoothed share of the lanes' time
        self._behind_since: float | None = None
        self._calm_since: float | None = None
        self._calm = CALM
        self._stepped_back = -math.inf

    @property
    def rung(self) -> Rung:
        """How well things are done now."""
        return self._rungs[self.step]

    def observe(self, now: float, lag: float, busy: float) -> Rung:
        """Take the lag at ``now``, in seconds, and the share of lanes that were busy since the last call."""
        elapsed = max(0.0, now - self._now)
        self._busy += (busy - self._busy) * (1 - math.exp(-elapsed / SMOOTHING))
        self._now = max(self._now, now)
        self._behind_since = _since(self._behind_since, now, lag >= BEHIND)
        self._calm_since = _since(self._calm_since, now, lag < BEHIND and self._busy < ROOM)
        if self._behind_since is not None and now - self._behind_since >= SETTLE:
            self._down(now)
        elif self._calm_since is not None and now - self._calm_since >= self._calm:
            self._back(now)
        return self.rung

    def _down(self, now: float) -> None:
        if self.step == len(self._rungs) - 1:
            return
        if now - self._stepped_back < LONGEST_CALM:
            self._calm = min(2 * self._calm, LONGEST_CALM)  # the last step back was wrong
        self.step += 1
        self._behind_since = now

    def _back(self, now: float) -> None:
        if self.step == 0:
            self._calm = CALM
            return
        self.step -= 1
        self._stepped_back = now
        self._calm_since = now


def _since(since: float | None, now: float, holds: bool) -> float | None:
    """From when on something holds without a break; None where it does not."""
    if not holds:
        return None
    return now if since is None else since
