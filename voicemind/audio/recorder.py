"""What is heard goes to disk first: a thread that writes tracks, and never holds anybody up.

A crash of the program loses what waits for the thread and for the encoder, a third of a second; one
of the machine what came since the last sync, a second more. Sound is written only while there is
some: digital silence is a hole that is filled once a sound comes behind it.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from voicemind.audio.frame import SAMPLE_RATE, AudioFrame
from voicemind.audio.parts import Label, Part, read_part
from voicemind.audio.reel import Disk, Reel

GATHER = 0.2  # seconds of sound that are encoded at once
SYNC = 1.0  # seconds after which what was written is on the disk
RETRY = 30.0  # seconds after which a disk that took nothing is tried again
SPARE = 256 << 20  # bytes that recordings leave free, for everything else that is to be kept
BACKLOG = 600 * SAMPLE_RATE  # samples, of all tracks, that may wait for a slow disk


class Tape:
    """One track on its way to disk; made by ``Recorder.open``. No call but ``read`` waits for the disk."""

    def __init__(self, recorder: "Recorder", reel: Reel) -> None:
        self._recorder = recorder
        self._reel = reel

    def write(self, frame: AudioFrame) -> None:
        """Record a frame at its place; what overlaps with an earlier one is left out."""
        if frame.samples.any():
            self._recorder.put(self._reel, lambda: self._reel.take(frame), len(frame.samples))

    def settle(self, sample: int | None) -> None:
        """Say that everything before a sample of the meeting (None: all) is transcribed, and that on disk."""
        self._recorder.put(self._reel, lambda: self._reel.settle(sample))

    def discard(self) -> None:
        """Delete what was recorded of the track so far."""
        self._recorder.put(self._reel, self._reel.discard)

    def close(self) -> None:
        """End the track; it goes, or is kept, once all of it is settled."""
        self._recorder.put(self._reel, self._reel.end)

    def read(self, start: int, end: int) -> Iterator[AudioFrame]:
        """Read what was written from sample ``start`` to ``end``; waits for the disk, so not for an event loop."""
        written = threading.Event()

        def roll() -> None:
            try:
                self._reel.roll()  # what the encoder holds cannot be read otherwise
            finally:
                written.set()

        self._recorder.put(self._reel, roll, urgent=True)
        written.wait()
        for part in list(self._reel.parts):
            for frame in read_part(part, start):
                if frame.start >= end:
                    return
                yield AudioFrame(frame.samples[: end - frame.start], frame.start)


class Recorder:
    """Writes any number of tracks into one folder, from enter to exit.

    With ``keep`` they stay for good. Otherwise a track is there until it is settled, so that what a
    crash finds untranscribed can be transcribed afterwards. A disk that is full, or leaves less than
    ``spare`` bytes, stops the recording until there is room again.
    """

    def __init__(self, folder: Path, *, keep: bool, spare: int = SPARE, retry: float = RETRY) -> None:
        self._disk = Disk(folder, keep, spare, retry)
        self._ready = threading.Condition()
        self._jobs: list[tuple[Reel, Callable[[], None]]] = []
        self._waiting = 0  # samples in the jobs
        self._urgent = False
        self._closing = False
        self._reels: set[Reel] = set()
        self._thread = threading.Thread(target=self._work, name="voicemind-recorder", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Write what waits, and end every track where it is."""
        with self._ready:
            self._closing = self._urgent = True
            self._ready.notify()
        self._thread.join()

    @property
    def keep(self) -> bool:
        """Whether tracks are kept; what is changed counts from the next sound on."""
        return self._disk.keep

    @keep.setter
    def keep(self, keep: bool) -> None:
        self._disk.keep = keep

    @property
    def failure(self) -> str | None:
        """Why nothing is recorded for now; None while it is."""
        return self._disk.failure

    @property
    def lost(self) -> float:
        """Seconds of sound that were not written."""
        return self._disk.lost / SAMPLE_RATE

    def open(self, label: Label, parts: Sequence[Part] = ()) -> Tape:
        """Begin a track, or go on with one that has ``parts``; a file is made with the first sound."""
        return Tape(self, Reel(self._disk, label, parts))

    def put(self, reel: Reel, job: Callable[[], None], samples: int = 0, *, urgent: bool = False) -> None:
        """Have the thread do something for a track; ``samples`` of sound are dropped where too much waits."""
        with self._ready:
            if samples and self._waiting > BACKLOG:
                self._disk.lost += samples
                self._disk.fail("the disk is too slow", rest=False)
                return
            self._jobs.append((reel, job))
            self._waiting += samples
            self._urgent |= urgent
            if urgent or len(self._jobs) == 1:
                self._ready.notify()

    def _work(self) -> None:
        synced = time.monotonic()
        closing = False
        while not closing:
            jobs, closing = self._take()
            for reel, job in jobs:
                self._reels.add(reel)
                self._try(reel, job)
            for reel in self._reels:
                self._try(reel, reel.roll if closing else reel.drain)
            if time.monotonic() - synced >= SYNC:
                synced = time.monotonic()
                for reel in self._reels:
                    self._try(reel, reel.sync)
                self._reels = {reel for reel in self._reels if not reel.over}

    def _take(self) -> tuple[list[tuple[Reel, Callable[[], None]]], bool]:
        """Wait for work, and a moment longer for more of it."""
        with self._ready:
            self._ready.wait_for(lambda: self._jobs or self._closing, SYNC if self._reels else None)
            self._ready.wait_for(lambda: self._urgent, GATHER)
            jobs, self._jobs = self._jobs, []
            self._waiting, self._urgent = 0, False
            return jobs, self._closing

    def _try(self, reel: Reel, job: Callable[[], None]) -> None:
        try:
            job()
        except Exception as error:  # noqa: BLE001 - whatever it is, the other tracks and the meeting go on
            reel.abandon()
            self._disk.fail(getattr(error, "strerror", None) or str(error))
        else:
            if reel.wrote:
                self._disk.works()
            reel.wrote = False
