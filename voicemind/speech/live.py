"""Who speaks now in a sound that several people share: known seconds after, and looked at once more.

A window ends each second. It tells its local speakers apart, ``People`` says who they are, and all windows that
hold a moment vote for who speaks in it: after ``label`` seconds once, and after ``revision`` seconds again, with
more windows (the latency of Coria et al. 2021, "Overlap-aware low-latency online speaker diarization").
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from voicemind.audio.frame import SAMPLE_RATE, AudioFrame
from voicemind.speech.clustering import ClusterConfig, Vectors, centroids
from voicemind.speech.diarizer import NOTHING
from voicemind.speech.people import People, PeopleConfig
from voicemind.speech.ports import Localize, Localized
from voicemind.speech.votes import FRAME, WINDOW, Grid, Votes, first_frame, runs
from voicemind.speech.windows import Cut, Windows
from voicemind.timeline.segment import Segment

KEPT = WINDOW // FRAME + 60  # frames that the votes reach back over

Spoken = tuple[int, Segment]
"""The number of a person, and a stretch in which they speak."""


@dataclass(frozen=True, slots=True)
class LiveConfig:
    """When what is said; seconds."""

    step: float = 1.0
    """From one window to the next."""
    label: float = 2.0
    """How long after a moment it is said who speaks in it, at most (and what the model takes)."""
    revision: float = 5.0
    """How long after it is said again; up to ten."""
    join: float = 10.0
    """From one look for people who are one to the next."""
    bridge: float = 0.25
    """Pause inside one person's speech that is closed."""
    people: PeopleConfig = field(default_factory=PeopleConfig)
    clusters: ClusterConfig = field(default_factory=ClusterConfig)


@dataclass(frozen=True, slots=True)
class Known:
    """Who speaks in a stretch: ``settled`` says that it was looked at once more.

    ``joined`` are people who turned out to be others, from now on and in all that was said before.
    """

    stretch: Segment
    spoken: tuple[Spoken, ...]
    settled: bool
    joined: Mapping[int, int] = field(default_factory=dict)


