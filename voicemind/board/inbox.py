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


@dataclass(slots=True, eq=False)
class Said:
    """A message of a client's that concerns the document."""

    connection: Connection
    message: SyncStep1 | SyncStep2 | Update


@dataclass(slots=True, eq=False)
class Resync:
    """A reader who fell behind can take in what it missed."""

    connection: Connection


Item = Write | Said | Resync


class Inbox:
    """A bounded queue with one reader: who asks for more waits."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._items: deque[Item] = deque()
        self._deferred: deque[Write] = deque()
        self._writes: set[Write] = set()
        self._closed = False
        self._arrived = anyio.Event()
        self._taken = anyio.Event()  # set when there is room again
        self._waiting = 0  # for room

    @property
    def full(self) -> bool:
        """Whether who asks for something has to wait, or is refused."""
        return self._closed or self._waiting > 0 or len(self._items) >= self._size

    def add(self, item: Said) -> None:
        """Hand over an item while it is not ``full``."""
        self._items.append(item)
        self._arrived.set()

    async def put(self, item: Item) -> None:
        """Hand over an item. Raises BoardError when the room is closed."""
        while not self._closed and len(self._items) >= self._size:
            self._waiting += 1
            try:
                await self._taken.wait()
            finally:
                self._waiting -= 1
        if self._closed:
            raise BoardError("the room is closed; open it again")
        self._items.append(item)
        self._arrived.set()

    async def write(self, change: Callable[[Document], T]) -> T:
        """Have the document changed; returns what ``change`` does once it is on disk.

        Raises what ``change`` raises, and BoardError when the room closes before.
        """
        write = Write(change)
        self._writes.add(write)
        try:
            await self.put(write)
            await write.done.wait()
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
        return self._deferred.popleft() if self._deferred else await self.arrival()

    async def arrival(self) -> Item:
        """Wait for an item that was not deferred; raises anyio.EndOfStream once closed and empty."""
        while not self._items:
            if self._closed:
                raise anyio.EndOfStream
            self._arrived = anyio.Event()
            await self._arrived.wait()
        return self._take()

    def more(self) -> Item | None:
        """Return an item that is there already, None when there is none."""
        if self._deferred:
            return self._deferred.popleft()
        return self._take() if self._items else None

    def _take(self) -> Item:
        item = self._items.popleft()
        if self._waiting:
            self._taken.set()
            self._taken = anyio.Event()
        return item

    def close(self) -> None:
        """Take nothing more; what is in it can still be taken out."""
        self._closed = True
        self._arrived.set()
        self._taken.set()

    def fail(self) -> None:
        """Fail the writes that can no longer be done."""
        self.close()
        self._items.clear()
        for write in self._writes:
            if not write.done.is_set():
                write.error = write.error or BoardError("the room was closed before this was on disk; write it again")
                write.done.set()
