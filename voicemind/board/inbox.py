"""What the owner of a document is asked for, in the order in which it came."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import anyio

from voicemind.board.connection import Connection
from voicemind.board.document import Document
from voicemind.board.protocol import SyncStep1, SyncStep2, Update
from voicemind.errors import BoardError

T = TypeVar("T")


@dataclass(slots=True, eq=False)
class Write:
    """A change that the server makes: done, and on disk, when ``done`` is set."""

    change: Callable[[Document], Any]
    done: anyio.Event = field(default_factory=anyio.Event)
    result: Any = None
    error: Exception | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """A message of a client's that concerns the document."""

    connection: Connection
    message: SyncStep1 | SyncStep2 | Update


@dataclass(frozen=True, slots=True)
class Resync:
    """A reader who fell behind can take in what it missed."""

    connection: Connection


Item = Write | Said | Resync


class Inbox:
    """A bounded queue: who asks for more waits."""

    def __init__(self, size: int) -> None:
        self._send, self._receive = anyio.create_memory_object_stream[Item](size)
        self._deferred: deque[Write] = deque()
        self._writes: set[Write] = set()

    async def put(self, item: Said | Resync) -> None:
        """Hand over an item. Raises BoardError when the room is closed."""
        try:
            await self._send.send(item)
        except (anyio.ClosedResourceError, anyio.BrokenResourceError):
            raise BoardError("the room is closed; open it again") from None

    async def write(self, change: Callable[[Document], T]) -> T:
        """Have the document changed; returns what ``change`` does once it is on disk.

        Raises what ``change`` raises, and BoardError when the room closes before.
        """
        write = Write(change)
        self._writes.add(write)
        try:
            await self._send.send(write)
            await write.done.wait()
        except (anyio.ClosedResourceError, anyio.BrokenResourceError):
            raise BoardError("the room is closed; open it again") from None
        finally:
            self._writes.discard(write)
        if write.error is not None:
            raise write.error
        result: T = write.result
        return result

    def defer(self, write: Write) -> None:
        """Put a write off until the disk takes something again."""
        self._deferred.append(write)

    async def next(self) -> Item:
        """Wait for an item, deferred ones first; raises anyio.EndOfStream once closed and empty."""
        return self._deferred.popleft() if self._deferred else await self._receive.receive()

    async def arrival(self) -> Item:
        """Wait for an item that was not deferred; raises anyio.EndOfStream once closed and empty."""
        return await self._receive.receive()

    def more(self) -> Item | None:
        """Return an item that is there already, None when there is none."""
        try:
            return self._deferred.popleft() if self._deferred else self._receive.receive_nowait()
        except (anyio.WouldBlock, anyio.EndOfStream):
            return None

    def close(self) -> None:
        """Take nothing more; what is in it can still be taken out."""
        self._send.close()

    def fail(self) -> None:
        """Fail the writes that can no longer be done."""
        self.close()
        self._receive.close()
        for write in self._writes:
            if not write.done.is_set():
                write.error = write.error or BoardError("the room was closed before this was on disk; write it again")
                write.done.set()
