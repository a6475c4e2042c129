from pathlib import Path

import pytest

from tests.fakes import ScriptedAsr, fake_models, track
from tests.test_recording import write
from voicemind.bench.offline import measure


def test_clips_are_measured_on_normalised_text(tmp_path: Path) -> None:
    for name, said in {"a": "Good morning everyone.", "b": "Twenty nine dollars"}.items():
        write(tmp_path / f"{name}.wav", track(0.5, 1.0, 1.0))
        (tmp_path / f"{name}.txt").write_text(said)
    models = fake_models(ScriptedAsr({("SPEAKER_00", 0): "good morning $29"}))

    report = measure([(name, tmp_path / f"{name}.wav") for name in "ab"], models)

    first, second = report.rows
    assert (first["id"], first["words"], first["errors"]) == ("a", 3, 1)  # everyone -> $29
    assert (second["id"], second["words"], second["errors"]) == ("b", 1, 2)  # "twenty nine dollars" is one word: $29
    assert report.peers["ours"]["wer"] == pytest.approx((1 / 3 + 2) / 2)
    assert report.peers["ours"]["wer_pooled"] == pytest.approx(3 / 4)
    assert first["cpu_per_audio_second"] > 0
