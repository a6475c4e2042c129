"""A server in this process and those who come to it."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from starlette.testclient import TestClient

from voicemind.room.room import Room
from voicemind.server.services import Services
from voicemind.server.tokens import EVERYWHERE, Role
from voicemind.timeline.insight import Insight
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn

T = TypeVar("T")


def turn(number: int) -> Turn:
    return Turn(f"t{number}", Segment(number, number + 1), "ada", f"turn {number}", track="ada.1", language="en")


def action(number: int) -> Insight:
    return Insight("action", Segment(number, number + 1), "Ada sends the figures", "ada", (f"t{number}",), 0.8)


class Visits:
    """Requests with and without tokens."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        self.services: Services = client.app.state.services  # type: ignore[attr-defined]

    def token(self, role: Role = "owner", room: str = EVERYWHERE, days: float = 1, **claims: Any) -> str:
        return self.services.access.token(room, role, days, **claims)

    def bearer(self, role: Role = "owner", room: str = EVERYWHERE, **claims: Any) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token(role, room, **claims)}"}

    def run(self, call: Callable[[], Awaitable[T]]) -> T:
        """Run something on the server's loop."""
        assert self.client.portal is not None
        return self.client.portal.call(call)

    def closed(self, path: str, subprotocols: list[str] | None = None) -> tuple[int, str]:
        """Open a socket that is closed at once; return the code and the reason."""
        with self.client.websocket_connect(path, subprotocols) as socket:
            message = socket.receive()
        assert message["type"] == "websocket.close"
        return message["code"], message["reason"]

    def room(self, name: str = "weekly") -> Room:
        """A room, made if need be."""
        return self.run(lambda: self.services.rooms.open(name, create=True))

    def write(self, room: Room, *facts: Turn | Insight) -> None:
        """Put facts into a room's document, as its meeting would."""

        async def write() -> None:
            for fact in facts:
                add = fact
                await room.board.write(lambda d: d.add_turn(add) if isinstance(add, Turn) else d.put_insight(add))  # noqa: B023

        self.run(write)
