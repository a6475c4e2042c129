"""Stretches of speech that are still going on, of people whose voices come piece by piece."""

from collections.abc import Iterable, Mapping

from voicemind.timeline.annotation import Labelled
from voicemind.timeline.segment import Segment

LONGEST = 15.0  # seconds after which a stretch is given out though it goes on


class OpenRuns:
    """Pieces in, whole stretches out; a pause of up to ``bridge`` seconds does not end one."""

    def __init__(self, bridge: float) -> None:
        self._bridge = bridge
        self._open: dict[str, Labelled] = {}

    def feed(self, pieces: Iterable[Labelled], until: float) -> list[Labelled]:
        """Take what is said up to ``until``, in order; return the stretches that have ended."""
        found = []
        for piece in pieces:
            known = self._open.get(piece.label)
            if known is not None and piece.segment.start - known.segment.end <= self._bridge:
                piece = Labelled(Segment(known.segment.start, piece.segment.end), piece.label, piece.track)
            elif known is not None:
                found.append(known)
            self._open[piece.label] = piece
        ended = [
            run
            for run in self._open.values()
            if until - run.segment.end > self._bridge or run.segment.duration >= LONGEST
        ]
        for run in ended:
            del self._open[run.label]
        return sorted([*found, *ended], key=lambda run: (run.segment.end, run))

    def close(self) -> list[Labelled]:
        """Return what is open, as if it had ended."""
        found = sorted(self._open.values(), key=lambda run: (run.segment.end, run))
        self._open = {}
        return found

    def rename(self, names: Mapping[str, str]) -> None:
        """Give what some people say to others."""
        runs, self._open = list(self._open.values()), {}
        for run in runs:
            label = names.get(run.label, run.label)
            known = self._open.get(label)
            segment = run.segment if known is None else run.segment | known.segment
            self._open[label] = Labelled(segment, label, run.track)

    def earliest_end(self, default: float) -> float:
        """Return the time before which no open stretch can end, at most ``default``."""
        return min((run.segment.end for run in self._open.values()), default=default)
