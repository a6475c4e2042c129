from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from voicemind.audio.files import read
from voicemind.audio.frame import SAMPLE_RATE
from voicemind.backends.local_diarizer import OnnxLocalDiarizer, filter_banks, stretched
from voicemind.errors import BackendError
from voicemind.speech.ports import Localize, Localized
from voicemind.speech.votes import WINDOW

SAMPLE = Path(__file__).parents[2] / "demo" / "planning4"


@pytest.fixture(scope="module")
def local(model_folder: Callable[[str], Path]) -> OnnxLocalDiarizer:
    return OnnxLocalDiarizer(model_folder("segmentation-3.0"), model_folder("campplus"))


def window(name: str, start: float, seconds: float = 10.0) -> np.ndarray:
    """What somebody of the sample says in some seconds, in a window of silence."""
    sound = np.concatenate([frame.samples for frame in read(SAMPLE / f"{name}.opus")])
    first = round(start * SAMPLE_RATE)
    found = np.zeros(WINDOW, np.float32)
    part = sound[first : first + round(seconds * SAMPLE_RATE)]
    found[: len(part)] = part
    return found


def ask(local: OnnxLocalDiarizer, samples: np.ndarray) -> Localized:
    [answer] = local.localize([Localize("mix", 0, samples, 10.0)])
    return answer


def voice(local: OnnxLocalDiarizer, name: str, start: float) -> np.ndarray:
    answer = ask(local, window(name, start))
    best = int(np.argmax(answer.seconds))
    vector = answer.vectors[best]
    assert vector is not None
    return vector


def test_nobody_speaks_in_silence(local: OnnxLocalDiarizer) -> None:
    answer = ask(local, np.zeros(WINDOW, np.float32))
    assert not answer.activity.any()
    assert answer.vectors == (None, None, None)


def test_one_speaks_when_they_speak(local: OnnxLocalDiarizer) -> None:
    answer = ask(local, window("Maya", 1.5, 5.0))
    spoken = np.asarray(answer.activity.any(axis=1))
    assert spoken[:290].mean() > 0.8
    assert not spoken[330:].any()
    assert sum(seconds > 1 for seconds in answer.seconds) == 1


def test_a_voice_is_more_like_itself_than_like_another(local: OnnxLocalDiarizer) -> None:
    maya, again, tom = voice(local, "Maya", 1.5), voice(local, "Maya", 5.0), voice(local, "Tom", 31.0)
    assert np.linalg.norm(maya) == pytest.approx(1, abs=1e-5)
    assert maya @ again > 0.7 > 0.4 > maya @ tom


def test_two_at_once_are_two(local: OnnxLocalDiarizer) -> None:
    answer = ask(local, window("Maya", 1.5) + window("Tom", 31.0))
    assert (answer.activity.sum(axis=1) == 2).mean() > 0.3


def test_of_what_is_new_only_who_speaks_in_it_has_a_vector(local: OnnxLocalDiarizer) -> None:
    sound = np.concatenate([window("Maya", 1.5, 5.0)[: 5 * SAMPLE_RATE], window("Tom", 31.0, 5.0)[: 5 * SAMPLE_RATE]])
    whole = ask(local, sound)
    [fresh] = local.localize([Localize("mix", 0, sound, 10.0, fresh=1.0)])
    assert np.array_equal(whole.activity, fresh.activity)
    spoke = whole.activity.any(axis=0)
    last = whole.activity[-59:].sum(axis=0) > 6
    assert spoke.sum() == 2 > last.sum() == 1
    assert [v is not None for v in fresh.vectors] == last.tolist()
    latest, of_all = (answer.vectors[int(last.argmax())] for answer in (fresh, whole))
    assert latest is not None
    assert of_all is not None
    assert latest @ of_all > 0.7


def test_filter_banks_are_a_frame_each_ten_milliseconds() -> None:
    assert filter_banks(np.zeros(WINDOW, np.float32)).shape == (998, 80)
    assert filter_banks(np.zeros(100, np.float32)).shape == (0, 80)


def test_a_mask_is_stretched() -> None:
    assert stretched(np.array([True, False]), 5).tolist() == [True, True, True, False, False]


def test_a_damaged_model_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"no model")
    with pytest.raises(BackendError, match=r"model\.onnx"):
        OnnxLocalDiarizer(tmp_path, tmp_path)
