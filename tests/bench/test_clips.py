from pathlib import Path

import pytest

from voicemind.bench.clips import find_clips
from voicemind.errors import InputError

COLUMNS = "id\tfile\tkind\tlang\thas_transcript\n"


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    rows = ["a\ta.wav\tread\ten\tyes", "b\tb.wav\tspeech\ten\tyes", "c\tc.wav\tread\tde\tyes", "d\td.wav\tread\ten\tno"]
    path = tmp_path / "MANIFEST.tsv"
    path.write_text(COLUMNS + "\n".join(rows) + "\n")
    return path


def test_a_manifest_gives_its_clips_that_have_a_transcript(manifest: Path) -> None:
    assert find_clips([manifest]) == [(name, manifest.parent / f"{name}.wav") for name in "abc"]


def test_language_and_kind_choose_from_a_manifest(manifest: Path) -> None:
    assert [name for name, _ in find_clips([manifest], "en")] == ["a", "b"]
    assert [name for name, _ in find_clips([manifest], "en", ["speech"])] == ["b"]


def test_a_file_is_taken_as_it_is(tmp_path: Path, manifest: Path) -> None:
    sound = tmp_path / "talk.flac"
    sound.write_bytes(b"")
    assert find_clips([sound, manifest], "de") == [("talk", sound), ("c", tmp_path / "c.wav")]


def test_nothing_to_measure_is_bad_input(manifest: Path) -> None:
    with pytest.raises(InputError, match="no clip"):
        find_clips([manifest], kinds=["song"])


def test_what_cannot_be_read_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        find_clips([tmp_path / "nowhere.tsv"])
    with pytest.raises(InputError, match="no such recording"):
        find_clips([tmp_path / "nowhere.flac"])
    (tmp_path / "m.tsv").write_text("hello\nworld\n")
    with pytest.raises(InputError, match="no column"):
        find_clips([tmp_path / "m.tsv"])
