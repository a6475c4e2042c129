"""Sound that waits longer than memory should hold it: kept in files until its turn comes."""

import logging
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


class Spill:
    """Moves the sound of the least urgent finals into a folder, as raw float32.

    The files have no name: each is gone with the request that needs it, or with the process. Where the
    disk takes nothing the sound stays in memory, and that is said once.
    """

    def __init__(self, folder: Path, in_memory: float = IN_MEMORY) -> None:
        """Keep up to ``in_memory`` seconds of waiting sound in memory, and the rest in ``folder``."""
        self._folder = folder
        self._in_memory = in_memory
        self._failed = False

    def relieve(self, queue: Queue) -> None:
        """Write out what waits beyond the bound."""
        if queue.audio <= self._in_memory or self._failed:
            return
        held = 0.0
        for job in queue.finals():
            held += job.seconds
            if held > self._in_memory and isinstance(job.request, Decode) and not _on_disk(job.request.samples):
                queue.replace(job, self._moved(job, job.request))

    def _moved(self, job: Job, request: Decode) -> Job:
        try:
            return replace(job, request=replace(request, samples=_written(request.samples, self._folder)))
        except OSError as error:
            self._failed = True
            logger.warning("%s: sound that waits cannot be written there (%s); it stays in memory", self._folder, error)
            return job


def _on_disk(samples: Samples) -> bool:
    return isinstance(samples, np.memmap)


def _written(samples: Samples, folder: Path) -> Samples:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder, prefix="waiting-", suffix=".f32") as file:
        samples.tofile(file)
        file.flush()
        mapped: Samples = np.memmap(file, np.float32, "r", shape=samples.shape)
    return mapped
