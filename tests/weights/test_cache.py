"""The cache: whole folders or none, one writer at a time, and a plain word when the disk says no."""

import errno
import os
import shutil
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

import pytest

from voicemind.errors import CacheError
from voicemind.weights.cache import CacheFolder, default_cache


def never() -> None:
    raise AssertionError("the lock was taken already")


def fill(place: CacheFolder, content: bytes) -> None:
    with place.locked(never), place.fill(len(content)) as folder:
        (folder / "f").write_bytes(content)


def contents(cache: Path) -> set[str]:
    return {path.name for path in cache.iterdir() if not path.name.endswith(".lock")}


def test_a_folder_appears_whole_and_replaces_the_old_one(tmp_path: Path) -> None:
    place = CacheFolder(tmp_path, "toy-1")
    fill(place, b"old")
    with place.locked(never), place.fill(3) as folder:
        (folder / "g").write_bytes(b"new")
        assert (place.path / "f").read_bytes() == b"old"
    assert {path.name for path in place.path.iterdir()} == {"g"}
    assert contents(tmp_path) == {"toy-1"}


def test_what_breaks_off_leaves_nothing_new(tmp_path: Path) -> None:
    place = CacheFolder(tmp_path, "toy-1")
    fill(place, b"old")
    with pytest.raises(KeyboardInterrupt), place.locked(never), place.fill(3) as folder:  # noqa: PT012
        (folder / "f").write_bytes(b"half")
        raise KeyboardInterrupt
    assert contents(tmp_path) == {"toy-1"}
    assert (place.path / "f").read_bytes() == b"old"


def test_what_a_dead_process_left_is_cleared(tmp_path: Path) -> None:
    left = tmp_path / ".toy-1.partial"
    left.mkdir()
    (left / "half").write_bytes(b"half")
    place = CacheFolder(tmp_path, "toy-1")
    fill(place, b"new")
    assert {path.name for path in place.path.iterdir()} == {"f"}
    assert contents(tmp_path) == {"toy-1"}


def test_a_full_disk_is_a_cache_error_and_nothing_is_kept(tmp_path: Path) -> None:
    place = CacheFolder(tmp_path, "toy-1")
    with pytest.raises(CacheError, match=r"no space left for toy-1 .* VOICEMIND_CACHE"):  # noqa: PT012, SIM117
        with place.locked(never), place.fill(3) as folder:
            (folder / "f").symlink_to("/dev/full")
            (folder / "f").write_bytes(b"abc")
    assert contents(tmp_path) == set()


def test_too_little_room_is_said_before_anything_is_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(100 << 20, 80 << 20, 20 << 20))
    place = CacheFolder(tmp_path, "toy-1")
    fill(place, b"fits")
    with pytest.raises(CacheError, match="it needs 37 MB"), place.locked(never), place.fill(20_000_000):
        pytest.fail("it went on without room")


def test_a_file_in_the_way_is_a_cache_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CacheError, match=r"cannot write the model cache .*VOICEMIND_CACHE"):
        fill(CacheFolder(tmp_path / "file" / "models", "toy-1"), b"new")


@pytest.mark.parametrize("code", [errno.EACCES, errno.EROFS])
def test_a_cache_that_may_not_be_written_is_a_cache_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def refuse(self: Path, *args: object, **kwargs: object) -> None:
        raise OSError(code, os.strerror(code), str(self))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(CacheError, match=os.strerror(code)):
        fill(CacheFolder(tmp_path / "models", "toy-1"), b"new")


def test_an_error_that_is_not_of_the_disk_stays_what_it_is(tmp_path: Path) -> None:
    place = CacheFolder(tmp_path, "toy-1")
    with pytest.raises(BrokenPipeError), place.locked(never), place.fill(3):
        raise BrokenPipeError(errno.EPIPE, "the terminal is gone")


HOLD = """
import sys
from pathlib import Path
from voicemind.weights.cache import CacheFolder
with CacheFolder(Path(sys.argv[1]), "toy-1").locked(lambda: None):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_the_lock_keeps_another_process_out_and_dies_with_its_holder(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        waited = 0

        def waiting() -> None:
            nonlocal waited
            waited += 1
            if waited == 2:
                holder.kill()

        with CacheFolder(tmp_path, "toy-1").locked(waiting):
            assert waited >= 2
            assert holder.wait(10) != 0


def test_where_the_cache_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("VOICEMIND_CACHE", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    assert default_cache() == tmp_path / ".cache" / "voicemind" / "models"
    monkeypatch.setenv("XDG_CACHE_HOME", "/var/x")
    assert default_cache() == Path("/var/x/voicemind/models")
    monkeypatch.setenv("VOICEMIND_CACHE", "~/mine")
    assert default_cache() == tmp_path / "mine" / "models"
