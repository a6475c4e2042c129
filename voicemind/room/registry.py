"""The rooms of a server: each opened once, kept while the server runs."""

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
from anyio.abc import TaskGroup

from voicemind.backends.loading import Models
from voicemind.board.boards import Boards, open_boards
from voicemind.config import Config
from voicemind.errors import BoardError, UnknownRoom
from voicemind.room.engine import Engine, open_engine
from voicemind.room.peer import PeerConfig
from voicemind.room.room import Room, open_room
from voicemind.timeline.agenda import AgendaItem


class Rooms:
    """Opens rooms and finds them again; made by ``open_rooms``."""

    def __init__(self, boards: Boards, engine: Engine, config: Config, peer: PeerConfig, tasks: TaskGroup) -> None:
        self.engine = engine
        self._boards = boards
        self._config = config
        self._peer = peer
        self._tasks = tasks
        self._opening = anyio.Lock()
        self._rooms: dict[str, Room] = {}

    async def create(self, title: str, agenda: Sequence[AgendaItem] = ()) -> Room:
        """Make a room with a name that cannot be guessed."""
        room = await self.open(secrets.token_urlsafe(9), create=True)
        await room.board.write(lambda document: document.found(title, agenda))
        return room

    async def open(self, name: str, *, create: bool = False) -> Room:
        """Return a room; UnknownRoom when there is none and it is not to be made."""
        async with self._opening:
            if name in self._rooms:
                return self._rooms[name]
            if not create and not await self._boards.store.exists(name):
                raise UnknownRoom(f"there is no room {name!r}; check the link, or make a new room")
            room: Room = await self._tasks.start(self._host, name)
            return room

    def all(self) -> list[Room]:
        """Return the rooms that are open."""
        return list(self._rooms.values())

    async def _host(self, name: str, *, task_status: anyio.abc.TaskStatus[Room]) -> None:
        async with (
            self._boards.board(name) as board,
            open_room(name, board, self.engine, self._config, self._peer) as room,
        ):
            self._rooms[name] = room
            task_status.started(room)
            try:
                await anyio.sleep_forever()
            finally:
                del self._rooms[name]


@asynccontextmanager
async def open_rooms(
    data: Path, load: Callable[[], Awaitable[Models]], config: Config | None = None, peer: PeerConfig | None = None
) -> AsyncIterator[Rooms]:
    """Serve the rooms kept in the folder ``data``; models are loaded meanwhile by ``load``."""
    config = config or Config()
    try:
        await anyio.Path(data).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BoardError(f"{data}: the data folder cannot be made ({error.strerror}); choose another") from error
    async with (
        open_boards(data / "boards.sqlite") as boards,
        open_engine(load, config.workers) as engine,
        anyio.create_task_group() as tasks,
    ):
        try:
            yield Rooms(boards, engine, config, peer or PeerConfig(), tasks)
        finally:
            tasks.cancel_scope.cancel()
