"""The live shell: a task group round a pipeline."""

import asyncio
import datetime
import math
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from types import TracebackType
from typing import Self

import anyio
from anyio.abc import TaskGroup
from anyio.streams.memory import MemoryObjectReceiveStream

from voicemind.audio.frame import AudioFrame
from voicemind.backends.loading import Models, load
from voicemind.config import Config
from voicemind.facts import Fact, Facts
from voicemind.insight.analyzer import AnyAnalyzer
from voicemind.insight.ports import Embed
from voicemind.pipeline import Output, Pipeline
from voicemind.plugins import meeting_analyzers
from voicemind.scheduler import Failed, Result, Scheduler
from voicemind.speech.live import LiveConfig
from voicemind.speech.ports import Decode, Localize
from voicemind.speech.transcriber import FINAL_WITHIN
from voicemind.timeline.agenda import AgendaItem
from voicemind.timeline.event import Agenda, Event, Participant, Speech
from voicemind.timeline.insight import Insight
from voicemind.timeline.minutes import Minutes
from voicemind.timeline.transcript import Turn


class Meeting:
    """A meeting as it happens: tracks in, turns and insights out.

    ``async with`` runs it. It is over when every track has ended and everything is transcribed, or
    with ``open_ended`` not before ``end`` is called, since then tracks may come and go. Leaving the
    block waits for that, unless an error or ``cancel`` ends it.
    """

    def __init__(
        self,
        title: str = "",
        *,
        date: datetime.date | None = None,
        agenda: Sequence[AgendaItem] = (),
        earlier: Sequence[Turn] = (),
        analyzers: Sequence[AnyAnalyzer] | None = None,
        config: Config | None = None,
        models: Models | None = None,
        scheduler: Scheduler | None = None,
        open_ended: bool = False,
    ) -> None:
        """Prepare a meeting.

        ``earlier`` turns are those of a meeting that was interrupted and now goes on. Models are loaded
        from the model store unless they are given, and run by a scheduler of the meeting's own unless
        it is to share one with others.
        """
        self._config = config or Config()
        self._models = models
        self._shared = scheduler
        self._date = date
        self._agenda = tuple(agenda)
        self._earlier = tuple(earlier)
        self._analyzers = analyzers
        self._open_ended = open_ended
        self.minutes = Minutes(title, date)
        self.closing: frozenset[str] = frozenset()
        """The insights that stand only because the meeting is over; those of a meeting that goes on are others."""
        self._facts = Facts()
        self._pumping: set[str] = set()
        self._pending = 0
        self._ending = self._left = False
        self._over = anyio.Event()
        self._idle = anyio.Event()

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            models = self._models
            if models is None:
                models = await anyio.to_thread.run_sync(load, self._config)
            self.minutes.model = models.asr.name
            self._loop = asyncio.get_running_loop()
            self._pipeline = Pipeline(
                meeting_analyzers(self._date, self._config) if self._analyzers is None else self._analyzers,
                models.new_vad,
                self._config.speech,
                language=models.language,
                embeds=models.embedder is not None,
                max_wait=self._config.max_wait,
            )
            self._scheduler = self._shared or Scheduler(
                models.handlers(),
                workers=self._config.workers,
                live=True,
                light=models.light.transcribe if models.light else None,
            )
            if self._shared is None:
                await stack.enter_async_context(self._scheduler)
            if self._models is None:
                stack.callback(models.close)  # or the scheduler would wait for a service that does not answer
            stack.callback(self._facts.close)
            stack.callback(self._leave)
            self._tasks: TaskGroup = await stack.enter_async_context(anyio.create_task_group())
            self._stack = stack.pop_all()
        if self._agenda:
            self.tell(Agenda(0.0, self._agenda))
        self.recall(self._earlier)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        if kind is not None:
            self.cancel()
        else:
            self.end()
            self._tasks.start_soon(self._over.wait)  # results are brought by no task that could be waited for
        return await self._stack.__aexit__(kind, error, trace)

    @property
    def position(self) -> float:
        """How far the meeting has been heard, in seconds."""
        return self._pipeline.position

    @property
    def is_over(self) -> bool:
        """Whether the meeting is over and the minutes are complete."""
        return self._over.is_set()

    @property
    def lag(self) -> float:
        """Seconds by which the transcription is behind."""
        return self._scheduler.lag(self._loop.time())

    @property
    def rung(self) -> int:
        """How much is done less well because the machine is behind, 0 for nothing (see ``scheduler.RUNGS``)."""
        return self._scheduler.rung

    @property
    def waiting(self) -> float:
        """Seconds of speech that wait to be transcribed."""
        return self._scheduler.waiting

    def add_track(
        self,
        name: str,
        frames: AsyncIterable[AudioFrame],
        participant: Participant | None = None,
        start: float | None = None,
        *,
        shared: bool | LiveConfig = False,
    ) -> None:
        """Listen to a track in the background; raises ValueError when there is one of that name.

        ``start`` is the meeting time at which it began, where it is heard afterwards; no interims come of it then.
        A ``shared`` one, or one of a shared ``participant``, is a microphone for several people, who are told apart
        by their voices.
        """
        self._open_track(name, participant, start, shared)
        self._tasks.start_soon(self._pump, name, frames)

    async def hear(
        self,
        name: str,
        frames: AsyncIterable[AudioFrame],
        participant: Participant | None = None,
        start: float | None = None,
        *,
        shared: bool | LiveConfig = False,
    ) -> None:
        """Listen to a track until it ends, as ``add_track`` does; raises ValueError when there is one of that name."""
        self._open_track(name, participant, start, shared)
        await self._pump(name, frames)

    def tell(self, event: Event) -> None:
        """Let the meeting know of an event: an agenda, a note, a verdict."""
        self._take(self._pipeline.tell(event))

    def recall(self, turns: Iterable[Turn]) -> None:
        """Tell the meeting of turns that it had before it was interrupted, in order of time."""
        for turn in turns:
            self.tell(Speech(turn.segment, turn.track, turn.speaker))
            self.tell(turn)

    def settled(self, name: str) -> int | None:
        """Return the sample of the meeting up to which a track is transcribed, None when all of it is.

        Every turn that begins earlier has been given out. 0 for a track that is not known yet.
        """
        return self._pipeline.settled(name)

    @asynccontextmanager
    async def catching_up(self, patience: float) -> AsyncIterator[None]:
        """Add tracks and recall turns of a meeting that was interrupted, inside; their order does not matter.

        Nothing counts as late then. Leaving waits until all of it is transcribed, at most ``patience`` seconds.
        """
        self._pipeline.max_wait = math.inf
        try:
            yield
            self._idle = anyio.Event()
            self._finish_if_done()
            with anyio.move_on_after(patience):
                await self._idle.wait()
        finally:
            self._pipeline.max_wait = self._config.max_wait

    def end(self) -> None:
        """Let an open-ended meeting be over once its tracks have ended."""
        self._ending = True
        self._finish_if_done()

    def cancel(self) -> None:
        """Stop at once, whatever is still to be heard or transcribed."""
        self._tasks.cancel_scope.cancel()

    async def finished(self) -> None:
        """Wait until the meeting is over and the minutes are complete."""
        await self._over.wait()

    def subscribe(self) -> MemoryObjectReceiveStream[Fact]:
        """Return a stream of all that happens from now on; whoever takes it closes it."""
        return self._facts.subscribe()

    def __aiter__(self) -> AsyncIterator[Turn | Insight]:
        """Iterate over turns and insights from now until the meeting is over."""
        return self._turns_and_insights(self.subscribe())

    @staticmethod
    async def _turns_and_insights(stream: MemoryObjectReceiveStream[Fact]) -> AsyncIterator[Turn | Insight]:
        async with stream:
            async for fact in stream:
                if isinstance(fact, Turn | Insight):
                    yield fact

    def _open_track(
        self,
        name: str,
        participant: Participant | None,
        start: float | None = None,
        shared: bool | LiveConfig = False,
    ) -> None:
        participant = participant or Participant(name, name)
        voices = shared if isinstance(shared, LiveConfig) else None
        if (shared or participant.shared) and self._config.diarizer != "none":
            voices = voices or LiveConfig()
        else:
            participant = replace(participant, shared=False)
        time = self._pipeline.position if start is None else start
        self._take(self._pipeline.add_track(name, participant, time, interims=start is None, voices=voices))
        self._pumping.add(name)

    async def _pump(self, name: str, frames: AsyncIterable[AudioFrame]) -> None:
        async for frame in frames:
            self._take(self._pipeline.feed(name, frame))
        self._take(self._pipeline.end_track(name))
        self._pumping.discard(name)
        self._finish_if_done()

    def _deliver(self, result: Result | Failed) -> None:
        """Bring a result from a worker's thread to the loop."""
        self._loop.call_soon_threadsafe(self._accept, result)

    def _leave(self) -> None:
        self._left = True

    def _accept(self, result: Result | Failed) -> None:
        self._pending -= 1
        if self._left:  # it had failed, or was cancelled
            return
        if isinstance(result, Failed):
            self._tasks.start_soon(_fail, result.error)
            return
        self._take(self._pipeline.accept(result))
        self._finish_if_done()

    def _take(self, outputs: Sequence[Output]) -> None:
        for output in outputs:
            if isinstance(output, Decode | Embed | Localize):
                within = output.deadline - self._pipeline.position
                if self._pipeline.max_wait == math.inf:
                    within = max(within, FINAL_WITHIN)  # what is caught up on waits for nobody: others go first
                due = self._loop.time() + within
                self._pending += 1 - len(self._scheduler.submit(output, due, self._deliver))
            else:
                self.minutes.add(output)
                self._facts.publish(output)

    def _finish_if_done(self) -> None:
        if self._pumping or self._pending:
            return
        self._idle.set()
        waiting = self._open_ended and not self._ending
        if self._over.is_set() or waiting:
            return
        self._over.set()
        outputs = self._pipeline.flush()
        self.closing = frozenset(output.id for output in outputs if isinstance(output, Insight))
        self._take(outputs)
        self._facts.close()


async def _fail(error: Exception) -> None:
    raise error
