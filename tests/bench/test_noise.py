"""What is made up over noise: counted by fakes, and little of it by the real models."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.fakes import ScriptedAsr, buzz, fake_models, silence
from tests.test_recording import write
from voicemind.audio.frame import SAMPLE_RATE
from voicemind.backends.loading import load
from voicemind.bench import noise
from voicemind.bench.noise import measure, synthetic
from voicemind.config import Config, SpeechConfig
from voicemind.errors import InputError

DATA = Path(__file__).parent.parent / "data"


def test_the_kinds_are_as_long_as_asked_and_the_same_each_time() -> None:
    once, again = synthetic(2.0), synthetic(2.0)

    assert len(once) == 7
    for name, samples in once.items():
        assert len(samples) == 2 * SAMPLE_RATE
        assert np.array_equal(samples, again[name])
        assert np.abs(samples).max() <= 1.0
        assert np.any(samples) == (name != "silence")


def test_words_of_turns_and_of_interims_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(noise, "SECONDS", 4.0)
    write(tmp_path / "talk.wav", np.concatenate([silence(0.5), buzz(2.0), silence(1.5)]))
    (tmp_path / "LICENCE").write_text("free")

    report = measure(fake_models(ScriptedAsr({("noise", 0): "thank you very much"})), tmp_path)

    talk = next(row for row in report.rows if row["id"] == "talk.wav")
    assert (talk["decoded"], talk["invented"], talk["text"]) == (1, 4, "thank you very much")
    assert 0 < talk["shown"] <= 4
    assert report.peers["all"]["invented"] >= 4


def test_words_to_expect_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(noise, "SECONDS", 4.0)
    write(tmp_path / "talk.wav", np.concatenate([silence(0.5), buzz(2.0), silence(1.5)]))
    asr = ScriptedAsr()

    measure(fake_models(asr), tmp_path, Config(speech=SpeechConfig(glossary=("Northgate",))))

    assert {request.hints for request in asr.requests if request.final} == {("Northgate",)}


def test_a_folder_without_sounds_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no recordings"):
        measure(fake_models(), tmp_path / "nowhere")


@pytest.mark.soak
@pytest.mark.parametrize(("model", "language"), [("tiny.en", "en"), ("base", "auto")])
def test_ten_minutes_of_noise_give_next_to_no_words(
    model_folder: Callable[[str], Path], tmp_path: Path, model: str, language: str
) -> None:
    for name in (model, "silero", "minilm"):
        model_folder(name)
    for path in [*DATA.glob("noise/*.ogg"), DATA / "noise-office.flac"]:
        (tmp_path / path.name).symlink_to(path)

    report = measure(load(Config(model=model, language=language)), tmp_path)

    assert report.peers["all"]["seconds"] > 600
    assert report.peers["all"]["invented"] <= 2
