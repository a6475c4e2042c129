"""Online clustering: who the speakers of one window are, among the people heard so far, and when somebody is new.

A speaker is who sounds most like them and spoke in the same frames of earlier windows, no two of a window alike
(Coria et al. 2021, "Overlap-aware low-latency online speaker diarization", for the constraint). Now and then
people who turn out to be one are joined.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from voicemind.speech.clustering import Vectors
from voicemind.speech.ports import Localized
from voicemind.speech.votes import Grid

FOLLOWED = 0.3  # share of somebody's earlier frames that one person had, from which the two are taken for one
MOST = 3.0  # seconds that one vector counts for in how somebody sounds
UNLIKE = -0.2  # similarity where there is no vector, and nobody is followed


@dataclass(frozen=True, slots=True)
class PeopleConfig:
    """When somebody is taken for whom; cosine similarity, seconds of clean speech."""

    alike: float = 0.4
    """Similarity from which a speaker is a known person."""
    follow: float = 0.3
    """What having spoken in the same frames counts for, added to the similarity."""
    evidence: float = 1.0
    """Speech that a new person is opened on."""
    trust: float = 1.0
    """Speech from which a vector changes how a person is known to sound."""
    same: float = 0.7
    """Similarity from which two people are joined."""
    side_by_side: int = 3
    """Windows in which both spoke that forbid it."""


class People:
    """The people of one sound, numbered as they are first heard."""

    def __init__(
        self, config: PeopleConfig | None = None, known: Vectors | None = None, *, closed: bool = False
    ) -> None:
        """Begin with nobody, or with those who are ``known`` by a vector each; nobody else is there if ``closed``.

        A vector is as long as it counts for, in seconds of speech.
        """
        self._config = config or PeopleConfig()
        self._closed = closed
        self._voices: NDArray[np.float64] = np.zeros((0, 192)) if known is None else known.astype(float)
        self._apart = np.zeros((len(self._voices),) * 2, int)  # windows in which two both spoke
        self._gone: set[int] = set()

    def __len__(self) -> int:
        """How many numbers were given, those that were joined with others included."""
        return len(self._voices)

    def identify(self, answer: Localized, before: Grid) -> dict[int, int]:
        """Return who the local speakers of a window are; who cannot be told is left out.

        ``before`` is speakers x people: the share of a speaker's frames in which earlier windows heard the person.
        """
        active = [int(k) for k in np.flatnonzero(answer.activity.any(axis=0))]
        if not active:
            return {}
        alike = np.stack([self._alike(answer.vectors[k], before[k]) for k in active])
        score = alike + self._config.follow * before[active]
        score[:, list(self._gone)] = -2.0
        found: dict[int, int] = {}
        rows, columns = linear_sum_assignment(score, maximize=True)
        pairs = dict(zip(rows.tolist(), columns.tolist(), strict=True))
        for i, k in enumerate(active):
            person = pairs.get(i)
            if person is not None and (self._closed or score[i, person] >= self._config.alike):
                found[k] = person
        for i, k in enumerate(active):
            if k not in found:
                person = self._open_or_guess(answer, k, alike[i], score[i], set(found.values()))
                if person is not None:
                    found[k] = person
        for k, person in found.items():
            self._learn(answer, k, person)
        heard = [person for k, person in found.items() if answer.seconds[k] >= self._config.trust]
        for person in heard:
            self._apart[person, [other for other in heard if other != person]] += 1
        return found

    def join(self) -> dict[int, int]:
        """Return which people turned out to be which earlier ones, and are from now on: most alike first."""
        joined: dict[int, int] = {}
        while (pair := self._closest()) is not None:
            first, second = pair
            self._voices[first] += self._voices[second]
            self._apart[first] += self._apart[second]
            self._apart[:, first] += self._apart[:, second]
            self._gone.add(second)
            joined = {person: first if target == second else target for person, target in joined.items()}
            joined[second] = first
        return joined

    def _closest(self) -> tuple[int, int] | None:
        """The two that are most alike, if they are one person's and were never heard side by side."""
        there = [person for person in range(len(self)) if person not in self._gone]
        if len(there) < 2 or self._closed:
            return None
        voices = self._voices[there] / np.linalg.norm(self._voices[there], axis=1)[:, None]
        alike = np.triu(voices @ voices.T, 1)
        alike[self._apart[np.ix_(there, there)] >= self._config.side_by_side] = 0.0
        i, j = np.unravel_index(int(alike.argmax()), alike.shape)
        return (there[i], there[j]) if alike[i, j] >= self._config.same else None

    def _alike(self, vector: NDArray[np.float32] | None, before: NDArray[np.float64]) -> NDArray[np.float64]:
        if vector is None:
            return np.where(before > FOLLOWED, self._config.alike + 0.05, UNLIKE)
        norms = np.maximum(np.linalg.norm(self._voices, axis=1), 1e-9)
        return np.asarray(self._voices @ vector / norms, np.float64)

    def _open_or_guess(
        self, answer: Localized, k: int, alike: NDArray[np.float64], score: NDArray[np.float64], taken: set[int]
    ) -> int | None:
        """A new person where there is evidence for one, or else whoever is left and most alike."""
        vector = answer.vectors[k]
        there = [p for p in range(len(score)) if p not in self._gone]
        unlike = all(alike[p] < self._config.alike for p in there)
        if not self._closed and vector is not None and answer.seconds[k] >= self._config.evidence and unlike:
            self._voices = np.concatenate([self._voices, vector[None] * min(answer.seconds[k], MOST)])
            self._apart = np.pad(self._apart, (0, 1))
            return len(self) - 1
        left = [p for p in there if p not in taken]
        return max(left, key=lambda p: score[p]) if left else None

    def _learn(self, answer: Localized, k: int, person: int) -> None:
        vector, seconds = answer.vectors[k], answer.seconds[k]
        if vector is None or self._closed:
            return
        like = float(self._voices[person] @ vector) / max(float(np.linalg.norm(self._voices[person])), 1e-9)
        if seconds >= self._config.trust and like >= self._config.alike:
            self._voices[person] += vector * min(seconds, MOST)
