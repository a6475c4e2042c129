from pathlib import Path

import pytest

from tests.fakes import ScriptedAsr, fake_models, track
from tests.test_recording import write
from voicemind.bench.clips import find_clips
from voicemind.bench.offline import measure
from voicemind.errors import InputError

COLUMNS = "id\tfile\tkind\tlang\thas_transcript\n"


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    for name, said in {"a": "Good morning everyone.", "b": "Twenty nine dollars"}.items():
        write(tmp_path / f"{name}.wav", track(0.5, 1.0, 1.0))
        (tmp_path / f"{name}.txt").write_text(said)
    rows = ["a\ta.wav\tread\ten\tyes", "b\tb.wav\tspeech\ten\tyes", "c\tc.wav\tread\tde\tyes", "d\td.wav\tread\ten\tno"]
    path = tmp_path / "MANIFEST.tsv"
    path.write_text(COLUMNS + "\n".join(rows) + "\n")
    return path


def test_clips_of_the_language_are_measured_on_normalised_text(manifest: Path) -> None:
    models = fake_models(ScriptedAsr({("SPEAKER_00", 0): "good morning $29"}))

    report = measure(find_clips([manifest], "en"), models)

    first, second = report.rows
    assert (first["id"], first["words"], first["errors"]) == ("a", 3, 1)  # everyone -> $29
    assert (second["id"], second["words"], second["errors"]) == ("b", 1, 2)  # "twenty nine dollars" is one word: $29
    assert report.peers["ours"]["wer"] == pytest.approx((1 / 3 + 2) / 2)
    assert report.peers["ours"]["wer_pooled"] == pytest.approx(3 / 4)
    assert first["cpu_per_audio_second"] > 0


def test_kinds_choose_clips(manifest: Path) -> None:
    assert [name for name, _ in find_clips([manifest], "en", ["speech"])] == ["b"]


def test_nothing_to_measure_is_bad_input(manifest: Path) -> None:
    with pytest.raises(InputError, match="no clip"):
        find_clips([manifest], "en", ["song"])


def test_a_manifest_that_is_none_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        find_clips([tmp_path / "nowhere.tsv"], "en")
    (tmp_path / "m.tsv").write_text("hello\nworld\n")
    with pytest.raises(InputError, match="no column"):
        find_clips([tmp_path / "m.tsv"], "en")
