"""The first pass over a recording that several people share: who speaks when."""

import queue
from collections.abc import Iterable
from pathlib import Path

from voicemind.audio.files import read
from voicemind.audio.frame import SAMPLE_RATE, AudioFrame
from voicemind.backends.loading import load_diarizer
from voicemind.config import Config
from voicemind.scheduler import Failed, Result, Scheduler
from voicemind.speech.diarizer import Diarizer
from voicemind.speech.ports import LocalDiarizer, Localize, Localized
from voicemind.timeline.annotation import Annotation

AHEAD = 16  # windows under way at once


def diarize(
    recording: str | Path | Iterable[AudioFrame],
    *,
    speakers: int | None = None,
    config: Config | None = None,
    local: LocalDiarizer | None = None,
) -> Annotation:
    """Return who speaks when in a recording, as SPEAKER_00 and so on; overlapping speech has all its speakers.

    Args:
        recording: A file, or its sound.
        speakers: How many people speak, None where that is to be estimated.
        config: Settings; the defaults without.
        local: The loaded models, to use them again; loaded from the model store without.

    Raises:
        InputError: The file cannot be used.
        ModelError: A model cannot be had.
        BackendError: A model failed.
    """
    return listen(recording, config=config, local=local).annotate(speakers)


def listen(
    recording: str | Path | Iterable[AudioFrame], *, config: Config | None = None, local: LocalDiarizer | None = None
) -> Diarizer:
    """Return a diarizer that has heard a recording, to be asked who speaks when; raises what ``diarize`` does."""
    config = config or Config()
    local = local or load_diarizer()
    frames = read(Path(recording)) if isinstance(recording, str | Path) else recording
    diarizer = Diarizer("recording")
    results: queue.SimpleQueue[Result | Failed] = queue.SimpleQueue()
    pending = 0

    def accept(most: int) -> None:
        nonlocal pending
        while pending > most:
            result = results.get()
            pending -= 1
            if isinstance(result, Failed):
                raise result.error
            if isinstance(result, Localized):
                diarizer.accept(result)

    with Scheduler({Localize: local.localize}, workers=config.workers) as scheduler:
        for frame in frames:
            for request in diarizer.feed(frame):
                scheduler.submit(request, request.start / SAMPLE_RATE, results.put)
                pending += 1
            accept(AHEAD)
        for request in diarizer.flush():
            scheduler.submit(request, request.start / SAMPLE_RATE, results.put)
            pending += 1
        accept(0)
    return diarizer
