"""What the routes share, made once an application."""

import re
from dataclasses import dataclass, field

import anyio
from anyio.abc import TaskGroup
from starlette.requests import HTTPConnection

from voicemind.config import ServeConfig
from voicemind.errors import UnknownRoom, VoicemindError
from voicemind.room.ice import IceServer
from voicemind.room.registry import Rooms
from voicemind.room.room import Room
from voicemind.server.auth import EVERYWHERE, Access, Role
from voicemind.server.events import RoomEvents
from voicemind.server.jobs import Jobs
from voicemind.server.loading import Loading
from voicemind.server.minutes import RoomMinutes
from voicemind.server.recordings import Library

_NAME = re.compile(r"[\w.~-]{1,64}")


@dataclass(slots=True)
class Services:
    """What the routes share; rooms and tasks are there while the application runs."""

    config: ServeConfig
    access: Access
    library: Library
    jobs: Jobs
    loading: Loading
    ice_servers: tuple[IceServer, ...] = ()
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
            if self.tasks is None:
                raise VoicemindError("the server is starting; try again")
            events = self.watched[room.name] = RoomEvents(room)
            self.tasks.start_soon(events.run)
        return events

    def minutes(self, room: Room) -> RoomMinutes:
        """Return the minutes of a room as text."""
        minutes = self.written.get(room.name)
        if minutes is None or minutes.room is not room:
            minutes = self.written[room.name] = RoomMinutes(room)
        return minutes

    def link(self, room: str, role: Role) -> str:
        """Return the path of an invitation to a room."""
        return f"/r/{room}?token={self.access.token(room, role, self.config.link_days)}"

    def sign_in(self) -> str:
        """Return the path by which the owner comes in."""
        return f"/?token={self.access.token(EVERYWHERE, 'owner', self.config.sign_in_days)}"


def services(connection: HTTPConnection) -> Services:
    """Return what the application of a request has."""
    found: Services = connection.app.state.services
    return found
