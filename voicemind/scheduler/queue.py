"""Which request is run next: earliest deadline first, over tracks and rooms.

Pure: it is told the time, so that the threads of the scheduler and a simulated clock follow the same
rules. Finals and embeddings are never dropped. An interim is: as soon as a newer one of its track or
the final of its utterance is asked for, or when the ladder wants fewer of them.
"""

import heapq
import itertools
import math
from collections.abc import Hashable
from dataclasses import dataclass, replace

from voicemind.insight.ports import Embed
from voicemind.scheduler.jobs import Job, Request
from voicemind.scheduler.ladder import Ladder, Rung
from voicemind.speech.ports import Decode

INTERIMS = 3  # in one call at most: a fourth saves nothing and holds the lane longer (tiny.en, measured)
TEXTS = 32  # texts to embed in one call
TOLERANCE = 1.5  # seconds that an interim's deadline may be missed before it goes ahead of a final's
PATIENT = 30.0  # seconds to the deadline of work that leaves a lane for what is urgent
KEPT = 10.0  # seconds for which the start of a track's last interim is remembered


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Jobs of one kind for one call, in order; the requests are as the rung of the ladder wants them."""

    jobs: tuple[Job, ...]
    requests: tuple[Request, ...]
    light: bool = False
    patient: bool = False

    @property
    def interim(self) -> bool:
        """Whether all of it may be dropped."""
        return self.jobs[0].interim


class Queue:
    """Jobs that wait and jobs that run, on ``lanes`` that run one batch each."""

    def __init__(self, lanes: int, ladder: Ladder | None = None) -> None:
        """Without a ladder everything is always done as well as can be."""
        self._lanes = lanes
        self._ladder = ladder
        self._order = itertools.count()
        self._firm: list[tuple[float, int, Job]] = []  # a heap: finals and embeddings by deadline
        self._interims: dict[Hashable, Job] = {}  # track -> the latest
        self._started: dict[Hashable, float] = {}  # track -> when its last interim was
        self._running: list[Batch] = []
        self.audio = 0.0
        """Seconds of sound in the finals that wait."""

    @property
    def rung(self) -> Rung:
        """How well things are done now."""
        return self._ladder.rung if self._ladder else Rung("full")

    @property
    def step(self) -> int:
        """Number of the rung, 0 for the best."""
        return self._ladder.step if self._ladder else 0

    def __len__(self) -> int:
        """Number of jobs that wait."""
        return len(self._firm) + len(self._interims)

    def submit(self, job: Job, now: float) -> list[Request]:
        """Take a job; return the interims of its track, itself among them, that will not be run."""
        self.observe(now)
        if not job.interim:
            self._push(job)
            return self._supersede(job)
        waiting = self._interims.get(job.track)
        if waiting is None and now - self._started.get(job.track, -math.inf) < self.rung.spacing:
            return [job.request]
        # Whoever waited keeps the place in the line, or a track with much to say would never be heard.
        self._interims[job.track] = replace(job, due=min(job.due, waiting.due)) if waiting else job
        return [waiting.request] if waiting else []

    def take(self, now: float) -> Batch | None:
        """Return what is to be run next on a free lane; None where nothing may be."""
        self.observe(now)
        if len(self._running) == self._lanes:
            return None
        interims = self._startable()
        interim = interims[0].due + TOLERANCE if interims else math.inf
        firm = self._earliest_firm(now)
        if firm == interim == math.inf:
            return None
        if firm <= interim:
            batch = self._take_firm(now)
        else:
            batch = self._take_interims([job for job in interims if job.due + TOLERANCE < firm], now)
        self._running.append(batch)
        return batch

    def finish(self, batch: Batch, now: float) -> None:
        """Free the lane of a batch that was run."""
        self.observe(now)
        self._running.remove(batch)
        self._started = {track: start for track, start in self._started.items() if now - start < KEPT}

    def lag(self, now: float) -> float:
        """Return by how many seconds the most urgent job is overdue, waiting or running; 0 when none is."""
        running = (job.due for batch in self._running for job in batch.jobs)
        waiting = (job.due for job in self._interims.values())
        return max(0.0, now - min([*running, *waiting, *(due for due, *_ in self._firm[:1])], default=now))

    def observe(self, now: float) -> None:
        """Let the ladder see how it goes; whatever changes the queue does it first."""
        if self._ladder:
            self._ladder.observe(now, self.lag(now), len(self._running) / self._lanes)

    def replace(self, old: Job, new: Job) -> None:
        """Put another job in the place of a final that waits."""
        self._firm = [(due, order, new if job is old else job) for due, order, job in self._firm]

    def finals(self) -> list[Job]:
        """Return the finals that wait, the most urgent first."""
        return [job for *_, job in sorted(self._firm) if isinstance(job.request, Decode)]

    def _push(self, job: Job) -> None:
        heapq.heappush(self._firm, (job.due, next(self._order), job))
        self.audio += job.seconds

    def _supersede(self, job: Job) -> list[Request]:
        """Drop the interim that a final makes superfluous."""
        waiting = self._interims.get(job.track)
        if not isinstance(job.request, Decode) or waiting is None or not isinstance(waiting.request, Decode):
            return []
        if waiting.request.utterance != job.request.utterance:
            return []
        del self._interims[job.track]
        return [waiting.request]

    def _startable(self) -> list[Job]:
        """Interims that may start, the most urgent first: one a track at a time."""
        running = {job.track for batch in self._running if batch.interim for job in batch.jobs}
        waiting = [job for track, job in self._interims.items() if track not in running]
        return sorted(waiting, key=lambda job: job.due)

    def _earliest_firm(self, now: float) -> float:
        """Deadline of the next final or embedding that may start; work that is patient leaves a lane free."""
        if not self._firm:
            return math.inf
        due = self._firm[0][0]
        patient = sum(batch.patient for batch in self._running)
        return math.inf if due - now > PATIENT and 0 < self._lanes - 1 <= patient else due

    def _take_firm(self, now: float) -> Batch:
        due, _, job = heapq.heappop(self._firm)
        jobs = [job]
        if isinstance(job.request, Embed):
            while self._firm and len(jobs) < TEXTS and isinstance(self._firm[0][-1].request, Embed):
                jobs.append(heapq.heappop(self._firm)[-1])
        self.audio -= job.seconds
        return self._batch(jobs, patient=due - now > PATIENT)

    def _take_interims(self, waiting: list[Job], now: float) -> Batch:
        """Take as many as go into one call, but no more than the share of one free lane."""
        share = -(-len(waiting) // (self._lanes - len(self._running)))
        jobs = waiting[: min(share, INTERIMS)]
        for job in jobs:
            del self._interims[job.track]
            self._started[job.track] = now
        return self._batch(jobs, patient=False)

    def _batch(self, jobs: list[Job], *, patient: bool) -> Batch:
        # Work that nobody waits for is done as well as can be.
        rung = Rung("full") if patient else self.rung
        requests = tuple(_adapt(job.request, rung) for job in jobs)
        return Batch(tuple(jobs), requests, rung.light and isinstance(jobs[0].request, Decode), patient)


def _adapt(request: Request, rung: Rung) -> Request:
    if rung.beam is None or not isinstance(request, Decode) or not request.final:
        return request
    return replace(request, beam=rung.beam)
