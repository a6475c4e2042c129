"""pycrdt's functions behind a border that lets neither panics nor bad bytes through."""

import re
from types import TracebackType

import pycrdt

from voicemind.board.protocol import FrameError
from voicemind.errors import BoardError

_HEAD = re.compile(rb"(?:[\x80-\xff]*[\x00-\x7f]){4}")  # of one client: 1, structs, client, clock


class CoreError(BoardError):
    """The document in memory can no longer be trusted; what is on disk can."""


class _Border:
    """Turns a panic of the Rust core, which is not an Exception, into a CoreError."""

    def __enter__(self) -> None:
        """Go in."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        """Come out; a panic does so as a CoreError."""
        if kind is not None and kind.__name__ == "PanicException":
            raise CoreError("the document's core failed; open the room again to load it from disk") from error


border = _Border()
"""Goes round each call into pycrdt."""


def rewritten(update: bytes) -> bytes:
    """Return an update as yrs writes it: what its reader overlooks in bytes from others must not be passed on."""
    try:
        with border:
            return pycrdt.merge_updates(update)
    except (ValueError, RuntimeError, CoreError):
        raise FrameError("not an update of a Yjs document") from None


def same_update(integrated: bytes | None, deleted: bytes, sound: bytes) -> bool:
    """Tell whether an update was taken in as a whole, by the update that the document made of it.

    ``deleted`` is the end of that update: what it deletes. yrs writes the fields of a JSON value in any
    order, and flags that say nothing new or not, so what else is compared is the length, and the head:
    how many structs of which client, from which clock on.
    """
    if integrated is None or len(integrated) != len(sound) or not sound.endswith(deleted):
        return False
    head = _HEAD.match(sound)
    return head is not None and integrated.startswith(head[0])
