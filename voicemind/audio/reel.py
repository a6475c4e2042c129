"""One track on its way to disk, part by part, and the disk that takes it."""

import errno
import logging
import math
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from voicemind.audio.frame import SAMPLE_RATE, AudioFrame, Samples
from voicemind.audio.parts import Label, Part, PartWriter
from voicemind.audio.tracks import Tracks

logger = logging.getLogger(__name__)

ROLL = 60 * SAMPLE_RATE  # samples after which a part that is not kept is followed by another
LONGEST_FILL = 60 * SAMPLE_RATE  # samples of silence that are written; after more a new part begins


@dataclass(slots=True, eq=False)
class Disk:
    """A folder for recordings, and whether it takes them; ``spare`` bytes are left free, ``retry`` in seconds."""

    folder: Path
    keep: bool
    spare: int
    retry: float
    failure: str | None = None
    lost: int = 0  # samples that were not written
    _failed: float = 0.0

    @property
    def to_be_tried(self) -> bool:
        """Whether it works, or is worth another try."""
        return self.failure is None or time.monotonic() - self._failed >= self.retry

    def make_room(self) -> None:
        """Make the folder; OSError where less than ``spare`` is free."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if shutil.disk_usage(self.folder).free < self.spare:
            raise OSError(errno.ENOSPC, "no space left on device")

    def fail(self, reason: str, *, rest: bool = True) -> None:
        """Note that something was lost, said once; with ``rest`` nothing is tried for a while."""
        self._failed = time.monotonic() if rest else -math.inf
        if self.failure is None:
            logger.error("%s: recording has stopped (%s); make room on the disk", self.folder, reason)
        self.failure = reason

    def works(self) -> None:
        """Note that it takes what it is given."""
        if self.failure is not None:
            logger.warning("%s: recording goes on", self.folder)
        self.failure = None


class Reel:
    """A track as the recorder's thread sees it; every method may raise OSError."""

    def __init__(self, disk: Disk, label: Label, parts: Sequence[Part] = ()) -> None:
        self.parts = list(parts)  # in order; the open one is the last
        self.wrote = False
        self._disk = disk
        self._label = label
        self._writer: PartWriter | None = None
        self._ends: dict[Part, int] = {}  # of the parts that are whole
        self._held: list[Samples] = []
        self._start = self._position = 0  # where what is held begins and ends
        self._dirty = False
        self._ended = False
        self.over = False

    def take(self, frame: AudioFrame) -> None:
        """Take the next sound; digital silence is left out, and so is what overlaps."""
        samples = frame.samples[max(0, self._position - frame.start) :]
        if not samples.any():
            return
        start = frame.end - len(samples)
        if self._held and start != self._position:
            self.drain()
        if not self._held:
            self._start = start
        self._held.append(samples)
        self._position = frame.end

    def drain(self) -> None:
        """Write what was taken."""
        if not self._held:
            return
        samples, self._held = np.concatenate(self._held), []
        if not self._disk.to_be_tried:
            self._disk.lost += len(samples)
            return
        writer = self._writer_at(self._start)
        while (hole := self._start - writer.position) > 0:
            writer.write(np.zeros(min(hole, SAMPLE_RATE), np.float32))
        writer.write(samples)
        self.wrote = self._dirty = True

    def _writer_at(self, start: int) -> PartWriter:
        """The part in which sound from ``start`` on belongs."""
        writer = self._writer
        if writer is not None:
            long = not writer.part.kept and start - writer.part.start >= ROLL
            if long or start - writer.position > LONGEST_FILL or writer.part.kept != self._disk.keep:
                self._end_part(writer)
                writer = None
        if writer is None:
            self._disk.make_room()
            writer = self._writer = PartWriter(self._disk.folder, self._label, start, keep=self._disk.keep)
            self.parts.append(writer.part)
        return writer

    def roll(self) -> None:
        """End the open part: everything so far can be read then."""
        self.drain()
        if self._writer is not None:
            self._end_part(self._writer)

    def _end_part(self, writer: PartWriter) -> None:
        self._writer = None
        self._ends[writer.part] = writer.position
        self._dirty = False
        writer.close()

    def sync(self) -> None:
        """Have the disk keep what was written."""
        if self._dirty and self._writer is not None:
            self._disk.make_room()
            self._writer.sync()
        self._dirty = False

    def end(self) -> None:
        """Nothing more comes."""
        self._ended = True
        self.roll()

    def settle(self, sample: int | None) -> None:
        """Let go of what is transcribed, and note how far that is."""
        self.drain()
        tracks = Tracks(self._disk.folder)
        if sample is None:
            self.over = self._ended
            tracks.finish(self._label.track)
            return
        for part in [part for part in self.parts if not part.kept and self._ends.get(part, sample + 1) <= sample]:
            part.path.unlink(missing_ok=True)
            self.parts.remove(part)
        if self.parts:
            tracks.mark(self._label.track, sample)

    def discard(self) -> None:
        """Delete what there is of the track; it goes on with what comes."""
        self.abandon()
        for part in self.parts:
            part.path.unlink(missing_ok=True)
        self.parts.clear()

    def abandon(self) -> None:
        """Give the open part up, as it is."""
        self._held = []
        self._dirty = False
        if self._writer is not None:
            writer, self._writer = self._writer, None
            self._ends[writer.part] = writer.position
            writer.abandon()
