"""Sound that waits longer than memory should hold it: kept in files until its turn comes."""

import logging
import os
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np

from voicemind.audio.frame import Samples
from voicemind.scheduler.jobs import Job
from voicemind.scheduler.queue import Queue
from voicemind.speech.ports import Decode

logger = logging.getLogger(__name__)

IN_MEMORY = 120.0  # seconds of sound in finals that wait, about 8 MB
FILE = 32 << 20  # bytes of a file, about nine minutes; a file for each utterance would use up the open files


class Spill:
    """Moves the sound of the least urgent finals into files of a folder, as raw float32, mapped into memory.

    The files have no name: each is gone with the last request that needs it, or with the process. Where
    the disk takes nothing the sound stays in memory, and that is said once.
    """

    def __init__(self, folder: Path, in_memory: float = IN_MEMORY) -> None:
        """Keep up to ``in_memory`` seconds of waiting sound in memory, and the rest in ``folder``."""
        self._folder = folder
        self._in_memory = in_memory
        self._failed = False
        self._file: Samples = np.zeros(0, np.float32)  # what is left of the latest file

    def relieve(self, queue: Queue) -> None:
        """Write out what waits beyond the bound."""
        if queue.audio <= self._in_memory or self._failed:
            return
        held = 0.0
        for job in queue.finals():
            held += job.seconds
            if held > self._in_memory and isinstance(job.request, Decode) and not on_disk(job.request.samples):
                queue.replace(job, self._moved(job, job.request))

    def _moved(self, job: Job, request: Decode) -> Job:
        try:
            return replace(job, request=replace(request, samples=self._written(request.samples)))
        except OSError as error:
            self._failed = True
            logger.warning("%s: sound that waits cannot be written there (%s); it stays in memory", self._folder, error)
            return job

    def _written(self, samples: Samples) -> Samples:
        if len(self._file) < len(samples):
            self._file = _new_file(self._folder, max(FILE, samples.nbytes))
        part, self._file = self._file[: len(samples)], self._file[len(samples) :]
        part[:] = samples
        return part


def on_disk(samples: Samples) -> bool:
    """Tell whether sound is mapped from a file."""
    return isinstance(samples, np.memmap)


def _new_file(folder: Path, size: int) -> Samples:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder) as file:
        os.posix_fallocate(file.fileno(), 0, size)  # or a disk that is full would be a bus error later
        mapped: Samples = np.memmap(file, np.float32, "r+")
    return mapped
