import time
from typing import Any

import jwt
import pytest

from tests.board.clients import Client
from tests.server.visits import Visits, turn
from voicemind.board import protocol
from voicemind.server import events
from voicemind.server.events import RoomEvents
from voicemind.server.sockets import number


def dying_token(visits: Visits, seconds: float) -> str:
    """A token for the room that expires in the middle of things."""
    claims = {"iss": "voicemind", "room": "weekly", "role": "write", "exp": time.time() + seconds}
    return jwt.encode(claims, (visits.services.config.data / "owner.key").read_text().strip(), "HS256")


@pytest.mark.parametrize("path", ["/sync/weekly", "/events/weekly"])
def test_a_socket_is_closed_when_its_token_expires(visits: Visits, path: str) -> None:
    visits.room()
    token = dying_token(visits, 1.2)
    began = time.monotonic()
    with visits.client.websocket_connect(f"{path}?token={token}") as socket:
        message = socket.receive()
        while message["type"] == "websocket.send":
            message = socket.receive()
    assert (message["code"], message["reason"]) == (4401, "this link has expired; ask for a new one")
    assert 0.1 < time.monotonic() - began < 3


def watching(visits: Visits, query: str = "") -> Any:
    return visits.client.websocket_connect(f"/events/weekly?token={visits.token()}{query}")


def publish(visits: Visits, *data: Any, to: str | None = None) -> RoomEvents:
    room = visits.room()

    async def tell() -> RoomEvents:
        room_events = visits.services.events(room)
        for one in data:
            room_events.publish("nudge" if to else "turn", one, to)
        return room_events

    return visits.run(tell)


def until_watched(visits: Visits, room_events: RoomEvents, count: int) -> None:
    end = time.monotonic() + 5
    while room_events.watchers != count:
        assert time.monotonic() < end
        time.sleep(0.005)


def test_events_come_as_json_and_are_resumed_by_number(visits: Visits) -> None:
    room_events = publish(visits, {"n": 0})
    with watching(visits) as socket:
        until_watched(visits, room_events, 1)
        publish(visits, {"n": 1})
        greeting, first = socket.receive_json(), socket.receive_json()
        assert (greeting["seq"], greeting["type"]) == (None, "hello")
        assert greeting["data"] == {"seq": first["seq"] - 1}
        assert (first["type"], first["data"]) == ("turn", {"n": 1})
    publish(visits, {"n": 2})
    with watching(visits, f"&since={first['seq']}") as socket:
        again = socket.receive_json()
        assert (again["seq"], again["data"]) == (first["seq"] + 1, {"n": 2})
    with watching(visits, "&since=5") as socket:
        assert socket.receive_json()["type"] == "resync"
    until_watched(visits, room_events, 0)


def test_a_nudge_is_told_on_one_person_s_socket_alone(visits: Visits) -> None:
    room_events = publish(visits)

    def come(participant: str | None) -> Any:
        """Come as somebody, and say that one were Maya."""
        token = visits.token("owner", "weekly", participant=participant)
        return visits.client.websocket_connect(f"/events/weekly?token={token}&participant=p-1")

    with come("p-1") as maya, come("p-2") as tom, come(None) as stranger:
        until_watched(visits, room_events, 3)
        publish(visits, {"n": 1}, to="p-1")
        publish(visits, {"n": 2})
        for socket in (maya, tom, stranger):
            assert socket.receive_json()["type"] == "hello"
        assert (maya.receive_json()["to"], maya.receive_json()["data"]) == ("p-1", {"n": 2})
        assert tom.receive_json()["data"] == stranger.receive_json()["data"] == {"n": 2}


def test_who_is_too_slow_is_told_to_come_back(visits: Visits, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "QUEUE", 3)
    room_events = publish(visits)
    with watching(visits) as socket:
        until_watched(visits, room_events, 1)
        publish(visits, *({"n": n} for n in range(20)))
        seen = []
        message = socket.receive()
        while message["type"] == "websocket.send":
            seen.append(message)
            message = socket.receive()
        assert len(seen) <= 5
        assert message["code"] == 4508
    until_watched(visits, room_events, 0)


@pytest.mark.parametrize("role", ["read", "comment"])
def test_who_may_not_write_changes_nothing(visits: Visits, role: Any) -> None:
    room = visits.room()
    visits.write(room, turn(1))
    client = Client()
    client.roots["title"].insert(0, "mine")
    with visits.client.websocket_connect(f"/sync/weekly?token={visits.token(role, 'weekly')}") as socket:
        socket.send_bytes(client.hello())
        while not client.denied:
            if answer := client.hear(socket.receive_bytes()):
                socket.send_bytes(answer)
        assert client.synced.is_set()
        assert list(client.roots["transcript"].keys()) == ["t1"]
        socket.send_text("no bytes")
        socket.send_bytes(protocol.awareness(()))
    assert room.board.document.title() == ""


def test_who_somebody_is_stands_in_the_log_where_the_token_says_it(visits: Visits) -> None:
    room = visits.room()
    client = Client()
    client.roots["title"].insert(0, "mine")
    token = visits.token("write", "weekly", participant="p-1", name="Maya")
    with visits.client.websocket_connect(f"/sync/weekly?ack=1&token={token}&participant=p-9") as socket:
        socket.send_bytes(client.hello())
        while not client.saved:
            if answer := client.hear(socket.receive_bytes()):
                socket.send_bytes(answer)
        assert [c.guest.id for c in room.board._owner.connections] == ["p-1"]
    assert room.board.document.title() == "mine"


@pytest.mark.parametrize("text", ["", None, "-1", "x", "1.5", "9" * 17, "²"])
def test_what_is_no_number_of_an_event_is_none(text: str | None) -> None:
    assert number(text) is None
    assert number("123") == 123
