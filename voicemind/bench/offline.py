"""``voicemind bench asr --fast``: word error rate and CPU of the transcription, finals only, as fast as can be."""

import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from voicemind.audio.files import read
from voicemind.backends.loading import Models
from voicemind.bench.report import Report, Row
from voicemind.bench.wording import normalised, word_errors
from voicemind.config import Config
from voicemind.errors import InputError
from voicemind.recording import replay

Recognise = Callable[[Path], str]

BEAM = 5  # of the offline peer: faster-whisper's default


def measure(
    clips: Sequence[tuple[str, Path]], models: Models, *, peers: Sequence[str] = (), config: Config | None = None
) -> Report:
    """Transcribe recordings, given by name and file; beside each stands its transcript as .txt."""
    alone = replace(models, new_diarizer=None)  # who speaks is another bench's question, and costs as much again

    def ours(path: Path) -> str:
        minutes = replay(path, models=alone, config=config, analyzers=[])
        return " ".join(turn.text for turn in minutes.transcript)

    rows = [_row(clip, ours, models.asr.name) for clip in clips]
    found = {peer: [_row(clip, _offline(models), peer) for clip in clips] for peer in peers}
    summary = _total(rows, models.asr.name)
    totals = {"ours": summary} | {peer: _total(found[peer], peer) for peer in peers}
    return Report("voicemind bench asr --fast", rows, totals)


def _row(clip: tuple[str, Path], recognise: Recognise, model: str) -> dict[str, Any]:
    name, path = clip
    seconds = sum(frame.seconds for frame in read(path))
    began = time.process_time()
    text = recognise(path)
    spent = time.process_time() - began
    reference = normalised(_transcript(path))
    errors = word_errors(reference, normalised(text))
    return {
        "id": name,
        "model": model,
        "streams": 1,
        "wer": errors / max(1, len(reference.split())),
        "cpu_per_audio_second": spent / seconds,
        "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "seconds": seconds,
        "words": len(reference.split()),
        "errors": errors,
    }


def _transcript(path: Path) -> str:
    try:
        return path.with_suffix(".txt").read_text(encoding="utf-8")
    except OSError as error:
        text = path.with_suffix(".txt")
        raise InputError(
            f"{text}: the transcript cannot be read ({error.strerror}); put it beside the recording"
        ) from None


def _total(rows: Sequence[Row], model: str) -> dict[str, Any]:
    """All clips as one row: macro and pooled word error rate, CPU over all sound."""
    seconds = sum(row["seconds"] for row in rows)
    words = sum(row["words"] for row in rows)
    errors = sum(row["errors"] for row in rows)
    return {
        "model": model,
        "streams": 1,
        "wer": float(np.mean([row["wer"] for row in rows])),
        "cpu_per_audio_second": sum(row["cpu_per_audio_second"] * row["seconds"] for row in rows) / seconds,
        "peak_rss_mb": max(row["peak_rss_mb"] for row in rows),
        "seconds": seconds,
        "words": words,
        "errors": errors,
        "wer_pooled": errors / max(1, words),
    }


def _offline(models: Models) -> Recognise:
    """faster-whisper as it comes: whole file, windows of 30 s, beam 5."""
    from faster_whisper import WhisperModel

    from voicemind.weights import ModelStore

    path = ModelStore().path(models.asr.name)
    model = WhisperModel(str(path), device="cpu", compute_type="int8", cpu_threads=1)

    def recognise(path: Path) -> str:
        samples = np.concatenate([frame.samples for frame in read(path)])
        segments, _ = model.transcribe(samples, beam_size=BEAM, language=models.language)
        return " ".join(segment.text for segment in segments)

    return recognise
