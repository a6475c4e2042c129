"""What people said of who speaks when, kept when the voices of a sound are grouped again.

Speakers of windows whom people gave to one person are that person's (must-link), and two persons stay two
(cannot-link); the others are theirs whom they sound like, or form groups of their own (Basu et al. 2002,
"Semi-supervised clustering by seeding").
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from voicemind.audio.frame import SAMPLE_RATE
from voicemind.speech.clustering import ClusterConfig, Vectors, assign, centroids
from voicemind.speech.ports import Localized
from voicemind.speech.votes import FRAME, OFFSET
from voicemind.timeline.annotation import Annotation
from voicemind.timeline.corrected import Stated
from voicemind.timeline.segment import intersection

MOSTLY = 0.5  # share of a speaker's speech in a window that lies in what people said of one person
UNKNOWN = -0.5  # similarity to, or of, somebody without a vector
TAKEN = -1.0  # similarity to somebody who is known to be another of the window
SIZE = 192  # numbers in a vector


class Told:
    """What was said of who speaks when, to be found by time."""

    def __init__(self, stated: Sequence[Stated]) -> None:
        self._starts = np.array([statement.segment.start for statement in stated])
        self._ends = np.array([statement.segment.end for statement in stated])
        self._speakers = [statement.speaker for statement in stated]

    def whose(self, answer: Localized) -> dict[int, str]:
        """Return who the speakers of a window are most of whose speech lies in what was said of one person."""
        first, frames = (answer.request.start + OFFSET) / SAMPLE_RATE, len(answer.activity)
        near = np.flatnonzero((self._ends > first) & (self._starts < first + frames * FRAME / SAMPLE_RATE))
        persons = sorted({self._speakers[n] for n in near})
        inside = np.zeros((len(persons), frames), bool)
        for n in near:
            start, end = ((time - first) * SAMPLE_RATE / FRAME for time in (self._starts[n], self._ends[n]))
            inside[persons.index(self._speakers[n]), max(0, round(start)) : max(0, round(end))] = True
        common = inside.astype(int) @ answer.activity.astype(int)  # persons x speakers
        found: dict[int, str] = {}
        for k in sorted(range(common.shape[1]), key=lambda k: -common[:, k].max(initial=0)):
            speaks = answer.activity[:, k]
            person = persons[int(common[:, k].argmax())] if persons else ""
            if common[:, k].max(initial=0) > MOSTLY * speaks.sum() and not any(
                (speaks & answer.activity[:, other]).sum() > MOSTLY * speaks.sum()
                for other, taken in found.items()
                if taken == person  # who speaks while they do is somebody else
            ):
                found[k] = person
        return found


class Kept:
    """Who the local speakers of each window are, as far as people said it, and by their voices beyond that."""

    def __init__(
        self, answers: Sequence[Localized], stated: Sequence[Stated], config: ClusterConfig, count: int | None
    ) -> None:
        """Group the voices of all windows; ``count`` is how many people there are, None: to be estimated."""
        self.persons = sorted({statement.speaker for statement in stated})
        """Whom people spoke of; the first numbers are theirs, in this order."""
        numbers = {person: number for number, person in enumerate(self.persons)}
        told = Told(stated)
        self._whose = {id(a): {k: numbers[person] for k, person in told.whose(a).items()} for a in answers}
        rows = [
            (vector, answer.seconds[k], self._whose[id(answer)].get(k, -1))
            for answer in answers
            for k, vector in enumerate(answer.vectors)
            if vector is not None
        ]
        vectors = np.stack([row[0] for row in rows]) if rows else np.zeros((0, SIZE), np.float32)
        self._people = self._grouped(
            vectors, np.array([r[1] for r in rows]), np.array([r[2] for r in rows]), config, count
        )

    def people(self, answer: Localized) -> dict[int, int]:
        """Return the number of the person who each speaker of a window is, no two alike but where people say so."""
        found = dict(self._whose[id(answer)])
        others = [int(k) for k in np.flatnonzero(answer.activity.any(axis=0)) if int(k) not in found]
        if others and len(self._people):
            similarity = np.stack([self._alike(answer.vectors[k], set(found.values())) for k in others])
            found |= {k: int(person) for k, person in zip(others, assign(similarity), strict=True)}
        return found

    def _alike(self, vector: NDArray[np.float32] | None, taken: set[int]) -> NDArray[np.float64]:
        row = np.full(len(self._people), UNKNOWN)
        if vector is not None:
            row = np.asarray(self._people @ vector, np.float64)
        row[~self._people.any(axis=1)] = UNKNOWN
        row[list(taken)] = TAKEN
        return row

    def _grouped(
        self,
        vectors: Vectors,
        seconds: NDArray[np.float64],
        whose: NDArray[np.intp],
        config: ClusterConfig,
        count: int | None,
    ) -> Vectors:
        seeds = np.zeros((len(self.persons), vectors.shape[1]), np.float32)
        for person in range(len(self.persons)):
            mean = (vectors[whose == person] * seconds[whose == person, None]).sum(axis=0)
            seeds[person] = mean / max(float(np.linalg.norm(mean)), 1e-9)
        likest = (vectors @ seeds.T).max(axis=1, initial=-1.0)
        rest = (whose < 0) & (likest < 1 - config.threshold)
        left = None if count is None else count - len(self.persons)
        if left == 0 or seconds[rest].sum() < config.least:
            return seeds
        others = centroids(vectors[rest], seconds[rest], config, None if left is None else max(1, left))
        return np.concatenate([seeds, others])


def matched(annotation: Annotation, like: Annotation) -> Annotation:
    """Return an annotation by the labels of an earlier one of the same sound, each given to whom it fits best.

    Whoever is new keeps a label, or gets one that is free.
    """
    fresh, known = annotation.labels(), like.labels()
    if not fresh:
        return annotation
    spoken = [annotation.segments(label) for label in fresh]
    earlier = [like.segments(label) for label in known]
    shared = np.array([[sum(s.duration for s in intersection(a, b)) for b in earlier] for a in spoken])
    shared = shared.reshape(len(fresh), len(known))
    rows, columns = linear_sum_assignment(shared, maximize=True)
    names = {fresh[i]: known[j] for i, j in zip(rows, columns, strict=True) if shared[i, j] > 0}
    number = 0
    for label in fresh:
        if label not in names:
            while f"SPEAKER_{number:02d}" in {*known, *names.values()}:
                number += 1
            names[label] = f"SPEAKER_{number:02d}"
    return annotation.rename(names)
