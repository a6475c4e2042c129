"""Pictures on whiteboards: kept once each, under the SHA-256 of what is in them, a folder a room.

What a picture is, its first bytes say; neither its name nor what the sender calls it is believed.
"""

import hashlib
import os
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from voicemind.errors import BackendError

HEAD = 32  # bytes that say what a picture is

_ID = re.compile(r"[0-9a-f]{64}")
_TYPES = {"png": "image/png", "jpg": "image/jpeg", "gif": "image/gif", "webp": "image/webp", "avif": "image/avif"}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that is kept; ``id`` is the SHA-256 of its bytes, ``size`` their number."""

    id: str
    mime_type: str
    size: int


def kind_of(head: bytes) -> str | None:
    """Return the kind of picture that begins with these bytes (png, jpg, gif, webp, avif), None for no such one.

    SVG is none: it is a program as much as a picture.
    """
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp" and head[8:12] in (b"avif", b"avis"):
        return "avif"
    return None


class Pictures:
    """All pictures of a server; methods that write take as long as the disk does."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def used(self, room: str) -> int:
        """Return how many bytes the pictures of a room take."""
        return sum(path.stat().st_size for path in self._files(room))

    def add(self, room: str, body: bytes, kind: str) -> Picture:
        """Keep a picture of a kind that ``kind_of`` knows; BackendError when the disk is full."""
        digest = hashlib.sha256(body).hexdigest()
        folder = self._of(room)
        fresh = folder / f".{digest}.{secrets.token_hex(4)}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with fresh.open("xb") as file:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(folder / f"{digest}.{kind}")
        except OSError as error:
            with suppress(OSError):
                fresh.unlink()
            raise BackendError(
                f"the picture cannot be kept ({error.strerror}); make room in the data folder"
            ) from error
        return Picture(digest, _TYPES[kind], len(body))

    def find(self, room: str, picture_id: str) -> tuple[Picture, Path] | None:
        """Return a picture and where it lies."""
        if not _ID.fullmatch(picture_id):
            return None
        for kind, mime_type in _TYPES.items():
            path = self._of(room) / f"{picture_id}.{kind}"
            if path.is_file():
                return Picture(picture_id, mime_type, path.stat().st_size), path
        return None

    def _files(self, room: str) -> list[Path]:
        folder = self._of(room)
        return [path for path in folder.iterdir() if path.is_file()] if folder.is_dir() else []

    def _of(self, room: str) -> Path:
        return self._folder / hashlib.sha256(room.encode()).hexdigest()[:32]  # a room may be called ".."
