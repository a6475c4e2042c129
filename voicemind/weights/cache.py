"""The cache directory: folders that appear whole or not at all, one writer at a time."""

import errno
import fcntl
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from voicemind.errors import CacheError

_FULL = {errno.ENOSPC, errno.EDQUOT}
_REFUSED = {
    errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST, errno.ENOENT, errno.ENAMETOOLONG, errno.EIO,
}  # fmt: skip
_POLL = 0.1  # seconds between two tries for the lock
_SPARE = 16 << 20  # bytes that a download leaves free


def default_cache() -> Path:
    """Return ``models`` below VOICEMIND_CACHE, or else below voicemind in the user's cache directory."""
    if chosen := os.environ.get("VOICEMIND_CACHE"):
        return Path(chosen).expanduser() / "models"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "voicemind" / "models"


class CacheFolder:
    """A folder of the cache, written by ``fill`` and never changed afterwards."""

    def __init__(self, cache: Path, name: str) -> None:
        self.path = cache / name
        self._cache = cache
        self._lock = cache / f".{name}.lock"
        self._partial = cache / f".{name}.partial"

    @contextmanager
    def locked(self, waiting: Callable[[], None]) -> Iterator[None]:
        """Keep every other process and thread from writing the folder.

        While another one does, ``waiting`` is called several times a second.
        """
        with self._explained(0):
            self._cache.mkdir(parents=True, exist_ok=True)
            lock = os.open(self._lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            while not _take(lock):
                waiting()
                time.sleep(_POLL)
            yield
        finally:
            os.close(lock)  # lets go of the lock

    @contextmanager
    def fill(self, size: int) -> Iterator[Path]:
        """Yield an empty folder that takes the place of ``path`` at the end; call it ``locked``.

        When the body raises, nothing is kept. ``size`` is how many bytes it will need. CacheError
        when the disk is full or the cache cannot be written.
        """
        with self._explained(size):
            _remove(self._partial)  # of a process that died
            self._partial.mkdir()
            try:
                if shutil.disk_usage(self._cache).free < size + _SPARE:
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                yield self._partial
                _flush(self._partial)
                _remove(self.path)
                self._partial.rename(self.path)
                _sync(self._cache)
            finally:
                _remove(self._partial)

    def remove(self) -> None:
        """Delete the folder; call it ``locked``."""
        with self._explained(0):
            _remove(self.path)

    @contextmanager
    def _explained(self, size: int) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if error.errno in _FULL:
                raise CacheError(
                    f"no space left for {self.path.name} in {self._cache}: it needs {_megabytes(size + _SPARE)}. "
                    "Free some, or set VOICEMIND_CACHE to a directory with room"
                ) from error
            if error.errno not in _REFUSED:
                raise
            raise CacheError(
                f"cannot write the model cache {self._cache} ({error.strerror or error}). "
                "Set VOICEMIND_CACHE to a directory that you can write"
            ) from error


def _take(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.0f} MB"


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)


def _flush(folder: Path) -> None:
    """Bring the files of a folder to disk, so that a power cut leaves no empty ones behind a good name."""
    for path in [*folder.iterdir(), folder]:
        _sync(path)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
