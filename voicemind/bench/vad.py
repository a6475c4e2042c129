"""``voicemind bench vad``: what voice detection misses and invents, clean and in noise, first words apart.

Miss and false alarm are shares of the frames of 10 ms that the references call speech and silence
(as in the NIST evaluations, without a collar); pauses shorter than those that close a stretch of
voice belong to it. A first word follows half a second of silence; a word is lost when the
recogniser is given less than half of it.
"""

import csv
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voicemind.audio.files import read
from voicemind.audio.frame import SAMPLE_RATE, AudioFrame, Samples
from voicemind.bench.report import Report
from voicemind.config import SpeechConfig
from voicemind.errors import InputError
from voicemind.speech.ports import Vad
from voicemind.speech.utterance import Utterance, UtteranceBuilder, Voiced
from voicemind.speech.vad import VoiceActivity

FRAME = 160  # samples in which misses and false alarms are counted
SILENCE = 0.5  # seconds before a first word in which nobody speaks
VOICES = 8  # that make babble
LEVELS = (20, 10, 5)  # decibels that speech lies over the noise

Spans = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """A recording and its ``words`` as (start, end) in seconds, in order."""

    name: str
    samples: Samples
    words: Spans


@dataclass(frozen=True, slots=True)
class _Score:
    """Frames of speech and silence, how many of each were taken for the other, and words lost."""

    speech: int
    missed: int
    silence: int
    alarmed: int
    words: int
    lost: int
    first: int
    first_lost: int


def measure(
    manifest: Path, new_vad: Callable[[], Vad], config: SpeechConfig | None = None, *, kind: str = "ami-meeting"
) -> Report:
    """Measure on the manifest's clips of a kind whose .json beside them has the times of words.

    Noise is the manifest's clip of kind ``vad-noise`` and babble of its clips with one speaker.
    Raises InputError when there are none of these.
    """
    config = replace(config or SpeechConfig(), interim_interval=None)
    table = _table(manifest)
    clips = [_clip(manifest.parent / row["file"], row["id"]) for row in table if row["kind"] == kind]
    office = [_samples(manifest.parent / row["file"]) for row in table if row["kind"] == "vad-noise"]
    single = [_samples(manifest.parent / row["file"]) for row in table if row["n_speakers"] == "1"]
    if not clips or not office or not single:
        raise InputError(f"{manifest}: needs clips of the kinds {kind} and vad-noise, and some with one speaker")
    rows = [_row("clean", clips, new_vad, config)]
    for name, noise in {"office": office[0], "babble": babble(single)}.items():
        for level in LEVELS:
            noisy = [replace(clip, samples=mixed(clip, noise, level)) for clip in clips]
            rows.append(_row(f"{name} {level} dB", noisy, new_vad, config))
    return Report(f"voicemind bench vad {manifest.name}", rows)


def babble(voices: Sequence[Samples], seconds: float = 60.0) -> Samples:
    """Mix as many voices as there are, up to eight, at the same level: nobody can be understood."""
    size = round(seconds * SAMPLE_RATE)
    total = np.zeros(size, np.float32)
    for voice in voices[:VOICES]:
        total += np.resize(voice / (float(np.sqrt(np.mean(voice**2))) or 1.0), size)
    return total


def mixed(clip: Clip, noise: Samples, level: float) -> Samples:
    """Add noise, so that the words lie ``level`` decibels over it."""
    speech = np.concatenate([clip.samples[round(a * SAMPLE_RATE) : round(b * SAMPLE_RATE)] for a, b in clip.words])
    gain = np.sqrt(np.mean(speech**2) / np.mean(noise**2)) * 10 ** (-level / 20)
    added: Samples = np.clip(clip.samples + gain * np.resize(noise, len(clip.samples)), -1, 1).astype(np.float32)
    return added


