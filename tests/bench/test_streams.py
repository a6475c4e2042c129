from pathlib import Path

import numpy as np
import pytest

from tests.fakes import ScriptedAsr, fake_models, track
from tests.test_recording import write
from voicemind.audio.frame import SAMPLE_RATE
from voicemind.bench import streams
from voicemind.bench.simulated import simulate
from voicemind.bench.streaming import TimedWord
from voicemind.bench.streams import load_clip, measure_streams

SOUND = track(0.5, 2.0, 1.0)
SAID = [TimedWord("good", 0.6, 1.2), TimedWord("morning", 1.4, 2.4)]


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "word_clock", lambda samples, reference, language: SAID)


def test_a_row_says_how_a_clip_was_transcribed(tmp_path: Path) -> None:
    write(tmp_path / "a.wav", SOUND)
    (tmp_path / "a.txt").write_text("Good morning.")
    models = fake_models(ScriptedAsr({("bench", 0): "good evening"}))

    [row] = measure_streams([load_clip("a", tmp_path / "a.wav")], models, simulate, 2)

    assert (row["id"], row["model"], row["streams"], row["streams_ok"]) == ("a", "scripted", 2, 2)
    assert row["wer"] == 0.5
    assert row["missed"] == 2  # "morning", on both
    assert 0.3 < row["final_p50"] < 0.9
    assert 0.0 < row["cpu_per_audio_second"] < row["cpu_per_speech_second"]
    assert row["flicker"] == 0.0
    assert row["gap"] < 1.5


def test_a_recording_that_is_played_again_is_heard_again(tmp_path: Path) -> None:
    write(tmp_path / "a.wav", SOUND)
    (tmp_path / "a.txt").write_text("Good morning.")
    models = fake_models(ScriptedAsr({("bench", number): "good morning" for number in range(2)}))

    [row] = measure_streams([load_clip("a", tmp_path / "a.wav")], models, simulate, 1, repeat=6.0)

    assert (row["wer"], row["missed"]) == (0.0, 0)


def test_a_part_of_a_recording_has_no_transcript(tmp_path: Path) -> None:
    write(tmp_path / "a.wav", SOUND)
    (tmp_path / "a.txt").write_text("Good morning.")

    clip = load_clip("a", tmp_path / "a.wav", seconds=1.0)

    assert clip.reference is None
    assert len(clip.samples) == SAMPLE_RATE
    assert load_clip("a", tmp_path / "a.wav", seconds=10.0).reference == "Good morning."
    np.testing.assert_allclose(clip.samples, SOUND[:SAMPLE_RATE], atol=1e-4)
