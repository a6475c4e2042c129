"""A clock that jumps: sound comes at 1x, each inference is really run and lasts the CPU seconds that it took.

So a busy machine gives the latencies of a quiet one. The queue is the one that the scheduler's threads
follow; each of its lanes is one core. What the loop itself takes (voice activity and the rest of the pipeline) is
taken off all lanes evenly.
"""

import heapq
import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from voicemind.scheduler import Batch, Deliver, Handler, Job, Queue, Request, Result
from voicemind.scheduler.threads import Handlers

CROWDED = 0.9  # share of the lanes that the loop takes at most


@dataclass(slots=True)
class VirtualMachine:
    """Runs what is asked for ``at`` a time, and what is submitted to the queue; seconds of its own clock."""

    queue: Queue
    handlers: Handlers
    lanes: int
    light: Handler | None = None
    timer: Callable[[], float] = time.process_time
    """CPU seconds so far."""
    now: float = 0.0
    model_seconds: float = 0.0
    """CPU seconds spent in models."""
    loop_seconds: float = 0.0
    """CPU seconds spent in all else."""
    _events: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    _order: "itertools.count[int]" = field(default_factory=itertools.count)
    _free: int = field(init=False)

    def __post_init__(self) -> None:
        self._free = self.lanes

    def at(self, when: float, action: Callable[[], None]) -> None:
        """Do something at a time."""
        heapq.heappush(self._events, (when, next(self._order), action))

    def submit(self, request: Request, due: float, deliver: Deliver) -> list[Request]:
        """Queue a request as ``Scheduler.submit`` does."""
        return self.queue.submit(Job(request, due, deliver), self.now)

    def run(self) -> None:
        """Run until nothing is left to be done."""
        while self._events:
            self.now, _, action = heapq.heappop(self._events)
            began = self.timer()
            action()
            self.loop_seconds += self.timer() - began
            while self._free and (batch := self.queue.take(self.now)):
                self._start(batch)

    def _start(self, batch: Batch) -> None:
        self._free -= 1
        handler = self.handlers[type(batch.requests[0])]
        if batch.light and self.light is not None:
            handler = self.light
        began = self.timer()
        answers = handler(batch.requests)
        spent = self.timer() - began
        self.model_seconds += spent
        loop = min(self.loop_seconds / max(self.now, 1.0), CROWDED * self.lanes)
        self.at(self.now + spent * self.lanes / (self.lanes - loop), lambda: self._finish(batch, answers))

    def _finish(self, batch: Batch, answers: Sequence[Result]) -> None:
        self._free += 1
        self.queue.finish(batch, self.now)
        for job, answer in zip(batch.jobs, answers, strict=True):
            job.deliver(answer)
