"""The threads that run models."""

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

import anyio

from voicemind.scheduler.jobs import Deliver, Failed, Handler, Job, Request, Result
from voicemind.scheduler.ladder import LIGHT, RUNGS, Ladder
from voicemind.scheduler.queue import Batch, Queue
from voicemind.scheduler.spill import Spill

logger = logging.getLogger(__name__)

Handlers = Mapping[type[Any], Handler]


class Scheduler:
    """Runs requests of any number of meetings on ``workers`` threads, from enter to exit.

    ``handlers`` maps a request type to what answers a batch of it.
    """

    def __init__(
        self,
        handlers: Handlers,
        *,
        workers: int = 2,
        live: bool = False,
        light: Handler | None = None,
        spill: Spill | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare to run requests.

        Where people wait for the answers (``live``) less is done when there is too much to do (see ``Ladder``),
        at last with ``light``, a cheaper recogniser; otherwise everything is done as well as can be. ``spill``
        takes sound that waits out of memory. ``clock`` is the one that deadlines are of.
        """
        self._handlers = handlers
        self._light = light
        self._spill = spill
        self._clock = clock
        self._queue = Queue(workers, Ladder((*RUNGS, LIGHT) if light else RUNGS) if live else None)
        self._ready = threading.Condition()
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
        """Queue a request that is wanted by ``due``, in seconds of the scheduler's clock.

        ``deliver`` gets the answer, on a worker's thread. Returned are the interims of the same caller,
        this one among them, that nobody needs any more: they are dropped.
        """
        with self._ready:
            dropped = self._queue.submit(Job(request, due, deliver), self._clock())
            self._ready.notify()
        if self._spill is not None:
            self._relieve(self._spill)
        return dropped

    def lag(self, now: float) -> float:
        """Return by how many seconds the most urgent request is overdue, 0 when none is."""
        with self._ready:
            return self._queue.lag(now)

    @property
    def rung(self) -> int:
        """Step of the ladder, 0 while everything is done as well as can be."""
        with self._ready:
            self._queue.observe(self._clock())  # or it would stay where it was when everybody fell silent
            return self._queue.step

    @property
    def waiting(self) -> float:
        """Seconds of speech that wait for their final."""
        with self._ready:
            return self._queue.audio

    def _work(self) -> None:
        while batch := self._take():
            answers = self._answers(batch)
            with self._ready:
                self._queue.finish(batch, self._clock())
                self._ready.notify()  # what must not run beside this batch may run now
            for job, answer in zip(batch.jobs, answers, strict=True):
                job.deliver(answer)

    def _answers(self, batch: Batch) -> Sequence[Result | Failed]:
        handler = self._handlers[type(batch.requests[0])]
        if batch.light and self._light is not None:
            handler = self._light
        try:
            return handler(batch.requests)
        except Exception as error:  # noqa: BLE001 - whatever a model raises belongs to whoever asked
            logger.warning("a model failed on %s: %s", type(batch.requests[0]).__name__, error)
            return [Failed(job.request, error) for job in batch.jobs]

    def _take(self) -> Batch | None:
        """Wait for work and take the most urgent; None when closed."""
        with self._ready:
            while True:
                if self._closed:
                    return None
                if batch := self._queue.take(self._clock()):
                    return batch
                self._ready.wait()

    def _relieve(self, spill: Spill) -> None:
        with self._ready:
            spill.relieve(self._queue)
