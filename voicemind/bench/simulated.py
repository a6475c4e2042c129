"""Live streams on a virtual clock."""

from collections.abc import Sequence

from voicemind.audio.frame import SAMPLE_RATE, AudioFrame
from voicemind.backends.loading import Models
from voicemind.bench.run import OFFSET, TRACK, Follower, StreamingRun
from voicemind.bench.streaming import StreamLog
from voicemind.bench.virtual_clock import VirtualMachine
from voicemind.config import Config
from voicemind.insight.ports import Embed
from voicemind.pipeline import Output, Pipeline
from voicemind.scheduler import Failed, Ladder, Queue, Result
from voicemind.speech.ports import Decode, Localized
from voicemind.timeline.event import Participant


def simulate(frames: Sequence[AudioFrame], models: Models, streams: int, config: Config) -> StreamingRun:
    """Play ``streams`` copies into pipelines of their own, which share a queue as rooms do."""
    machine = VirtualMachine(Queue(config.workers, Ladder()), models.handlers(), config.workers)
    run = StreamingRun([StreamLog() for _ in range(streams)], streams * frames[-1].end / SAMPLE_RATE)
    for number, log in enumerate(run.logs):
        pipeline = Pipeline([], models.new_vad, config.speech, language=models.language)
        pipeline.add_track(TRACK, Participant(TRACK, ""))
        _Stream(machine, pipeline, log, run, number * OFFSET).play(frames)
    machine.run()
    run.cpu_seconds = machine.model_seconds + machine.loop_seconds
    return run


class _Stream:
    """One copy: its pipeline on the machine, and what is shown of it."""

    def __init__(
        self, machine: VirtualMachine, pipeline: Pipeline, log: StreamLog, run: StreamingRun, start: float
    ) -> None:
        self._machine = machine
        self._pipeline = pipeline
        self._follower = Follower(log, run)
        self._run = run
        self._start = start

    def play(self, frames: Sequence[AudioFrame], number: int = 0) -> None:
        """Let the frames come from ``number`` on, each when its last sample was spoken."""
        if number == len(frames):
            self._take(self._pipeline.end_track(TRACK))
            return
        self._machine.at(self._start + frames[number].end / SAMPLE_RATE, lambda: self._hear(frames, number))

    def _hear(self, frames: Sequence[AudioFrame], number: int) -> None:
        queue, now = self._machine.queue, self._machine.now
        self._run.note(now, queue.lag(now), queue.step)
        self._take(self._pipeline.feed(TRACK, frames[number]))
        self.play(frames, number + 1)

    def _take(self, outputs: Sequence[Output]) -> None:
        now = self._machine.now
        for output in outputs:
            if isinstance(output, Decode | Embed):
                self._machine.submit(output, now + output.deadline - self._pipeline.position, self._accept)
            else:
                self._follower.note(now - self._start, output)

    def _accept(self, result: Result | Failed) -> None:
        if isinstance(result, Failed):
            raise result.error
        if not isinstance(result, Localized):
            self._take(self._pipeline.accept(result))
