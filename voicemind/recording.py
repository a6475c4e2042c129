"""The shell round a recording: as fast as the machine allows, the same pipeline as live."""

import datetime
import math
import queue
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from voicemind.audio.files import probe, read
from voicemind.audio.frame import SAMPLE_RATE, AudioFrame
from voicemind.backends.loading import Models, load
from voicemind.config import Config
from voicemind.diarization import listen
from voicemind.errors import InputError
from voicemind.insight.analyzer import AnyAnalyzer
from voicemind.insight.ports import Embed
from voicemind.pipeline import Output, Pipeline
from voicemind.plugins import meeting_analyzers
from voicemind.revisit import found_again, heard_again, said
from voicemind.scheduler import Failed, Result, Scheduler
from voicemind.speech.diarizer import Diarizer
from voicemind.speech.ports import Decode, Localize
from voicemind.speech.turns import Voices
from voicemind.timeline.agenda import AgendaItem
from voicemind.timeline.amendment import amended
from voicemind.timeline.corrections import Correction
from voicemind.timeline.event import Agenda, Participant
from voicemind.timeline.minutes import Minutes
from voicemind.voiceprints import VoiceprintStore, recognise

MIXED = "SPEAKER_00"
"""Label of the one speaker of a recording that is not diarized, as pyannote names the first."""

SHARE = 0.3  # of the work that is telling speakers apart

AHEAD = 64  # requests under way at once, so that a long recording does not wait in memory

Progress = Callable[[float, float | None], None]
"""Told how many seconds are done, of how many; None where a file does not say its length."""


def replay(
    recording: str | Path | Sequence[str | Path] = (),
    *,
    tracks: Mapping[str, str | Path] | None = None,
    agenda: Sequence[AgendaItem] = (),
    title: str = "",
    date: datetime.date | None = None,
    config: Config | None = None,
    models: Models | None = None,
    analyzers: Sequence[AnyAnalyzer] | None = None,
    corrections: Sequence[Correction] = (),
    progress: Progress | None = None,
    limit: float | None = None,
) -> Minutes:
    """Return the minutes of a recording.

    Who speaks in one that people share is found out first, by its voices, unless the settings say not to.

    Args:
        recording: A file, or the parts of one recording in their order.
        tracks: Instead of a recording: name of a participant -> the file of their own track.
        agenda: What was planned.
        title: Title of the minutes.
        date: Day of the meeting, which "tomorrow" in it refers to.
        config: Settings; the defaults without.
        models: Loaded models, to use them again; loaded from the model store without.
        analyzers: What looks at the meeting instead of the standard analyzers.
        corrections: What people said is right of minutes that were made of this recording before.
        progress: Called as the work advances.
        limit: Seconds after which the rest is left out.

    Raises:
        InputError: Nothing usable was given (AudioError for a file, CorrectionError for a correction,
            VoiceprintError for a damaged voiceprint).
        ModelError: A model cannot be had.
        BackendError: A model failed.
    """
    parts = [recording] if isinstance(recording, str | Path) else list(recording)
    sources = _sources([Path(part) for part in parts], tracks or {})
    config = config or Config()
    if models is None:
        models = load(config)
    minutes = Minutes(title, date, models.asr.name)
    pipeline = Pipeline(
        meeting_analyzers(date, config) if analyzers is None else analyzers,
        models.new_vad,
        replace(config.speech, interim_interval=None),
        language=models.language,
        embeds=models.embedder is not None,
    )
    known = VoiceprintStore(Path(config.voiceprints)).all() if config.voiceprints else []
    diarizer, progress = _listen(sources, config, models, progress or _silent, limit)
    voices = None
    if diarizer and (annotation := diarizer.annotate(config.speakers)):
        annotation, figures = recognise(annotation, diarizer.answers, known)
        voices = Voices(MIXED, annotation)
        for figure in figures:
            minutes.add(figure)
    with _Run(pipeline, minutes, models, config.workers) as run:
        if agenda:
            run.take(pipeline.tell(Agenda(0.0, tuple(agenda))))
        _play(sources, voices, run, pipeline, progress, limit)
    if not corrections:
        return minutes
    items = said(corrections, minutes)
    if voices and diarizer:
        minutes = heard_again(minutes, items, diarizer, MIXED, config.speakers)
    minutes = amended(minutes, items)
    return found_again(minutes, meeting_analyzers(date, config), models) if analyzers is None else minutes


