"""What is no recording: one line that says what to do, and nothing else happens."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.audio.recordings import Form, save, silent_film, tone
from voicemind.audio.files import probe, read
from voicemind.errors import AudioError


def refused(path: Path | str) -> str:
    """The error of a path, the same from both doors: one line that begins with the path."""
    with pytest.raises(AudioError) as first:
        probe(path)
    with pytest.raises(AudioError) as second:
        list(read(path))
    assert str(first.value) == str(second.value)
    assert str(first.value).startswith(f"{path}: ")
    assert "\n" not in str(first.value)
    return str(first.value)


def test_a_missing_file(tmp_path: Path) -> None:
    assert "no such file; check the name" in refused(tmp_path / "missing.wav")


def test_a_directory(tmp_path: Path) -> None:
    assert "is a directory; name the recording" in refused(tmp_path)


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "empty.wav").touch()
    assert "is empty; record, copy or download it again" in refused(tmp_path / "empty.wav")


@pytest.mark.parametrize("name", ["notes.wav", "notes.txt", "notes.mp3", "notes"])
def test_text_is_no_recording_whatever_its_name(tmp_path: Path, name: str, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / name).write_text("This is a text, and it is no sound.\n" * 100, encoding="utf-8")
    assert "is no recording that can be read; give sound or video such as WAV" in refused(tmp_path / name)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("name", ["noise.wav", "noise.mp3", "noise.mp4", "noise.bin"])
def test_random_bytes_are_no_recording(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(np.random.default_rng(7).bytes(100_000))
    refused(tmp_path / name)


def test_subtitles_are_no_sound(tmp_path: Path) -> None:
    (tmp_path / "a.srt").write_text("1\n00:00:00,000 --> 00:00:02,000\nhi\n\n", encoding="utf-8")
    assert "has no sound (only subtitle)" in refused(tmp_path / "a.srt")


def test_a_video_without_sound(tmp_path: Path) -> None:
    assert "has no sound (only video); give a recording with an audio track" in refused(silent_film(tmp_path / "f.mp4"))


def test_a_header_without_sound(tmp_path: Path) -> None:
    path = save(tmp_path / "a.flac", Form("a.flac", "flac"), tone(48_000, 1.0))
    path.write_bytes(path.read_bytes()[:8_200])  # the header and its padding
    assert "holds no sound that can be decoded; copy" in refused(path)


def test_an_index_without_sound(tmp_path: Path) -> None:
    form = Form("a.mp4", "aac", 48_000, "mono", (("movflags", "faststart"),))
    path = save(tmp_path / form.name, form, tone(48_000, 1.0))
    path.write_bytes(path.read_bytes().split(b"mdat")[0] + b"mdat")
    assert probe(path).duration == pytest.approx(1.0, abs=0.03)
    with pytest.raises(AudioError, match="holds no sound that can be decoded; copy"):
        list(read(path))


@pytest.fixture
def unprivileged() -> Iterator[None]:
    """As root every file is readable: give that up for a while."""
    if os.geteuid():
        yield
        return
    os.seteuid(65_534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_permission_denied(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    path = save(tmp_path / "a.wav", Form("a.wav", "pcm_s16le"), tone(48_000, 0.1))
    path.chmod(0)
    request.getfixturevalue("unprivileged")
    assert "permission denied; make the file readable" in refused(path)


def test_what_is_no_regular_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.wav")
    assert "is no regular file" in refused(tmp_path / "pipe.wav")
    assert "cannot be read" in refused("a\0b")


@pytest.mark.parametrize("name", ["list.m3u8", "list.wav", "list.txt"])
def test_a_playlist_opens_no_other_file_and_no_address(tmp_path: Path, name: str) -> None:
    save(tmp_path / "secret.ts", Form("secret.ts", "aac"), tone(48_000, 1.0))
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/a.ts"
        for target in ("secret.ts", f"file:{tmp_path}/secret.ts", address):
            (tmp_path / name).write_text(
                f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:1,\n{target}\n#EXT-X-ENDLIST\n", encoding="utf-8"
            )
            refused(tmp_path / name)
            (tmp_path / name).write_text(f"ffconcat version 1.0\nfile '{target}'\n", encoding="utf-8")
            refused(tmp_path / name)
        with pytest.raises(TimeoutError):
            server.accept()
