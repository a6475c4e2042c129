from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from voicemind.audio.files import read
from voicemind.audio.frame import Samples
from voicemind.bench.word_clock import word_clock

JFK = Path(__file__).parent.parent / "data" / "jfk.flac"


@pytest.fixture
def samples(model_folder: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Samples:
    monkeypatch.setenv("VOICEMIND_MODELS", str(model_folder("base").parent))
    monkeypatch.setenv("VOICEMIND_CACHE", str(tmp_path))
    return np.concatenate([frame.samples for frame in read(JFK)])


def test_reference_words_have_the_times_of_the_recording(samples: Samples) -> None:
    reference = JFK.with_suffix(".txt").read_text()
    words = word_clock(samples, reference.replace("country", "county", 1), "en")

    assert [word.text for word in words][:6] == ["and", "so", "my", "fellow", "americans", "ask"]
    assert all(word.start <= word.end for word in words)
    assert [word.start for word in words] == sorted(word.start for word in words)
    assert 9.0 < words[-1].end < 11.1
    wrong = next(word for word in words if word.text == "county")  # not understood: it lies between its neighbours
    assert 5.0 < wrong.start < 7.5

    again = word_clock(samples, None, "en")
    assert "country" in [word.text for word in again]
