"""Who speaks when in a sound that several people share: windows, local speakers, people.

A window of ten seconds has at most three local speakers, two at a time, each with a vector of how they
sound. Groups of vectors are people, and every window votes, frame by frame, for who speaks and how many
at once (Bredin 2023, "pyannote.audio 2.1 speaker diarization pipeline").
"""

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from voicemind.audio.frame import SAMPLE_RATE, AudioFrame, Samples
from voicemind.speech.clustering import ClusterConfig, assign, centroids
from voicemind.speech.ports import Localize, Localized
from voicemind.timeline.annotation import Annotation
from voicemind.timeline.segment import Segment

WINDOW = 10 * SAMPLE_RATE
FRAME = 270  # samples a frame of local speakers, 16.875 ms
OFFSET = 270  # samples from a window's start to where its first frame begins to count
AT_ONCE = 2  # people that a window tells apart at one time
UNKNOWN = -0.5  # similarity to anybody of a speaker without a vector

Grid = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class DiarizerConfig:
    """How a shared sound is looked at; seconds."""

    step: float = 2.5
    """From one window to the next."""
    bridge: float = 0.25
    """Pause inside one person's speech that is closed."""
    clusters: ClusterConfig = field(default_factory=ClusterConfig)


class Diarizer:
    """AudioFrame -> Localize, then Localized -> Annotation, for one shared sound.

    Feed it all, flush, and accept the answers in any order; then ask who spoke when. Sound that is
    missing between frames is silence.
    """

    def __init__(self, track: str, config: DiarizerConfig | None = None) -> None:
        """Listen to ``track``."""
        self._track = track
        self._config = config or DiarizerConfig()
        self._step = round(self._config.step * SAMPLE_RATE)
        self._buffer: Samples = np.zeros(0, np.float32)
        self._start = 0  # sample of the meeting at which the buffer begins
        self._asked = 0
        self._end = 0
        self._answers: list[Localized] = []

    def feed(self, frame: AudioFrame) -> list[Localize]:
        """Take the next sound; ask about each window that it completes."""
        found = []
        missing = max(0, frame.start - self._end)
        sound = np.nan_to_num(frame.samples[max(0, self._end - frame.start) :], nan=0.0, posinf=0.0, neginf=0.0)
        for part in (np.zeros(missing, np.float32), sound):
            for piece in np.array_split(part, max(1, -(-len(part) // WINDOW))):
                self._buffer = np.concatenate([self._buffer, piece])
                self._end += len(piece)
                while len(self._buffer) >= WINDOW:
                    found.append(self._ask(self._buffer[:WINDOW]))
                    self._buffer = self._buffer[self._step :]
                    self._start += self._step
        return found

    def flush(self) -> list[Localize]:
        """Ask about what is left at the end, filled up with silence."""
        heard = self._start + WINDOW - self._step if self._asked else 0
        if self._end <= heard:
            return []
        return [self._ask(np.concatenate([self._buffer, np.zeros(WINDOW - len(self._buffer), np.float32)]))]

    def accept(self, answer: Localized) -> None:
        """Take the local speakers of one window."""
        self._answers.append(answer)

    def annotate(self, speakers: int | None = None) -> Annotation:
        """Return who spoke when, as SPEAKER_00 and so on by who speaks first.

        ``speakers`` is how many there are, None where that is to be estimated. Those who speak at
        the same time both stand in it.
        """
        answers = sorted(self._answers, key=lambda answer: answer.request.start)
        people = self._people(answers, speakers)
        if people is None:
            return Annotation()
        votes, seen, talking = self._vote(answers, people)
        count = np.rint(talking / np.maximum(seen, 1)).astype(int)
        return self._annotation(_strongest(votes, count))

    def _ask(self, window: Samples) -> Localize:
        self._asked += 1
        return Localize(self._track, self._start, window, (self._start + WINDOW) / SAMPLE_RATE)

    def _people(self, answers: list[Localized], speakers: int | None) -> NDArray[np.float32] | None:
        """A vector for each person, from the local speakers that have one; None where nobody speaks."""
        heard = [(v, s) for a in answers for v, s in zip(a.vectors, a.seconds, strict=True) if v is not None]
        if not heard:
            return None
        vectors, seconds = np.stack([v for v, _ in heard]), np.array([s for _, s in heard])
        return centroids(vectors, seconds, self._config.clusters, speakers)

    def _vote(self, answers: list[Localized], people: NDArray[np.float32]) -> tuple[Grid, Grid, Grid]:
        """For each frame: votes for each person, windows that saw it, and how many spoke in them."""
        frames = -(-self._end // FRAME) + 1
        votes, seen, talking = np.zeros((frames, len(people))), np.zeros(frames), np.zeros(frames)
        for answer in answers:
            first = round((answer.request.start + OFFSET) / FRAME)
            activity = answer.activity[: max(0, frames - first)]
            span = slice(first, first + len(activity))
            seen[span] += 1
            talking[span] += activity.sum(axis=1)
            active = np.flatnonzero(activity.any(axis=0))
            if len(active) == 0:
                continue
            similarity = np.stack([_similarity(answer.vectors[k], people) for k in active])
            for speaker, person in zip(active, assign(similarity), strict=True):
                votes[span, person] += activity[:, speaker]
        return votes / np.maximum(seen, 1)[:, None], seen, talking

    def _annotation(self, speaks: NDArray[np.bool_]) -> Annotation:
        order = sorted(np.flatnonzero(speaks.any(axis=0)), key=lambda person: int(speaks[:, person].argmax()))
        found = Annotation()
        end = self._end / SAMPLE_RATE
        for number, person in enumerate(order):
            for start, stop in _runs(speaks[:, person], round(self._config.bridge * SAMPLE_RATE / FRAME)):
                segment = Segment(min(start * FRAME / SAMPLE_RATE, end), min(stop * FRAME / SAMPLE_RATE, end))
                found.add(segment, f"SPEAKER_{number:02d}", self._track)
        return found


def _similarity(vector: NDArray[np.float32] | None, people: NDArray[np.float32]) -> Grid:
    if vector is None:
        return np.full(len(people), UNKNOWN)
    return np.asarray(people @ vector, np.float64)


def _strongest(votes: Grid, count: NDArray[np.int_]) -> NDArray[np.bool_]:
    """Mark in each frame the ``count`` people with the most votes."""
    speaks = np.zeros(votes.shape, bool)
    order = np.argsort(-votes, axis=1, kind="stable")
    for rank in range(min(AT_ONCE, votes.shape[1])):
        rows = np.flatnonzero((count > rank) & (votes[np.arange(len(votes)), order[:, rank]] > 0))
        speaks[rows, order[rows, rank]] = True
    return speaks


def _runs(active: NDArray[np.bool_], bridge: int) -> list[tuple[int, int]]:
    """First and last-but-one frame of each stretch, with pauses of up to ``bridge`` frames closed."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], active, [False]]).astype(np.int8)))
    runs = [(int(start), int(stop)) for start, stop in zip(edges[::2], edges[1::2], strict=True)]
    closed = [i for i, (before, after) in enumerate(pairwise(runs)) if after[0] - before[1] <= bridge]
    starts = [run[0] for i, run in enumerate(runs) if i - 1 not in closed]
    stops = [run[1] for i, run in enumerate(runs) if i not in closed]
    return list(zip(starts, stops, strict=True))
