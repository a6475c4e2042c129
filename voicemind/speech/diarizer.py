"""Who speaks when in a sound that several people share: windows, local speakers, people.

A window of ten seconds has at most three local speakers, two at a time, each with a vector of how they
sound. Groups of vectors are people, and every window votes, frame by frame, for who speaks and how many
at once (Bredin 2023, "pyannote.audio 2.1 speaker diarization pipeline").
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from voicemind.audio.frame import SAMPLE_RATE, AudioFrame, Samples
from voicemind.speech.clustering import ClusterConfig, assign, centroids
from voicemind.speech.ports import Localize, Localized
from voicemind.speech.stated import Kept
from voicemind.speech.votes import FRAME, WINDOW, Grid, Votes, runs
from voicemind.speech.windows import Cut, Windows
from voicemind.timeline.annotation import Annotation
from voicemind.timeline.corrected import Stated
from voicemind.timeline.segment import Segment

NOTHING: Samples = np.zeros(0, np.float32)
UNKNOWN = -0.5  # similarity to anybody of a speaker without a vector


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
        self._windows = Windows(round(self._config.step * SAMPLE_RATE))
        self._answers: list[Localized] = []

    def feed(self, frame: AudioFrame) -> list[Localize]:
        """Take the next sound; ask about each window that it completes."""
        return [self._ask(cut) for cut in self._windows.feed(frame)]

    def flush(self) -> list[Localize]:
        """Ask about what is left at the end, filled up with silence."""
        return [self._ask(cut) for cut in self._windows.flush()]

    def accept(self, answer: Localized) -> None:
        """Take the local speakers of one window; its sound is not kept."""
        self._answers.append(replace(answer, request=replace(answer.request, samples=NOTHING)))

    def annotate(self, speakers: int | None = None, stated: Sequence[Stated] = ()) -> Annotation:
        """Return who spoke when, as SPEAKER_00 and so on by who speaks first.

        ``speakers`` is how many there are, None where that is to be estimated. Those who speak at
        the same time both stand in it. What people ``stated`` of this sound is kept to.
        """
        answers = self.answers
        if stated:
            kept = Kept(answers, stated, self._config.clusters, speakers)
            return annotate(answers, kept.people, self._windows.end, self._track, self._config.bridge)
        people = self._people(answers, speakers)
        if people is None:
            return Annotation()
        return annotate(
            answers, lambda answer: nearest(answer, people), self._windows.end, self._track, self._config.bridge
        )

    @property
    def answers(self) -> list[Localized]:
        """What was answered so far, in order, without the sound."""
        return sorted(self._answers, key=lambda answer: answer.request.start)

    def _ask(self, cut: Cut) -> Localize:
        return Localize(self._track, cut.start, cut.samples, (cut.start + WINDOW) / SAMPLE_RATE)

    def _people(self, answers: list[Localized], speakers: int | None) -> NDArray[np.float32] | None:
        """A vector for each person, from the local speakers that have one; None where nobody speaks."""
        heard = [(v, s) for a in answers for v, s in zip(a.vectors, a.seconds, strict=True) if v is not None]
        if not heard:
            return None
        vectors, seconds = np.stack([v for v, _ in heard]), np.array([s for _, s in heard])
        return centroids(vectors, seconds, self._config.clusters, speakers)


def annotate(
    answers: Sequence[Localized], people: Callable[[Localized], Mapping[int, int]], end: int, track: str, bridge: float
) -> Annotation:
    """Return who speaks when up to the sample ``end``, as SPEAKER_00 and so on by who speaks first.

    ``people`` says who the local speakers of a window are. Pauses of up to ``bridge`` seconds are closed.
    """
    known = [people(answer) for answer in answers]
    votes = Votes(-(-end // FRAME) + 1, 1 + max((p for found in known for p in found.values()), default=-1))
    for answer, found in zip(answers, known, strict=True):
        votes.add(answer, found)
    return _annotation(votes.speaks(), end / SAMPLE_RATE, track, bridge)


def nearest(answer: Localized, people: NDArray[np.float32]) -> dict[int, int]:
    """Return who the local speakers are that speak in a window: the most similar people, no two alike."""
    active = np.flatnonzero(answer.activity.any(axis=0))
    if len(active) == 0:
        return {}
    similarity = np.stack([_similarity(answer.vectors[k], people) for k in active])
    return {int(k): int(person) for k, person in zip(active, assign(similarity), strict=True)}


def _annotation(speaks: NDArray[np.bool_], end: float, track: str, bridge: float) -> Annotation:
    order = sorted(np.flatnonzero(speaks.any(axis=0)), key=lambda person: int(speaks[:, person].argmax()))
    found = Annotation()
    for number, person in enumerate(order):
        for start, stop in runs(speaks[:, person], round(bridge * SAMPLE_RATE / FRAME)):
            segment = Segment(min(start * FRAME / SAMPLE_RATE, end), min(stop * FRAME / SAMPLE_RATE, end))
            found.add(segment, f"SPEAKER_{number:02d}", track)
    return found


def _similarity(vector: NDArray[np.float32] | None, people: NDArray[np.float32]) -> Grid:
    if vector is None:
        return np.full(len(people), UNKNOWN)
    return np.asarray(people @ vector, np.float64)
