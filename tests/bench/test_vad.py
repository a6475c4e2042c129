import json
from pathlib import Path

import numpy as np
import pytest

from tests.fakes import EnergyVad, silence, track
from tests.test_recording import write
from voicemind.audio.frame import SAMPLE_RATE
from voicemind.bench.vad import Clip, babble, measure, mixed
from voicemind.errors import InputError

COLUMNS = "id\tfile\tkind\tn_speakers\n"


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    write(tmp_path / "talk.wav", track(1.0, 1.0, 2.0, 1.0, 1.0))
    words = [[1.0, 2.0, "one"], [4.0, 5.0, "two"], [5.2, 5.8, "never"]]  # the last is not in the sound
    (tmp_path / "talk.json").write_text(json.dumps({"turns": [{"words": words}]}))
    write(tmp_path / "noise.wav", 0.001 * np.random.default_rng(0).standard_normal(SAMPLE_RATE).astype(np.float32))
    rows = ["talk\ttalk.wav\tami-meeting\t4", "n\tnoise.wav\tvad-noise\t0", "t\ttalk.wav\tread\t1"]
    path = tmp_path / "MANIFEST.tsv"
    path.write_text(COLUMNS + "\n".join(rows) + "\n")
    return path


def test_misses_false_alarms_and_lost_words_are_counted(manifest: Path) -> None:
    rows = measure(manifest, EnergyVad).rows

    clean = rows[0]
    assert [row["id"] for row in rows][:2] == ["clean", "office 20 dB"]
    assert len(rows) == 7
    assert (clean["words"], clean["first_words"]) == (3, 2)
    assert clean["words_lost"] == pytest.approx(1 / 3)
    assert clean["first_words_lost"] == 0
    assert clean["miss"] == pytest.approx(0.8 / 2.8, abs=0.05)  # 0.2 s of pause belong to the voice
    assert clean["false_alarm"] < 0.05


def test_a_detector_that_hears_nothing_loses_everything(manifest: Path) -> None:
    class Deaf(EnergyVad):
        def __call__(self, samples: object) -> float:
            return 0.0

    clean = measure(manifest, Deaf).rows[0]

    assert (clean["miss"], clean["words_lost"], clean["first_words_lost"], clean["false_alarm"]) == (1, 1, 1, 0)


def test_noise_is_as_far_below_the_words_as_asked() -> None:
    sound = np.concatenate([silence(1.0), np.full(SAMPLE_RATE, 0.1, np.float32)])
    noise = np.random.default_rng(0).standard_normal(SAMPLE_RATE).astype(np.float32)

    added = mixed(Clip("a", sound, [(1.0, 2.0)]), noise, 20) - sound

    assert np.sqrt(np.mean(added**2)) == pytest.approx(0.01, rel=0.05)


def test_babble_is_of_equal_voices() -> None:
    mix = babble([np.full(100, 0.5, np.float32), np.full(50, 0.001, np.float32)], seconds=1.0)

    assert len(mix) == SAMPLE_RATE
    assert mix[0] == pytest.approx(2.0)


def test_what_cannot_be_measured_is_bad_input(tmp_path: Path, manifest: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        measure(tmp_path / "nowhere.tsv", EnergyVad)
    with pytest.raises(InputError, match="needs clips"):
        measure(manifest, EnergyVad, kind="song")
    (tmp_path / "talk.json").write_text("{}")
    with pytest.raises(InputError, match="no turns"):
        measure(manifest, EnergyVad)