def _row(name: str, clips: Sequence[Clip], new_vad: Callable[[], Vad], config: SpeechConfig) -> dict[str, Any]:
    began = time.process_time()
    heard = [_listen(clip.samples, new_vad(), config) for clip in clips]
    spent = time.process_time() - began
    scores = [_score(clip, *spans, config.pause) for clip, spans in zip(clips, heard, strict=True)]

    def total(key: str) -> int:
        return sum(getattr(score, key) for score in scores)

    return {
        "id": name,
        "miss": total("missed") / max(1, total("speech")),
        "false_alarm": total("alarmed") / max(1, total("silence")),
        "words": total("words"),
        "words_lost": total("lost") / max(1, total("words")),
        "first_words": total("first"),
        "first_words_lost": total("first_lost") / max(1, total("first")),
        "utterances": sum(len(utterances) for _, utterances in heard),
        "cpu_per_audio_second": spent * SAMPLE_RATE / sum(len(clip.samples) for clip in clips),
    }


def _listen(samples: Samples, vad: Vad, config: SpeechConfig) -> tuple[Spans, Spans]:
    """Return the stretches of voice, and what of the sound the recogniser is given, in seconds."""
    activity, builder = VoiceActivity(vad, config), UtteranceBuilder(config)
    windows = [*activity.feed(AudioFrame(samples, 0)), *activity.flush()]
    found = [item for window in windows for item in builder.feed(window)] + builder.flush()
    voiced = [(v.start / SAMPLE_RATE, v.end / SAMPLE_RATE) for v in found if isinstance(v, Voiced)]
    given = [
        (u.start / SAMPLE_RATE, (u.start + len(u.samples)) / SAMPLE_RATE) for u in found if isinstance(u, Utterance)
    ]
    return voiced, given


def _score(clip: Clip, voiced: Spans, given: Spans, pause: float) -> _Score:
    size = -(-len(clip.samples) // FRAME)
    speech = _mask(_joined(clip.words, pause), size)
    heard, kept = _mask(voiced, size), _mask(given, size)
    words = [(round(a * SAMPLE_RATE / FRAME), round(b * SAMPLE_RATE / FRAME)) for a, b in clip.words]
    lost = [b > a and float(np.mean(kept[a:b])) < 0.5 for a, b in words]
    last = np.maximum.accumulate([b for _, b in clip.words])
    first = [i == 0 or start - last[i - 1] >= SILENCE for i, (start, _) in enumerate(clip.words)]
    return _Score(
        speech=int(speech.sum()),
        missed=int((speech & ~heard).sum()),
        silence=int((~speech).sum()),
        alarmed=int((~speech & heard).sum()),
        words=len(words),
        lost=sum(lost),
        first=sum(first),
        first_lost=sum(gone and at_start for gone, at_start in zip(lost, first, strict=True)),
    )


def _mask(spans: Spans, size: int) -> NDArray[np.bool_]:
    mask = np.zeros(size, bool)
    for start, end in spans:
        mask[round(start * SAMPLE_RATE / FRAME) : round(end * SAMPLE_RATE / FRAME)] = True
    return mask


def _joined(words: Spans, pause: float) -> Spans:
    """Join words with less than a pause between them."""
    joined: list[tuple[float, float]] = []
    for start, end in words:
        if joined and start - joined[-1][1] < pause:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((start, end))
    return joined


def _table(manifest: Path) -> list[dict[str, str]]:
    try:
        with manifest.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t"))
    except OSError as error:
        raise InputError(f"{manifest}: the manifest cannot be read ({error.strerror})") from error
    missing = {"id", "file", "kind", "n_speakers"} - set(rows[0] if rows else ())
    if missing:
        raise InputError(
            f"{manifest}: the manifest has no column {', '.join(sorted(missing))}; is it a table with tabs?"
        )
    return rows


def _clip(path: Path, name: str) -> Clip:
    try:
        turns = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["turns"]
        words = sorted((float(start), float(end)) for turn in turns for start, end, _ in turn["words"])
    except OSError as error:
        raise InputError(f"{path}: the times of its words cannot be read ({error.strerror})") from error
    except (ValueError, KeyError) as error:
        raise InputError(f"{path.with_suffix('.json')}: holds no turns with words and their times ({error})") from error
    return Clip(name, _samples(path), words)


def _samples(path: Path) -> Samples:
    return np.concatenate([frame.samples for frame in read(path)])
