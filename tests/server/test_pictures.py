import hashlib
from pathlib import Path

import pytest

from voicemind.errors import BackendError
from voicemind.server.pictures import Picture, Pictures, kind_of

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 50
PICTURES = {
    "png": PNG,
    "jpg": b"\xff\xd8\xff\xe0" + b"\0" * 50,
    "gif": b"GIF89a" + b"\0" * 50,
    "webp": b"RIFF\x40\0\0\0WEBPVP8 " + b"\0" * 50,
    "avif": b"\0\0\0\x20ftypavif" + b"\0" * 50,
}
NO_PICTURES = [
    b"",
    b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    b"<html><script>alert(1)</script></html>",
    b"GIF89",
    b"RIFF\x40\0\0\0WAVEfmt ",
    b"\0\0\0\x20ftypmp42",
    b"%PDF-1.7",
]


@pytest.mark.parametrize("kind", PICTURES)
def test_what_a_picture_is_its_first_bytes_say(kind: str) -> None:
    assert kind_of(PICTURES[kind][:32]) == kind


@pytest.mark.parametrize("body", NO_PICTURES)
def test_what_is_no_picture_is_none(body: bytes) -> None:
    assert kind_of(body[:32]) is None


def test_a_picture_is_kept_once_a_room(tmp_path: Path) -> None:
    pictures = Pictures(tmp_path)
    assert pictures.used("weekly") == 0
    picture = pictures.add("weekly", PNG, "png")
    assert picture == Picture(hashlib.sha256(PNG).hexdigest(), "image/png", len(PNG))
    assert pictures.add("weekly", PNG, "png") == picture
    assert pictures.used("weekly") == len(PNG)
    found = Pictures(tmp_path).find("weekly", picture.id)
    assert found is not None
    assert (found[0], found[1].read_bytes()) == (picture, PNG)
    assert pictures.find("other", picture.id) is None
    assert pictures.used("other") == 0


@pytest.mark.parametrize("room", ["..", ".", "ä", "~"])
def test_no_room_lies_outside(tmp_path: Path, room: str) -> None:
    pictures = Pictures(tmp_path / "pictures")
    pictures.add(room, PNG, "png")
    assert [path.name for path in tmp_path.iterdir()] == ["pictures"]
    assert pictures.used(room) == len(PNG)


@pytest.mark.parametrize("name", ["", "..", "../owner.key", "0" * 63, "0" * 64 + "x", "A" * 64, "*"])
def test_what_is_no_id_finds_nothing(tmp_path: Path, name: str) -> None:
    assert Pictures(tmp_path).find("weekly", name) is None


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BackendError, match="make room"):
        Pictures(tmp_path / "file").add("weekly", PNG, "png")
