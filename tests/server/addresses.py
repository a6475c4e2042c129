"""Every address of a server, and who may come there: the table that the access tests go through."""

from dataclasses import dataclass, field
from typing import Any, Literal

from tests.room.offers import CHROME
from voicemind.server.tokens import Role

Place = Literal["room", "server", "machine", "any token", "all"]
"""For what a token has to be good: the room, the whole server, that or this machine, anything, or none is needed."""


@dataclass(frozen=True)
class Address:
    """An address, the least role that it takes, and what is sent there."""

    method: str
    path: str
    takes: Role | None
    place: Place = "room"
    sent: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


SDP = {"content": b"no offer", "headers": {"Content-Type": "application/sdp"}}
SPEAKS = {"content": CHROME, "headers": {"Content-Type": "application/sdp"}}
ID = "0123456789abcdef"

ADDRESSES = [
    Address("GET", "/api/rooms/weekly", "read"),
    Address("GET", "/api/rooms/weekly/minutes", "read"),
    Address("GET", "/api/rooms/weekly/transcript", "read"),
    Address("GET", "/api/rooms/weekly/talk", "read"),
    Address("GET", "/api/rooms/weekly/insights", "read"),
    Address("HEAD", "/api/rooms/weekly/events", "read"),
    Address("POST", "/api/rooms/weekly/corrections", "write", sent={"json": {}}),
    Address("POST", "/api/rooms/weekly/verdicts/action:t1", "write", sent={"json": {}}),
    Address("POST", "/api/rooms/weekly/agenda", "write", sent={"json": {"item": "Budget"}}),
    Address("POST", "/api/rooms/weekly/summary", "write"),
    Address("POST", "/api/rooms/weekly/end", "write"),
    Address("POST", "/api/rooms/weekly/files", "write", sent={"content": b"no picture"}),
    Address("GET", "/api/rooms/weekly/files/" + "0" * 64, "read"),
    Address("POST", "/api/rooms/weekly/join", "read", sent={"json": {"name": "Maya"}}),
    Address("GET", "/api/rooms/weekly/people", "read"),
    Address("PUT", "/api/rooms/weekly/people/p-1", "owner", sent={"json": {"role": "read"}}),
    Address("DELETE", "/api/rooms/weekly/people/p-1", "owner"),
    Address("PUT", "/api/rooms/weekly/people/p-1/consent", "read", sent={"json": {"heard": False}}),
    Address("DELETE", "/api/rooms/weekly/people/p-1/record", "read"),
    Address("POST", "/api/rooms/weekly/people/me/sound", "comment"),
    Address("POST", "/api/rooms/weekly/links", "owner"),
    Address("POST", "/whip/weekly", "read", sent=SDP),
    Address("POST", "/whip/talking", "comment", sent=SPEAKS),
    Address("PATCH", "/whip/weekly/s1", "read", sent=SDP),
    Address("DELETE", "/whip/weekly/s1", "read"),
    Address("POST", "/api/rooms", "write", "server", {"json": {"title": "Weekly"}}),
    Address("GET", "/api/recordings", "read", "server"),
    Address("POST", "/api/recordings", "write", "server"),
    Address("GET", f"/api/recordings/{ID}", "read", "server"),
    Address("GET", f"/api/recordings/{ID}/minutes", "read", "server"),
    Address("GET", f"/api/recordings/{ID}/audio", "read", "server"),
    Address("GET", f"/api/recordings/{ID}/corrections", "read", "server"),
    Address("POST", f"/api/recordings/{ID}/corrections", "write", "server", {"json": {}}),
    Address("DELETE", f"/api/recordings/{ID}", "write", "server"),
    Address("GET", f"/api/jobs/{ID}", "read", "server"),
    Address("DELETE", f"/api/jobs/{ID}", "write", "server"),
    Address("GET", f"/api/jobs/{ID}/events", "read", "server"),
    Address("GET", "/metrics", "read", "machine"),
    Address("GET", "/api/rooms", "read", "any token"),
    *(
        Address("GET", path, None, "all")
        for path in (
            "/",
            "/r/weekly",
            "/replay/1",
            "/favicon.svg",
            "/healthz",
            "/readyz",
            "/api/clock",
            "/openapi.json",
        )
    ),
]

SOCKETS = [
    Address("WEBSOCKET", "/sync/weekly", "read"),
    Address("WEBSOCKET", "/events/weekly", "read"),
    Address("WEBSOCKET", "/audio/weekly", "comment"),
]
