"""Folders of model files: complete, intact, and a Whisper model of one's own."""

from pathlib import Path

import pytest

from tests.weights.wheels import file_spec
from voicemind.errors import DigestMismatch, InputError
from voicemind.weights.folder import ModelFolder, whisper_folder

WHISPER = ["model.bin", "config.json", "tokenizer.json", "vocabulary.json"]


@pytest.fixture
def toy(tmp_path: Path) -> ModelFolder:
    (tmp_path / "a").write_bytes(b"aa")
    (tmp_path / "b").write_bytes(b"bbb")
    return ModelFolder(tmp_path, (file_spec("a", b"aa"), file_spec("b", b"bbb")))


def test_a_whole_folder_has_no_problem(toy: ModelFolder) -> None:
    assert toy.problem == ""
    assert toy.intact
    toy.check_digests()


def test_a_missing_file_and_a_wrong_size_are_problems(toy: ModelFolder) -> None:
    (toy.path / "b").write_bytes(b"bb")
    assert toy.problem == f"{toy.path / 'b'} has 2 bytes instead of 3"
    (toy.path / "a").unlink()
    assert toy.problem == f"{toy.path / 'a'} is missing"


def test_other_bytes_of_the_same_size_show_only_in_the_digests(toy: ModelFolder) -> None:
    (toy.path / "b").write_bytes(b"bBb")
    assert toy.problem == ""
    assert not toy.intact
    with pytest.raises(DigestMismatch, match=f"b in {toy.path}.*expected sha256 {toy.files[1].sha256}, found"):
        toy.check_digests()


@pytest.fixture
def whisper(tmp_path: Path) -> Path:
    for name in WHISPER:
        (tmp_path / name).touch()
    return tmp_path


def test_a_whisper_folder_is_taken_as_it_is(whisper: Path) -> None:
    assert whisper_folder(whisper) == whisper
    (whisper / "vocabulary.json").rename(whisper / "vocabulary.txt")
    assert whisper_folder(whisper) == whisper


@pytest.mark.parametrize("name", WHISPER)
def test_what_a_whisper_folder_lacks_is_named(whisper: Path, name: str) -> None:
    (whisper / name).unlink()
    with pytest.raises(InputError, match=f"it has no {name}"):
        whisper_folder(whisper)


def test_no_folder_at_all(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no model folder"):
        whisper_folder(tmp_path / "nowhere")
