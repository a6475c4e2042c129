"""The only place that runs models: earliest deadline first, on a few threads.

Finals and embeddings are never dropped. An interim is, as soon as a newer one of its track or
the final of its utterance is asked for.
"""

import heapq
import itertools
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import anyio

from voicemind.insight.ports import Embed, Embedded
from voicemind.speech.ports import Decode, Decoded

logger = logging.getLogger(__name__)

Request = Decode | Embed
Result = Decoded | Embedded
Handler = Callable[[Sequence[Any]], Sequence[Result]]


@dataclass(frozen=True, slots=True)
class Failed:
    """The answer to a request whose model raised an error."""

    request: Request
    error: Exception


Deliver = Callable[[Result | Failed], None]


@dataclass(frozen=True, slots=True, order=True)
class _Job:
    due: float
    order: int
    request: Request
    deliver: Deliver


class Scheduler:
    """Runs requests of any number of meetings on ``workers`` threads, from enter to exit.

    ``handlers`` maps a request type to what answers a batch of it.
    """

    def __init__(self, handlers: Mapping[type[Decode] | type[Embed], Handler], *, workers: int = 2) -> None:
        self._handlers = handlers
        self._queue: list[_Job] = []
        self._order = itertools.count()
        self._ready = threading.Condition()
        self._running: dict[int, float] = {}  # thread -> when its work is due
        self._closed = False
        self._threads = [
            threading.Thread(target=self._work, name=f"voicemind-model-{i}", daemon=True) for i in range(workers)
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave what is queued undone, and wait for what is running."""
        with self._ready:
            self._closed = True
            self._ready.notify_all()
        for thread in self._threads:
            thread.join()

    async def __aenter__(self) -> Self:
        return self.__enter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """The same without blocking the loop, and though everything around is being cancelled."""
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(self.__exit__, kind, error, trace)

    def submit(self, request: Request, due: float, deliver: Deliver) -> list[Request]:
        """Queue a request that is wanted by ``due``, in seconds of a clock that all callers share.

        ``deliver`` gets the answer, on a worker's thread. Returned are the interims of the same
        caller that nobody needs any more: they are dropped.
        """
        job = _Job(due, next(self._order), request, deliver)
        with self._ready:
            dropped = [old for old in self._queue if _replaces(job, old)]
            if dropped:
                self._queue = [old for old in self._queue if not _replaces(job, old)]
                heapq.heapify(self._queue)
            heapq.heappush(self._queue, job)
            self._ready.notify()
        return [old.request for old in dropped]

    def lag(self, now: float) -> float:
        """Return by how many seconds the most urgent request is overdue, 0 when none is."""
        with self._ready:
            due = min([*self._running.values(), *(job.due for job in self._queue[:1])], default=now)
        return max(0.0, now - due)

    def _work(self) -> None:
        while job := self._take():
            result: Result | Failed
            try:
                [result] = self._handlers[type(job.request)]([job.request])
            except Exception as error:  # noqa: BLE001 - whatever a model raises belongs to whoever asked
                logger.warning("a model failed on %s: %s", type(job.request).__name__, error)
                result = Failed(job.request, error)
            with self._ready:
                del self._running[threading.get_ident()]
            job.deliver(result)

    def _take(self) -> _Job | None:
        """Wait for work and take the most urgent; None when closed."""
        with self._ready:
            while not self._queue and not self._closed:
                self._ready.wait()
            if self._closed:
                return None
            job = heapq.heappop(self._queue)
            self._running[threading.get_ident()] = job.due
            return job


def _replaces(new: _Job, old: _Job) -> bool:
    """Tell whether ``old`` is an interim that nobody will look at once ``new`` is asked for."""
    return (
        isinstance(new.request, Decode)
        and isinstance(old.request, Decode)
        and not old.request.final
        and old.deliver == new.deliver
        and old.request.track == new.request.track
        and (not new.request.final or old.request.utterance == new.request.utterance)
    )