class LiveDiarizer:
    """AudioFrame -> Localize, then Localized in any order -> Known, for one shared sound from the sample ``begin``."""

    def __init__(
        self, track: str, config: LiveConfig | None = None, begin: int = 0, known: Vectors | None = None
    ) -> None:
        """Listen to ``track``; those are the first people who are ``known``, as ``People`` takes them."""
        self._track = track
        self._config = config or LiveConfig()
        self._begin = begin
        step = round(self._config.step * SAMPLE_RATE)
        self._step = step
        self._windows = Windows(step, begin, WINDOW - step)
        self._next = begin + step - WINDOW  # where the window begins that is to be looked at next
        self._arrived: dict[int, Localized] = {}
        self._asked = 0
        self._answers: list[Localized] = []
        self._people = People(self._config.people, known)
        self._votes = Votes(KEPT, len(self._people), first_frame(self._next))
        self._labelled = self._settled = round(begin / FRAME)  # frames up to which it was said who speaks
        self._over = False

    @property
    def pending(self) -> bool:
        """Whether an answer is still to come."""
        return len(self._answers) < self._asked

    @property
    def answers(self) -> list[Localized]:
        """What was answered so far, in order, without the sound."""
        return list(self._answers)

    @property
    def labelled(self) -> float:
        """The meeting time in seconds up to which it was said who speaks."""
        return self._labelled * FRAME / SAMPLE_RATE

    def feed(self, frame: AudioFrame) -> list[Localize]:
        """Take the next sound; ask about each window that it completes."""
        return [self._ask(cut) for cut in self._windows.feed(frame)]

    def flush(self) -> list[Localize]:
        """Ask about the end; with the answer all is said."""
        self._over = True
        return [self._ask(cut) for cut in self._windows.flush(always=True)]

    def accept(self, answer: Localized) -> list[Known]:
        """Take the local speakers of one window."""
        self._arrived[answer.request.start] = replace(answer, request=replace(answer.request, samples=NOTHING))
        found = []
        while (ready := self._arrived.pop(self._next, None)) is not None:
            found += self._look(ready)
            self._next += self._step
        return found

    def again(self) -> list[Spoken]:
        """Say who spoke in all of it, every vector clustered again; people have other numbers than before."""
        heard = [(v, s) for a in self._answers for v, s in zip(a.vectors, a.seconds, strict=True) if v is not None]
        if not heard:
            return []
        vectors, seconds = np.stack([v for v, _ in heard]), np.array([s for _, s in heard])
        people = People(self._config.people, centroids(vectors, seconds, self._config.clusters, None), closed=True)
        votes = Votes(self._windows.end // FRAME + KEPT - self._votes_begin(), len(people), self._votes_begin())
        for answer in self._answers:
            votes.add(answer, people.identify(answer, _before(votes, answer)))
        first = round(self._begin / FRAME) - self._votes_begin()
        speaks = votes.speaks(slice(first, round(self._windows.end / FRAME) - self._votes_begin()))
        return _spoken(speaks, first + self._votes_begin(), self._config.bridge)

    def _votes_begin(self) -> int:
        return first_frame(self._begin + self._step - WINDOW)

    def _ask(self, cut: Cut) -> Localize:
        self._asked += 1
        end = (cut.start + WINDOW) / SAMPLE_RATE
        return Localize(self._track, cut.start, cut.samples, end + self._config.step, fresh=self._config.step)

    def _look(self, answer: Localized) -> list[Known]:
        self._answers.append(answer)
        self._votes.move(first_frame(answer.request.start) - KEPT + WINDOW // FRAME)
        found = self._people.identify(answer, _before(self._votes, answer))
        self._votes.widen(len(self._people))
        self._votes.add(answer, found)
        last = self._over and not self.pending
        joined: dict[int, int] = {}
        if last or len(self._answers) % max(1, round(self._config.join / self._config.step)) == 0:
            joined = self._people.join()
            self._votes.join(joined)
        end = answer.request.start + WINDOW
        known = [
            self._known(self._reach(end, self._config.label, last), joined, settled=False),
            self._known(self._reach(end, self._config.revision, last), {}, settled=True),
        ]
        return [one for one in known if one.stretch or one.joined]

    def _reach(self, end: int, latency: float, last: bool) -> int:
        """The frame up to which it is said who speaks: what will be older than the latency before the next window."""
        if last:
            return round(self._windows.end / FRAME)
        newest = end - max(0, round(latency * SAMPLE_RATE) - self._step)
        return min(round(newest / FRAME), first_frame(end) - 1)

    def _known(self, until: int, joined: Mapping[int, int], *, settled: bool) -> Known:
        since = self._settled if settled else self._labelled
        until = max(since, until)
        if settled:
            self._settled = until
        else:
            self._labelled = until
        speaks = self._votes.speaks(slice(since - self._votes.first, until - self._votes.first))
        spoken = _spoken(speaks, since, self._config.bridge)
        return Known(Segment(_time(since), _time(until)), tuple(spoken), settled, joined)


def _before(votes: Votes, answer: Localized) -> Grid:
    """Speakers x people: the share of a speaker's frames in which the windows so far heard the person."""
    span, activity = votes.overlap(answer)
    return np.asarray(activity.T.astype(float) @ votes.shares(span) / np.maximum(activity.sum(axis=0), 1)[:, None])


def _spoken(speaks: NDArray[np.bool_], first: int, bridge: float) -> list[Spoken]:
    found: Sequence[Spoken] = [
        (person, Segment(_time(first + start), _time(first + stop)))
        for person in range(speaks.shape[1])
        for start, stop in runs(speaks[:, person], round(bridge * SAMPLE_RATE / FRAME))
    ]
    return sorted(found, key=lambda one: (one[1], one[0]))


def _time(frame: int) -> float:
    return frame * FRAME / SAMPLE_RATE
