import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pyannote.core import Segment as Span
from pyannote.core import Timeline
from pyannote.metrics.diarization import DiarizationErrorRate

from voicemind.audio.files import read
from voicemind.audio.frame import SAMPLE_RATE, AudioFrame
from voicemind.backends.local_diarizer import OnnxLocalDiarizer
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
