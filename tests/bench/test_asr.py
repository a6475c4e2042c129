from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fakes import fake_models, track
from tests.test_recording import write
from voicemind.backends.loading import load
from voicemind.bench.asr import Options, measure
from voicemind.config import Config
from voicemind.errors import InputError

JFK = Path(__file__).parent.parent / "data" / "jfk.flac"


def test_without_a_clock_only_text_and_cpu_are_measured(tmp_path: Path) -> None:
    write(tmp_path / "a.wav", track(0.5, 1.0, 1.0))
    (tmp_path / "a.txt").write_text("word word")

    report = measure([tmp_path / "a.wav"], fake_models(), Options(clock="none"))

    assert "interim_p50" not in report.rows[0]
    assert report.rows[0]["cpu_per_audio_second"] > 0


def test_a_recording_without_transcript_has_no_word_error_rate_without_a_clock(tmp_path: Path) -> None:
    write(tmp_path / "a.wav", track(0.5, 1.0, 1.0))
    with pytest.raises(InputError, match=r"a\.txt"):
        measure([tmp_path / "a.wav"], fake_models(), Options(clock="none"))


def test_real_speech_on_the_virtual_clock(model_folder: Callable[[str], Path]) -> None:
    for name in ("tiny.en", "base", "silero", "minilm"):
        model_folder(name)
    models = load(Config(model="tiny.en", language="en", workers=1))

    [row] = measure([JFK], models, Options(clock="virtual")).rows

    assert row["wer"] <= 0.1
    assert row["streams_ok"] == 1
    assert row["rung"] == 0
    assert 0.3 < row["final_p50"] < 2.0
    assert 0.0 < row["interim_p50"] < row["interim_p95"] < 3.0
