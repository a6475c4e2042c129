"""``voicemind bench noise``: the words that a recogniser puts to sounds in which nobody speaks."""

import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voicemind.audio.files import read
from voicemind.audio.frame import SAMPLE_RATE, AudioFrame, Samples
from voicemind.backends.loading import Models
from voicemind.bench.report import Report
from voicemind.config import Config
from voicemind.errors import AudioError, InputError
from voicemind.pipeline import Pipeline
from voicemind.speech.guard import spoken_words
from voicemind.speech.ports import Decode
from voicemind.timeline.event import Participant
from voicemind.timeline.transcript import Interim, Turn

SECONDS = 60.0  # of each kind, and of a recording at most

_TRACK = "noise"
_CHORDS = ((220.0, 277.2, 329.6), (196.0, 246.9, 293.7), (174.6, 220.0, 261.6), (261.6, 329.6, 392.0))


def measure(models: Models, folder: Path | None = None, config: Config | None = None) -> Report:
    """Transcribe live what is made here, and the recordings in a folder, all without speech.

    ``invented`` are words of finals, ``shown`` of the longest interim of each utterance. Raises
    InputError for a folder without a recording.
    """
    sounds = synthetic(SECONDS)
    if folder is not None:
        sounds |= _recordings(folder)
    rows = [_row(name, samples, models, config or Config()) for name, samples in sounds.items()]
    keys = ("seconds", "decoded", "invented", "shown", "cpu_seconds")
    total: dict[str, Any] = {"text": ""} | {key: sum(row[key] for row in rows) for key in keys}
    return Report(f"voicemind bench noise, {models.asr.name}", rows, {"all": total})


def synthetic(seconds: float) -> dict[str, Samples]:
    """Make silence, hiss, rumble, hum, clicks, chords and breath; the same in every run."""
    generator = np.random.default_rng(5)
    size = round(seconds * SAMPLE_RATE)
    time = np.arange(size) / SAMPLE_RATE
    white = generator.standard_normal(size)
    hum = sum(np.sin(2 * np.pi * 50 * k * time) / k for k in range(1, 9))
    return {
        "silence": np.zeros(size, np.float32),
        "white noise": _at(white, 0.05),
        "pink noise": _at(_coloured(white, lambda f: 1 / np.sqrt(f)), 0.05),
        "mains hum": _at(np.asarray(hum), 0.1),
        "clicks": _at(_clicks(size, generator), 0.02),
        "chords": _at(_chords(time), 0.1),
        "breath": _at(_breath(white, time), 0.03),
    }


def _row(name: str, samples: Samples, models: Models, config: Config) -> dict[str, Any]:
    began = _cpu()
    texts: list[str] = []
    shown: dict[float, int] = {}
    decoded = 0
    for item in _transcribed(samples, models, config):
        if isinstance(item, Turn):
            texts.append(item.text)
        elif isinstance(item, Interim):
            words = len(spoken_words(f"{item.agreed} {item.tentative}"))
            shown[item.segment.start] = max(words, shown.get(item.segment.start, 0))
        else:
            decoded += item.final
    return {
        "id": name,
        "seconds": len(samples) / SAMPLE_RATE,
        "decoded": decoded,
        "invented": sum(len(spoken_words(text)) for text in texts),
        "shown": sum(shown.values()),
        "cpu_seconds": _cpu() - began,
        "text": " / ".join(texts)[:60],
    }


def _transcribed(samples: Samples, models: Models, config: Config) -> Iterator[Decode | Turn | Interim]:
    """Feed a tenth of a second at a time, answer each request at once, and give out both."""
    pipeline = Pipeline([], models.new_vad, config.speech, language=models.language)
    waiting: list[Any] = list(pipeline.add_track(_TRACK, Participant(_TRACK, "")))
    step = SAMPLE_RATE // 10
    for start in range(0, len(samples) + step, step):
        if start < len(samples):
            waiting += pipeline.feed(_TRACK, AudioFrame(samples[start : start + step], start))
        else:
            waiting += pipeline.end_track(_TRACK)
        while waiting:
            item = waiting.pop(0)
            if isinstance(item, Decode):
                waiting += pipeline.accept(models.asr.transcribe([item])[0])
            if isinstance(item, Decode | Turn | Interim):
                yield item


def _recordings(folder: Path) -> Mapping[str, Samples]:
    found: dict[str, Samples] = {}
    most = round(SECONDS * SAMPLE_RATE)
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        try:
            samples = np.concatenate([frame.samples for frame in read(path)])
        except AudioError:
            continue  # a licence, a list
        found[path.name] = samples[:most]
    if not found:
        raise InputError(f"{folder}: holds no recordings; give a folder of sounds in which nobody speaks")
    return found


def _at(sound: NDArray[np.float64], level: float) -> Samples:
    """Return a sound with a root mean square of ``level``."""
    samples: Samples = np.clip(sound * level / np.sqrt(np.mean(sound**2)), -1, 1).astype(np.float32)
    return samples


def _coloured(white: NDArray[np.float64], shape: Any) -> NDArray[np.float64]:
    spectrum = np.fft.rfft(white)
    frequencies = np.fft.rfftfreq(len(white), 1 / SAMPLE_RATE)
    spectrum[1:] *= shape(frequencies[1:])
    spectrum[0] = 0
    return np.fft.irfft(spectrum, len(white))


def _clicks(size: int, generator: np.random.Generator) -> NDArray[np.float64]:
    """Make keys of a keyboard: short bursts that ring, a few a second, in runs."""
    sound = np.zeros(size + SAMPLE_RATE)
    span = np.arange(800) / SAMPLE_RATE
    at = 0
    while at < size:
        ring = np.exp(-span * 120) * np.sin(2 * np.pi * generator.uniform(1500, 4500) * span)
        sound[at : at + 800] += generator.uniform(0.3, 1.0) * (
            ring + np.exp(-span * 400) * generator.standard_normal(800)
        )
        at += round(
            SAMPLE_RATE * (generator.uniform(1.0, 3.0) if generator.random() < 0.1 else generator.uniform(0.08, 0.3))
        )
    return sound[:size]


def _chords(time: NDArray[np.float64]) -> NDArray[np.float64]:
    """Make plucked chords with a melody above them, two a second."""
    beat = (time * 2).astype(int)
    within = time * 2 - beat
    sound = np.zeros_like(time)
    for number, chord in enumerate(_CHORDS):
        tones = [*chord, chord[number % 3] * 2]
        tone = sum(np.sin(2 * np.pi * f * k * time) / k**2 for f in tones for k in (1, 2, 3, 4))
        sound += np.where(beat // 2 % len(_CHORDS) == number, tone * np.exp(-2 * within), 0)
    return sound


def _breath(white: NDArray[np.float64], time: NDArray[np.float64]) -> NDArray[np.float64]:
    """Make somebody breathe into the microphone, fifteen times a minute."""
    air = _coloured(white, lambda f: np.exp(-(((np.log(f) - np.log(900)) / 0.8) ** 2)))
    phase = time % 4.0
    return air * (np.sin(np.pi * np.clip(phase / 1.2, 0, 1)) + 0.7 * np.sin(np.pi * np.clip((phase - 1.6) / 1.4, 0, 1)))


def _cpu() -> float:
    return time.process_time()
