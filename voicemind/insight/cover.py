"""Time that is covered, kept up to date while segments arrive in order of their ends."""

from voicemind.timeline.segment import Segment


class Cover:
    """A union of segments; adding one near the end costs next to nothing.

    ``shortest`` is the length from which a piece counts in ``total``.
    """

    def __init__(self, shortest: float = 0.0) -> None:
        self._pieces: list[Segment] = []
        self._shortest = shortest
        self.total = 0.0
        self.longest = 0.0

    def add(self, segment: Segment, gap: float = 0.0) -> list[Segment]:
        """Add a segment and return its parts that were not covered; pieces ``gap`` apart become one."""
        fresh = [segment] if segment else []
        merged = segment
        later: list[Segment] = []
        while fresh and self._pieces and self._pieces[-1].end + gap >= segment.start:
            piece = self._pieces.pop()
            if piece.start > segment.end + gap:
                later.append(piece)
                continue
            self.total -= self._counted(piece)
            fresh = [part for new in fresh for part in _minus(new, piece)]
            merged = merged | piece
        if merged:
            self._pieces.append(merged)
            self.total += self._counted(merged)
            self.longest = max(self.longest, merged.duration)
        self._pieces.extend(reversed(later))
        return fresh

    def overlapping(self, segment: Segment) -> list[Segment]:
        """Return the parts of a segment that are covered."""
        return [piece & segment for piece in self.since(segment.start) if piece.overlaps(segment)]

    def since(self, time: float) -> list[Segment]:
        """Return the pieces that end after ``time``, in order."""
        found: list[Segment] = []
        for piece in reversed(self._pieces):
            if piece.end <= time:
                break
            found.append(piece)
        return found[::-1]

    def seconds(self, within: Segment) -> float:
        """Return how much of a segment is covered by pieces that count."""
        return sum(self._counted(piece & within) for piece in self.since(within.start))

    def _counted(self, piece: Segment) -> float:
        return piece.duration if piece.duration >= self._shortest else 0.0


def _minus(segment: Segment, taken: Segment) -> list[Segment]:
    parts = (Segment(segment.start, min(segment.end, taken.start)), Segment(max(segment.start, taken.end), segment.end))
    return [part for part in parts if part]
