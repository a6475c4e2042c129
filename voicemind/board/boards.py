"""The rooms that are open: each opened once, however many come at the same time, and unloaded when idle."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
from anyio.abc import TaskGroup

from voicemind.board.board import Board, open_board
from voicemind.board.limits import Limits
from voicemind.board.store import Store, open_store
from voicemind.board.tasks import task_group
from voicemind.errors import BoardError

logger = logging.getLogger(__name__)


class _Entry:
    """A room on its way in, open, or on its way out."""

    def __init__(self) -> None:
        self.board: Board | None = None
        self.error: BoardError | None = None
        self.ready = anyio.Event()
        self.closed = anyio.Event()
        self.closing = False
        self.users = 0
        self.changed = anyio.Event()


class Boards:
    """All rooms of one store; made by ``open_boards``."""

    def __init__(self, store: Store, limits: Limits, tasks: TaskGroup) -> None:
        self.store = store
        self._limits = limits
        self._tasks = tasks
        self._entries: dict[str, _Entry] = {}

    @asynccontextmanager
    async def board(self, room: str) -> AsyncIterator[Board]:
        """Use a room, opened (and made) if need be; it stays open while anybody uses it.

        Raises BoardError when it cannot be opened.
        """
        entry = await self._entry(room)
        entry.users += 1
        try:
            await entry.ready.wait()
            if entry.error is not None or entry.board is None:
                raise entry.error or BoardError(f"room {room!r} is closing; try again")
            yield entry.board
        finally:
            entry.users -= 1
            entry.changed.set()

    def open_rooms(self) -> dict[str, Board]:
        """Return the rooms that are open now."""
        return {room: entry.board for room, entry in self._entries.items() if entry.board and not entry.closing}

    async def _entry(self, room: str) -> _Entry:
        while (entry := self._entries.get(room)) is not None and entry.closing:
            await entry.closed.wait()
        if entry is None:
            entry = self._entries[room] = _Entry()
            self._tasks.start_soon(self._host, room, entry)
        return entry

    async def _host(self, room: str, entry: _Entry) -> None:
        """Keep one room open; its failure is its users' alone."""
        try:
            async with open_board(self.store, room, self._limits) as board:
                entry.board = board
                entry.ready.set()
                await self._until_idle(entry)
                entry.closing = True
        except Exception as error:
            logger.exception("room %s failed", room)
            entry.error = BoardError(f"room {room!r} cannot be used: {error}")
        finally:
            entry.closing = True
            del self._entries[room]
            entry.ready.set()
            entry.closed.set()

    async def _until_idle(self, entry: _Entry) -> None:
        while True:
            with anyio.move_on_after(self._limits.idle):
                while not entry.users:
                    await entry.changed.wait()
                    entry.changed = anyio.Event()
            if not entry.users:
                return
            await entry.changed.wait()
            entry.changed = anyio.Event()


@asynccontextmanager
async def open_boards(path: Path, limits: Limits | None = None) -> AsyncIterator[Boards]:
    """Open the store at ``path`` and serve its rooms; at the end all are closed, with everything on disk."""
    async with open_store(path) as store, task_group() as tasks:
        try:
            yield Boards(store, limits or Limits(), tasks)
        finally:
            tasks.cancel_scope.cancel()