class _Run:
    """Takes what the pipeline gives out: requests to the scheduler, the rest to the minutes."""

    def __init__(self, pipeline: Pipeline, minutes: Minutes, models: Models, workers: int) -> None:
        self._pipeline = pipeline
        self._models = models
        self._minutes = minutes
        self._results: queue.SimpleQueue[Result | Failed] = queue.SimpleQueue()
        self._stack = ExitStack()
        self._scheduler = Scheduler(models.handlers(), workers=workers)
        self.pending = 0

    def __enter__(self) -> "_Run":
        self._stack.enter_context(self._scheduler)
        return self

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None:
        if kind is not None and not issubclass(kind, Exception):
            self._models.close()  # who interrupts waits for no service
        self._stack.close()

    def take(self, outputs: Sequence[Output]) -> None:
        for output in outputs:
            if isinstance(output, Decode | Embed | Localize):
                self._scheduler.submit(output, output.deadline, self._results.put)
                self.pending += 1
            else:
                self._minutes.add(output)

    def wait(self, most: int) -> None:
        """Accept results until at most ``most`` requests are under way."""
        while self.pending > most:
            result = self._results.get()
            self.pending -= 1
            if isinstance(result, Failed):
                raise result.error
            self.take(self._pipeline.accept(result))


def _silent(done: float, total: float | None) -> None:
    """Show no progress."""


def _listen(
    sources: Mapping[str, list[Path]], config: Config, models: Models, progress: Progress, limit: float | None
) -> tuple[Diarizer | None, Progress]:
    """What has heard the voices of a recording that people share, and the progress of what is left to do.

    None for tracks of their own, or where nobody wants to know.
    """
    total = _duration(sources)
    if MIXED not in sources or config.diarizer == "none" or config.speakers == 1 or models.new_diarizer is None:
        return None, progress

    def listened() -> Iterator[AudioFrame]:
        for frame in _frames(sources[MIXED], limit):
            yield frame
            progress(SHARE * frame.end / SAMPLE_RATE, total)

    diarizer = listen(listened(), config=config, local=models.new_diarizer())

    def rest(done: float, of: float | None) -> None:
        progress(done if of is None else SHARE * of + (1 - SHARE) * done, of)

    return diarizer, rest


def _play(
    sources: Mapping[str, list[Path]],
    voices: Voices | None,
    run: _Run,
    pipeline: Pipeline,
    progress: Progress,
    limit: float | None,
) -> None:
    """Feed all tracks side by side in time, and end the meeting."""
    total = _duration(sources)
    playing = {}
    for track, paths in sources.items():
        run.take(pipeline.add_track(track, Participant(track, track), voices=voices))
        playing[track] = _frames(paths, limit)
    heard = dict.fromkeys(playing, 0)
    while playing:
        track = min(playing, key=lambda name: (heard[name], name))
        frame = next(playing[track], None)
        if frame is None:
            del playing[track]
            run.take(pipeline.end_track(track))
            continue
        heard[track] = frame.end
        run.take(pipeline.feed(track, frame))
        run.wait(AHEAD)
        progress(min(heard[name] for name in playing) / SAMPLE_RATE, total)
    run.wait(0)
    run.take(pipeline.flush())
    run.wait(0)


def _sources(parts: list[Path], tracks: Mapping[str, str | Path]) -> dict[str, list[Path]]:
    if parts and tracks:
        raise InputError("give a recording or separate tracks, not both")
    if not parts and not tracks:
        raise InputError("nothing to replay: give a recording, or tracks as NAME=FILE")
    if parts:
        return {MIXED: parts}
    return {name: [Path(path)] for name, path in tracks.items()}


def _duration(sources: Mapping[str, list[Path]]) -> float | None:
    """Length of the longest track, in seconds; checks every file before the work begins."""
    lengths = [[probe(path).duration for path in paths] for paths in sources.values()]
    if any(length is None for parts in lengths for length in parts):
        return None
    return max(math.fsum(length or 0.0 for length in parts) for parts in lengths)


def _frames(paths: list[Path], limit: float | None = None) -> Iterator[AudioFrame]:
    """Read the parts of a recording one after the other, on one clock, up to ``limit`` seconds."""
    last = math.inf if limit is None else limit * SAMPLE_RATE
    offset = 0
    for path in paths:
        end = offset
        for frame in read(path):
            end = offset + frame.end
            if end > last:
                return
            yield replace(frame, start=offset + frame.start)
        offset = end
