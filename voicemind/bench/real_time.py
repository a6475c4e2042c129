"""Live streams on the real clock, through the live shell."""

import time
from collections.abc import AsyncIterator, Sequence

import anyio

from voicemind.audio.frame import SAMPLE_RATE, AudioFrame
from voicemind.backends.loading import Models
from voicemind.bench.run import OFFSET, TRACK, Follower, StreamingRun
from voicemind.bench.streaming import StreamLog
from voicemind.config import Config
from voicemind.meeting import Meeting
from voicemind.scheduler import Scheduler
from voicemind.timeline.event import Participant

WATCH = 0.25  # seconds between two looks at lag and memory


def listen(frames: Sequence[AudioFrame], models: Models, streams: int, config: Config) -> StreamingRun:
    """Play ``streams`` copies at 1x into meetings of their own, which share a scheduler as rooms do."""
    return anyio.run(_listen, frames, models, streams, config)


async def _listen(frames: Sequence[AudioFrame], models: Models, streams: int, config: Config) -> StreamingRun:
    run = StreamingRun([StreamLog() for _ in range(streams)], streams * frames[-1].end / SAMPLE_RATE)
    began = time.process_time()
    async with Scheduler(models.handlers(), workers=config.workers, live=True) as scheduler:

        async def meet(number: int) -> None:
            await anyio.sleep(number * OFFSET)
            async with Meeting(analyzers=[], config=config, models=models, scheduler=scheduler) as meeting:
                await _follow(meeting, frames, Follower(run.logs[number], run))

        async with anyio.create_task_group() as watching:
            watching.start_soon(_watch, run, scheduler)
            async with anyio.create_task_group() as tasks:
                for number in range(streams):
                    tasks.start_soon(meet, number)
            watching.cancel_scope.cancel()
    run.cpu_seconds = time.process_time() - began
    return run


async def _follow(meeting: Meeting, frames: Sequence[AudioFrame], follower: Follower) -> None:
    start = anyio.current_time()
    facts = meeting.subscribe()
    meeting.add_track(TRACK, _spoken(frames, start), Participant(TRACK, ""))
    async with facts:
        async for fact in facts:
            follower.note(anyio.current_time() - start, fact)


async def _spoken(frames: Sequence[AudioFrame], start: float) -> AsyncIterator[AudioFrame]:
    for frame in frames:
        await anyio.sleep_until(start + frame.end / SAMPLE_RATE)
        yield frame


async def _watch(run: StreamingRun, scheduler: Scheduler) -> None:
    start = anyio.current_time()
    while True:
        now = anyio.current_time()
        run.note(now - start, scheduler.lag(now), scheduler.rung)
        await anyio.sleep(WATCH)
