"""What the routes share, made once an application."""

import re
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import anyio
from anyio.abc import TaskGroup
from starlette.requests import HTTPConnection

from voicemind.config import ServeConfig
from voicemind.errors import UnknownRoom, VoicemindError
from voicemind.room.ice import IceServer
from voicemind.room.registry import Rooms
from voicemind.room.room import Room
from voicemind.server.access import Access
from voicemind.server.endings import Endings
from voicemind.server.events import RoomEvents
from voicemind.server.jobs import Jobs
from voicemind.server.loading import Loading
from voicemind.server.minutes import RoomMinutes
from voicemind.server.pictures import Pictures
from voicemind.server.recordings import Library
from voicemind.server.tokens import EVERYWHERE, ROLES, Role
from voicemind.server.writer import Writer

_NAME = re.compile(r"[\w.~-]{1,64}")


@dataclass(slots=True)
class Services:
    """What the routes share; rooms and tasks are there while the application runs."""

    config: ServeConfig
    access: Access
    library: Library
    jobs: Jobs
    loading: Loading
    pictures: Pictures
    ice_servers: tuple[IceServer, ...] = ()
    summaries: Writer = field(default_factory=Writer)
    endings: Endings = field(default_factory=Endings)
    watched: dict[str, RoomEvents] = field(default_factory=dict)
    written: dict[str, RoomMinutes] = field(default_factory=dict)
    open_rooms: Rooms | None = None
    tasks: TaskGroup | None = None
    stopping: anyio.Event = field(default_factory=anyio.Event)
    """Set when the server is about to stop: what never ends by itself ends then."""

    @property
    def rooms(self) -> Rooms:
        """The rooms."""
        if self.open_rooms is None:
            raise VoicemindError("the server is starting; try again")
        return self.open_rooms

    async def room(self, name: str) -> Room:
        """Return a room; made on its first use where everybody is an owner, UnknownRoom elsewhere."""
        if not _NAME.fullmatch(name):
            raise UnknownRoom("a room is called by letters, digits and . _ ~ -, at most 64 of them")
        return await self.rooms.open(name, create=self.access.open_to_all)

    def events(self, room: Room) -> RoomEvents:
        """Return the events of a room, gathered from its first watcher on."""
        events = self.watched.get(room.name)
        if events is None or events.room is not room:
            events = self.watched[room.name] = RoomEvents(room)
            self.start(events.run)
        return events

    def start(self, task: Callable[..., Coroutine[Any, Any, None]], *values: object) -> None:
        """Start a task that ends with the server."""
        if self.tasks is None:
            raise VoicemindError("the server is starting; try again")
        self.tasks.start_soon(task, *values)

    def minutes(self, room: Room) -> RoomMinutes:
        """Return the minutes of a room as text."""
        minutes = self.written.get(room.name)
        if minutes is None or minutes.room is not room:
            minutes = self.written[room.name] = RoomMinutes(room)
        return minutes

    def link(self, room: str, role: Role) -> str:
        """Return the path of an invitation to a room."""
        return f"/r/{quote(room)}?token={self.access.token(room, role, self.config.link_days)}"

    def links(self, room: str) -> dict[str, str]:
        """Return the invitations to a room by what they allow, the most first."""
        return {role: self.link(room, role) for role in reversed(ROLES)}

    def sign_in(self) -> str:
        """Return the path by which the owner comes in."""
        return f"/?token={self.access.token(EVERYWHERE, 'owner', self.config.sign_in_days)}"


def services(connection: HTTPConnection) -> Services:
    """Return what the application of a request has."""
    found: Services = connection.app.state.services
    return found
