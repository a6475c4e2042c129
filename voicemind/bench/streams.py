"""``voicemind bench asr``: latency, word error rate and CPU of live streams, at 1x or on a virtual clock."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from voicemind.audio.files import read
from voicemind.audio.frame import SAMPLE_RATE, AudioFrame, Samples
from voicemind.backends.loading import Models
from voicemind.bench.report import Row
from voicemind.bench.run import StreamingRun, chunks
from voicemind.bench.streaming import Latencies, StreamLog, TimedWord, flicker, latencies
from voicemind.bench.word_clock import word_clock
from voicemind.bench.wording import normalised, word_errors
from voicemind.config import Config

Runner = Callable[[Sequence[AudioFrame], Models, int, Config], StreamingRun]


@dataclass(frozen=True, slots=True)
class Clip:
    """A recording, with its reference text where there is one."""

    id: str
    samples: Samples
    reference: str | None


def load_clip(name: str, path: Path, seconds: float | None = None) -> Clip:
    """Read a recording, the first ``seconds`` of it; its transcript stands beside it as .txt.

    A part has no transcript. Raises AudioError for a file that is no sound.
    """
    samples = np.concatenate([frame.samples for frame in read(path)])
    text = path.with_suffix(".txt")
    reference = text.read_text(encoding="utf-8") if text.exists() else None
    if seconds is not None and seconds * SAMPLE_RATE < len(samples):
        return Clip(name, samples[: round(seconds * SAMPLE_RATE)], None)
    return Clip(name, samples, reference)


def measure_streams(
    clips: Sequence[Clip],
    models: Models,
    run: Runner,
    streams: int,
    *,
    repeat: float = 0.0,
    config: Config | None = None,
) -> list[dict[str, Any]]:
    """Play each clip as ``streams`` live streams, over and over until ``repeat`` seconds; return a row a clip."""
    return [_row(clip, models, run, streams, repeat, config or Config()) for clip in clips]


def peer_row(clip: Clip, models: Models, name: str, run: StreamingRun) -> dict[str, Any]:
    """Return the row of a peer that heard a clip once."""
    return figures(clip, name, run, word_clock(clip.samples, clip.reference, models.language))


def ratios(peer: Row, ours: Row) -> dict[str, Any]:
    """Return by how many times a peer's figures are ours, where there is something to divide."""
    both = ((key, value, ours.get(key)) for key, value in peer.items())
    return {
        key: theirs / own
        for key, theirs, own in both
        if isinstance(theirs, float) and isinstance(own, float) and own > 0
    }


def _row(clip: Clip, models: Models, run: Runner, streams: int, repeat: float, config: Config) -> dict[str, Any]:
    frames = chunks(clip.samples, repeat)
    found = run(frames, models, streams, config)
    words = word_clock(clip.samples, clip.reference, models.language)
    length = chunks(clip.samples)[-1].end / SAMPLE_RATE
    times = [replace(w, start=w.start + at, end=w.end + at) for at in _plays(frames, length) for w in words]
    return figures(clip, models.asr.name, found, times)


def _plays(frames: Sequence[AudioFrame], length: float) -> list[float]:
    """Seconds at which the clip begins, again and again."""
    return [number * length for number in range(round(frames[-1].end / SAMPLE_RATE / length))]


def figures(clip: Clip, model: str, run: StreamingRun, words: Sequence[TimedWord]) -> dict[str, Any]:
    """Return the row of a run: of ours, or of a peer's that was logged alike."""
    each = [latencies(log, words) for log in run.logs]
    row: dict[str, Any] = {"id": clip.id, "model": model, "streams": len(run.logs), "wer": _wer(clip, run.logs, words)}
    row |= {
        "cpu_per_audio_second": run.cpu_seconds / run.audio_seconds,
        "cpu_per_speech_second": run.cpu_seconds / run.speech_seconds if run.speech_seconds else None,
    }
    row |= _together(each).row()
    flickers = [value for log in run.logs if (value := flicker(log)) is not None]
    return row | {
        "flicker": float(np.mean(flickers)) if flickers else None,
        "peak_rss_mb": run.peak_rss_mb,
        "rss_slope_mb_per_hour": run.rss_slope_mb_per_hour,
        "streams_ok": sum(latency.keeps_up() for latency in each),
        "lag": run.lag,
        "rung": run.rung,
        "missed": sum(latency.missed for latency in each),
    }


def _together(each: Sequence[Latencies]) -> Latencies:
    total = Latencies(gap=max((latency.gap for latency in each), default=0.0))
    for latency in each:
        total.shown += latency.shown
        total.settled += latency.settled
        total.ends += latency.ends
        total.finals += latency.finals
    return total


def _wer(clip: Clip, logs: Sequence[StreamLog], words: Sequence[TimedWord]) -> float | None:
    """Mean over the streams, against the transcript, as often as it was played; None without one."""
    if clip.reference is None:
        return None
    reference = " ".join(word.text for word in words)
    errors = [word_errors(reference, normalised(log.text)) for log in logs]
    return float(np.mean(errors)) / max(1, len(words))
