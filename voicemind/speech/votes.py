"""From windows to who speaks when: every window votes, frame by frame, for who speaks and how many at once.

The count of speakers of a frame is the mean of its windows', rounded, and those with the most votes speak
(Bredin 2023, "pyannote.audio 2.1 speaker diarization pipeline").
"""

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from voicemind.audio.frame import SAMPLE_RATE
from voicemind.speech.ports import Localized

WINDOW = 10 * SAMPLE_RATE
FRAME = 270  # samples a frame of local speakers, 16.875 ms
OFFSET = 270  # samples from a window's start to where its first frame begins to count
AT_ONCE = 2  # people that a window tells apart at one time

Grid = NDArray[np.float64]


class Votes:
    """The votes of the windows over ``frames`` frames from the frame ``first`` on, for any number of people."""

    def __init__(self, frames: int, people: int, first: int = 0) -> None:
        self.first = first
        self.given: Grid = np.zeros((frames, people))
        self._seen: Grid = np.zeros(frames)
        self._talking: Grid = np.zeros(frames)

    def add(self, answer: Localized, people: Mapping[int, int]) -> None:
        """Count a window whose local speakers are these ``people``; who is not in it counts as one of a number only."""
        span, activity = self.overlap(answer)
        self._seen[span] += 1
        self._talking[span] += activity.sum(axis=1)
        for speaker, person in people.items():
            self.given[span, person] += activity[:, speaker]

    def move(self, first: int) -> None:
        """Let the frames begin at ``first``, if that is later than now; what lies before is forgotten."""
        gone = min(first - self.first, len(self._seen))
        if gone <= 0:
            return
        for counts in (self.given, self._seen, self._talking):
            counts[:-gone] = counts[gone:].copy()
            counts[-gone:] = 0
        self.first = first

    def widen(self, people: int) -> None:
        """Have room for so many people."""
        self.given = np.pad(self.given, ((0, 0), (0, max(0, people - self.given.shape[1]))))

    def join(self, people: Mapping[int, int]) -> None:
        """Give the votes of some people to others."""
        for person, other in people.items():
            self.given[:, other] += self.given[:, person]
            self.given[:, person] = 0

    def overlap(self, answer: Localized) -> tuple[slice, NDArray[np.bool_]]:
        """Return which frames a window lies on, and its activity there."""
        start = first_frame(answer.request.start) - self.first
        before, end = max(0, -start), max(0, len(self._seen) - start)
        activity = answer.activity[before:end]
        return slice(start + before, start + before + len(activity)), activity

    def shares(self, span: slice) -> Grid:
        """Return frames x people: the share of a frame's windows that say a person speaks."""
        return np.asarray(self.given[span] / np.maximum(self._seen[span], 1)[:, None])

    def speaks(self, span: slice = slice(None)) -> NDArray[np.bool_]:
        """Return frames x people: who speaks, as many as the windows count."""
        votes = self.shares(span)
        count = np.rint(self._talking[span] / np.maximum(self._seen[span], 1)).astype(int)
        found = np.zeros(votes.shape, bool)
        order = np.argsort(-votes, axis=1, kind="stable")
        for rank in range(min(AT_ONCE, votes.shape[1])):
            rows = np.flatnonzero((count > rank) & (votes[np.arange(len(votes)), order[:, rank]] > 0))
            found[rows, order[rows, rank]] = True
        return found


def first_frame(sample: int) -> int:
    """Return the frame on which a window's first one lies that begins at this sample."""
    return round((sample + OFFSET) / FRAME)


def runs(active: NDArray[np.bool_], bridge: int = 0) -> list[tuple[int, int]]:
    """Return first and last-but-one frame of each stretch, with pauses of up to ``bridge`` frames closed."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], active, [False]]).astype(np.int8)))
    found = [(int(start), int(stop)) for start, stop in zip(edges[::2], edges[1::2], strict=True)]
    closed = {i for i, (before, after) in enumerate(pairwise(found)) if after[0] - before[1] <= bridge}
    starts = [run[0] for i, run in enumerate(found) if i - 1 not in closed]
    stops = [run[1] for i, run in enumerate(found) if i not in closed]
    return list(zip(starts, stops, strict=True))
