"""The rooms of a server: each opened once, and closed when nobody is there."""

import logging
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import anyio
from anyio.abc import TaskGroup

from voicemind.audio.parts import file_name
from voicemind.audio.tracks import Tracks
from voicemind.backends.loading import Models
from voicemind.board.boards import Boards, open_boards
from voicemind.config import Config, RoomConfig
from voicemind.errors import BoardError, UnknownRoom
from voicemind.room.engine import open_engine
from voicemind.room.means import Means
from voicemind.room.peer import PeerConfig
from voicemind.room.room import Room, open_room
from voicemind.timeline.agenda import AgendaItem

SWEEP = 3600.0  # seconds from one look for sound that is too old to the next
DAY = 86_400.0

logger = logging.getLogger(__name__)


class Rooms:
    """Opens rooms and finds them again; made by ``open_rooms``."""

    def __init__(self, boards: Boards, means: Means, tasks: TaskGroup) -> None:
        self.engine = means.engine
        self._boards = boards
        self._means = means
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

    async def recover(self) -> None:
        """Open the rooms of which something is recorded and not transcribed: it is transcribed then."""
        for folder in await anyio.to_thread.run_sync(_unheard, self._means.recordings):
            try:
                await self.open(unquote(folder))
            except (UnknownRoom, BoardError) as error:
                logger.warning("what is recorded in %s cannot be transcribed: %s", folder, error)

    async def expire(self) -> None:
        """Delete sound that is older than is to be kept, now and every hour; for good, whatever was made of it."""
        days = self._means.room.keep_days
        while days is not None:
            until = time.time() - days * DAY
            gone = await anyio.to_thread.run_sync(_delete_before, self._means.recordings, until)
            if gone:
                logger.info("%d recordings were older than %g days and are deleted", gone, days)
            await anyio.sleep(SWEEP)

    async def _host(self, name: str, *, task_status: anyio.abc.TaskStatus[Room]) -> None:
        means = replace(self._means, recordings=self._means.recordings / file_name(name))
        async with self._boards.board(name) as board, open_room(name, board, means) as room:
            self._rooms[name] = room
            task_status.started(room)
            try:
                await room.until_idle()
            finally:
                del self._rooms[name]


def _delete_before(recordings: Path, until: float) -> int:
    gone = 0
    for folder in [path for path in recordings.glob("*") if path.is_dir()]:
        try:
            gone += Tracks(folder).delete_before(until)
        except OSError as error:
            logger.error("%s: what is too old cannot be deleted (%s)", folder, error.strerror)  # noqa: TRY400
    return gone


def _unheard(recordings: Path) -> list[str]:
    folders = [path for path in recordings.glob("*") if path.is_dir()]
    return [path.name for path in folders if Tracks(path).unheard()]


@asynccontextmanager
async def open_rooms(
    data: Path,
    load: Callable[[], Awaitable[Models]],
    config: Config | None = None,
    peer: PeerConfig | None = None,
    room: RoomConfig | None = None,
) -> AsyncIterator[Rooms]:
    """Serve the rooms kept in the folder ``data``; models are loaded meanwhile by ``load``."""
    config = config or Config()
    try:
        await anyio.Path(data).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BoardError(f"{data}: the data folder cannot be made ({error.strerror}); choose another") from error
    async with (
        open_boards(data / "boards.sqlite") as boards,
        open_engine(load, config.workers, data / "waiting") as engine,
        anyio.create_task_group() as tasks,
    ):
        means = Means(engine, config, peer or PeerConfig(), room or RoomConfig(), data / "tracks")
        rooms = Rooms(boards, means, tasks)
        tasks.start_soon(rooms.recover)
        tasks.start_soon(rooms.expire)
        try:
            yield rooms
        finally:
            tasks.cancel_scope.cancel()
