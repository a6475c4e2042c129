"""Bytes on their way into the cache: counted, hashed, and refused when they are not the pinned ones."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

from voicemind.errors import DigestMismatch
from voicemind.weights.registry import FileSpec, Source

CHUNK = 1 << 20  # bytes
_ADVICE = "Nothing was kept: try again, or put the right files into a folder and name it in VOICEMIND_MODELS"


class Progress(Protocol):
    """Told how far a download is; an exception raised from it cancels the download."""

    def __call__(self, done_bytes: int, total_bytes: int, text: str, /) -> None:
        """Take the bytes done, the bytes in all (0 when that is not known), and what is being done."""
        ...


def silent(done_bytes: int, total_bytes: int, text: str, /) -> None:
    """Show no progress."""


class Meter:
    """Adds up what has arrived and tells a ``Progress``."""

    def __init__(self, progress: Progress, total: int, text: str) -> None:
        self._progress = progress
        self._total = total
        self._text = text
        self._done = 0
        self.reach(0)

    def add(self, count: int) -> None:
        """Count ``count`` more bytes."""
        self.reach(self._done + count)

    def reach(self, done: int) -> None:
        """Say that ``done`` bytes are there; never goes back, nor over the total."""
        self._done = max(self._done, min(done, self._total))
        self._progress(self._done, self._total, self._text)


class SourceUnavailable(Exception):
    """A source cannot give the model now; its text says why, and the next source is tried."""


def file_chunks(path: Path) -> Iterator[bytes]:
    """Yield the bytes of a file in pieces."""
    with path.open("rb") as stream:
        while block := stream.read(CHUNK):
            yield block


def measured(path: Path) -> FileSpec:
    """Return the size and sha256 that a file has."""
    digest = hashlib.sha256()
    for block in file_chunks(path):
        digest.update(block)
    return FileSpec(path.name, path.stat().st_size, digest.hexdigest())


def write_checked(blocks: Iterable[bytes], file: FileSpec, folder: Path, source: Source) -> None:
    """Write ``file`` into ``folder``; DigestMismatch as soon as it cannot be the pinned one."""
    digest = hashlib.sha256()
    written = 0
    with (folder / file.name).open("wb") as out:
        for block in blocks:
            written += len(block)
            if written > file.size:
                raise DigestMismatch(
                    f"{file.name} from {source} is not the file that is pinned: expected {file.size} bytes of "
                    f"sha256 {file.sha256}, found more than that. {_ADVICE}"
                )
            digest.update(block)
            out.write(block)
    if digest.hexdigest() != file.sha256:
        raise DigestMismatch(
            f"{file.name} from {source} is not the file that is pinned: expected {file.size} bytes of sha256 "
            f"{file.sha256}, found {written} bytes of sha256 {digest.hexdigest()}. {_ADVICE}"
        )
