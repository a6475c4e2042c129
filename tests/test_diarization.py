import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from pyannote.core import Segment as Span
from pyannote.core import Timeline
from pyannote.metrics.diarization import DiarizationErrorRate

from voicemind.audio.files import read
from voicemind.audio.frame import SAMPLE_RATE, AudioFrame
from voicemind.backends.local_diarizer import OnnxLocalDiarizer
from voicemind.bench.memory import resident_mb
from voicemind.diarization import diarize
from voicemind.errors import BackendError
from voicemind.speech.ports import Localize, Localized
from voicemind.timeline.annotation import Annotation
from voicemind.timeline.segment import Segment

SAMPLE = Path(__file__).parent.parent / "demo" / "planning4"
NAMES = ("Maya", "Tom", "Priya", "Victor")


def mix(start: float, end: float) -> list[AudioFrame]:
    """A part of the sample as one microphone would have it."""
    tracks = [np.concatenate([frame.samples for frame in read(SAMPLE / f"{name}.opus")]) for name in NAMES]
    sound = np.sum([track[round(start * SAMPLE_RATE) : round(end * SAMPLE_RATE)] for track in tracks], axis=0)
    return [AudioFrame(sound[i : i + 8000].astype(np.float32), i) for i in range(0, len(sound), 8000)]


@pytest.fixture(scope="module")
def local(model_folder: Callable[[str], Path]) -> OnnxLocalDiarizer:
    return OnnxLocalDiarizer(model_folder("segmentation-3.0"), model_folder("campplus"))


def test_the_people_of_a_real_mix(local: OnnxLocalDiarizer) -> None:
    turns = json.loads((SAMPLE / "transcript.json").read_text(encoding="utf-8"))["turns"]
    truth = Annotation()
    for turn in turns:
        truth.add(Segment(turn["start"], turn["end"]) & Segment(0, 90), turn["speaker"])

    found = diarize(mix(0, 90), local=local)

    assert len(found.labels()) == len(truth.labels()) == 4
    assert (
        DiarizationErrorRate(collar=0.25)(truth.to_pyannote(), found.to_pyannote(), uem=Timeline([Span(0, 90)])) < 0.12
    )


def test_the_number_of_people_can_be_given(local: OnnxLocalDiarizer) -> None:
    assert len(diarize(mix(0, 40), speakers=2, local=local).labels()) == 2


def test_a_model_that_fails_is_an_error() -> None:
    class Broken:
        def localize(self, requests: list[Localize]) -> list[Localized]:
            raise BackendError("no memory left")

    with pytest.raises(BackendError, match="no memory"):
        diarize([AudioFrame(np.zeros(20 * SAMPLE_RATE, np.float32), 0)], local=Broken())  # type: ignore[arg-type]


def test_one_speaker_is_one(local: OnnxLocalDiarizer) -> None:
    track = np.concatenate([frame.samples for frame in read(SAMPLE / "Maya.opus")])[: 40 * SAMPLE_RATE]
    assert diarize([AudioFrame(track, 0)], local=local).labels() == ["SPEAKER_00"]


def test_ten_speakers_are_about_ten(local: OnnxLocalDiarizer, data: Path) -> None:
    """Five readers, the four of the sample, and a president, some seconds each."""
    clip = data / "speech" / "clips" / "sim-libri-d5"
    read_out = np.concatenate([frame.samples for frame in read(clip.with_suffix(".flac"))])
    reference = Annotation.from_rttm(clip.with_suffix(".rttm").read_text())
    longest = [max(reference.segments(label), key=lambda s: s.duration) for label in reference.labels()]
    parts = [read_out[round(s.start * SAMPLE_RATE) : round(s.end * SAMPLE_RATE)] for s in longest]
    for path in [*(SAMPLE / f"{name}.opus" for name in NAMES), Path(__file__).parent / "data" / "jfk.flac"]:
        track = np.concatenate([frame.samples for frame in read(path)])
        parts.append(track[np.abs(track) > 0.003])
    assert len(parts) == 10
    sound = np.concatenate([part[: 6 * SAMPLE_RATE] for part in parts])

    assert 8 <= len(diarize([AudioFrame(sound, 0)], local=local).labels()) <= 11


def test_nobody_and_nothing(local: OnnxLocalDiarizer) -> None:
    assert len(diarize([AudioFrame(np.zeros(20 * SAMPLE_RATE, np.float32), 0)], local=local)) == 0
    assert len(diarize([], local=local)) == 0
    noise = 0.01 * np.random.default_rng(0).standard_normal(20 * SAMPLE_RATE).astype(np.float32)
    assert len(diarize([AudioFrame(noise, 0)], local=local)) == 0


def test_music_is_nobody(local: OnnxLocalDiarizer) -> None:
    t = np.arange(20 * SAMPLE_RATE) / SAMPLE_RATE
    notes = 220 * 2 ** (np.random.default_rng(1).integers(0, 12, 80) / 12)
    pitch = np.repeat(notes, len(t) // 80)
    sound = 0.2 * sum(np.sin(2 * np.pi * k * np.cumsum(pitch) / SAMPLE_RATE) / k for k in (1, 2, 3))
    talk = diarize([AudioFrame(np.asarray(sound, np.float32), 0)], local=local).talk_time()
    assert sum(talk.values()) < 2.0


def test_three_seconds_are_enough(local: OnnxLocalDiarizer) -> None:
    found = diarize(mix(1.5, 4.5), local=local)
    assert found.labels() == ["SPEAKER_00"]
    assert 2.0 < sum(found.talk_time().values()) <= 3.0


@pytest.mark.soak
def test_two_hours_take_little_memory(local: OnnxLocalDiarizer) -> None:
    minute = mix(0, 120)
    length = minute[-1].end

    def long() -> Iterator[AudioFrame]:
        for i in range(60):
            for frame in minute:
                yield AudioFrame(frame.samples, i * length + frame.start)

    before = resident_mb()
    found = diarize(long(), local=local)
    assert len(found.labels()) == 4
    assert resident_mb() - before < 150
