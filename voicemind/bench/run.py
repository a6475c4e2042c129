"""A recording as several live streams at once, offset from each other: what is common to all clocks."""

from dataclasses import dataclass, field

import numpy as np

from voicemind.audio.frame import SAMPLE_RATE, AudioFrame, Samples
from voicemind.bench.memory import resident_mb
from voicemind.bench.streaming import Ended, StreamLog
from voicemind.pipeline import Output
from voicemind.timeline.event import Speech
from voicemind.timeline.transcript import Interim, Turn

CHUNK = SAMPLE_RATE // 10  # samples that come at once
SILENCE = 1.5  # seconds after a recording, in which its last utterance ends
OFFSET = 1.37  # seconds between the starts of two streams, so that they do not speak in step
TRACK = "bench"


@dataclass(slots=True)
class StreamingRun:
    """What came of a run: a log a stream, what it cost, and the worst lag and rung that were seen."""

    logs: list[StreamLog]
    audio_seconds: float
    speech_seconds: float = 0.0
    cpu_seconds: float = 0.0
    lag: float = 0.0
    rung: int = 0
    memory: list[tuple[float, float]] = field(default_factory=list)
    """Seconds of the clock, and resident megabytes then."""

    def note(self, at: float, lag: float, rung: int) -> None:
        """Take how the machine does at a time."""
        self.lag, self.rung = max(self.lag, lag), max(self.rung, rung)
        if not self.memory or at - self.memory[-1][0] >= 1.0:
            self.memory.append((at, resident_mb()))

    @property
    def peak_rss_mb(self) -> float:
        """The most memory that was resident."""
        return max((megabytes for _, megabytes in self.memory), default=0.0)

    @property
    def rss_slope_mb_per_hour(self) -> float | None:
        """Growth of the memory over the second half, by least squares; None for less than two minutes."""
        if not self.memory or self.memory[-1][0] < 120.0:
            return None
        times, sizes = np.array(self.memory[len(self.memory) // 2 :]).T
        return float(np.polyfit(times / 3600, sizes, 1)[0])


class Follower:
    """Writes what a pipeline gives out into the log of its stream."""

    def __init__(self, log: StreamLog, run: StreamingRun) -> None:
        self._log = log
        self._run = run
        self._interims: list[Interim] = []  # the latest of each utterance that has no turn yet

    def note(self, at: float, output: Output) -> None:
        """Take what was given out ``at`` seconds of the stream."""
        match output:
            case Interim():
                begun = output.segment.start
                self._interims = [*(i for i in self._interims if i.segment.end <= begun), output]
                self._log.show(at, self._tail)
            case Turn():
                self._interims = [i for i in self._interims if i.segment.start >= output.segment.end]
                self._log.show(at, self._tail, output.text)
                self._log.finals.append(Ended(output.segment.end, at))
            case Speech():
                self._run.speech_seconds += output.segment.end - output.segment.start
            case _:
                pass

    @property
    def _tail(self) -> str:
        return " ".join(interim.text for interim in self._interims)


def chunks(samples: Samples, repeat: float = 0.0) -> list[AudioFrame]:
    """Cut a recording and the silence after it into what comes at once; it is played again until ``repeat`` seconds."""
    padded = np.concatenate([samples, np.zeros(round(SILENCE * SAMPLE_RATE), np.float32)])
    count = max(1, -(-round(repeat * SAMPLE_RATE) // len(padded)))
    return [
        AudioFrame(padded[at : at + CHUNK], number * len(padded) + at)
        for number in range(count)
        for at in range(0, len(padded), CHUNK)
    ]
