"""Who may do what: every address and socket, for every role, with every kind of token."""

import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jwt
import pytest
from starlette.requests import Request
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient

from tests.fakes import fake_models
from tests.room.host import LOCAL
from tests.room.offers import CHROME
from tests.server.visits import Visits
from voicemind.config import ServeConfig
from voicemind.errors import InputError
from voicemind.server.app import Parts, create_app, routes
from voicemind.server.auth import EVERYWHERE, ROLES, Access, Role, Visitor, find_token, owner_key
from voicemind.server.pages import Bundle

KEY = "k" * 64


@dataclass(frozen=True)
class Address:
    """An address, the least role that it takes (None for nobody's matter), and what is sent there."""

    method: str
    path: str
    needs: Role | None
    server: bool = False  # whether it takes a token for the whole server
    sent: dict[str, Any] = field(default_factory=dict)


SDP = {"content": b"no offer", "headers": {"Content-Type": "application/sdp"}}
ROOM = [
    Address("GET", "/api/rooms/weekly", "read"),
    Address("GET", "/api/rooms/weekly/minutes", "read"),
    Address("GET", "/api/rooms/weekly/talk", "read"),
    Address("GET", "/api/rooms/weekly/insights", "read"),
    Address("HEAD", "/api/rooms/weekly/events", "read"),
    Address("POST", "/api/rooms/weekly/corrections", "write", sent={"json": {}}),
    Address("POST", "/api/rooms/weekly/verdicts/action:t1", "write", sent={"json": {}}),
    Address("POST", "/api/rooms/weekly/end", "write"),
    Address("POST", "/whip/weekly", "read", sent=SDP),
    Address("PATCH", "/whip/weekly/s1", "read", sent=SDP),
    Address("DELETE", "/whip/weekly/s1", "read"),
]
SERVER = [
    Address("POST", "/api/rooms", "write", server=True, sent={"json": {"title": "Weekly"}}),
    Address("GET", "/api/recordings", "read", server=True),
    Address("POST", "/api/recordings", "write", server=True),
    Address("GET", "/api/recordings/0123456789abcdef", "read", server=True),
    Address("GET", "/api/recordings/0123456789abcdef/minutes", "read", server=True),
    Address("DELETE", "/api/recordings/0123456789abcdef", "write", server=True),
    Address("GET", "/api/jobs/0123456789abcdef", "read", server=True),
    Address("DELETE", "/api/jobs/0123456789abcdef", "write", server=True),
    Address("GET", "/api/jobs/0123456789abcdef/events", "read", server=True),
]
PUBLIC = [
    Address("GET", path, None)
    for path in ("/", "/r/weekly", "/replay/1", "/favicon.svg", "/metrics", "/healthz", "/readyz", "/openapi.json")
]
LIST = Address("GET", "/api/rooms", "read")  # for whoever has a token at all
SOCKETS = ["/sync/weekly", "/events/weekly"]


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visits]:
    """One server for the whole table."""
    data = tmp_path_factory.mktemp("auth")
    parts = Parts(lambda config, progress: fake_models(), lambda folder: ("false",), LOCAL)
    with TestClient(create_app(ServeConfig(data), parts), "http://testserver") as client:
        visits = Visits(client)
        visits.room()
        yield visits


def bad_tokens(visits: Visits, address: Address) -> dict[str, str]:
    scope = EVERYWHERE if address.server else "weekly"
    good = visits.token("owner", scope)
    head, claims, signature = good.split(".")
    unsigned = jwt.encode({"iss": "voicemind", "room": scope, "role": "owner", "exp": time.time() + 60}, "", "none")
    return {
        "malformed": "no-token",
        "cut": good[:-4],
        "forged": f"{head}.{claims}.{signature[::-1]}",
        "expired": visits.token("owner", scope, days=-2),
        "foreign": Access(KEY).token(scope, "owner", 1),
        "unsigned": unsigned,
    }


def ask(visits: Visits, address: Address, token: str | None) -> int:
    sent = dict(address.sent)
    headers = dict(sent.pop("headers", {}))
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    response = visits.client.request(address.method, address.path, headers=headers, **sent)
    if response.status_code >= 400 and address.method != "HEAD":
        assert response.headers["content-type"] == "application/problem+json"
        assert response.json()["status"] == response.status_code
    return response.status_code


def test_the_table_has_every_route() -> None:
    known = [*ROOM, *SERVER, *PUBLIC, LIST]
    for route in routes(Bundle()):
        if isinstance(route, WebSocketRoute):
            assert any(route.path_regex.match(path) for path in SOCKETS), route.path
        elif isinstance(route, Route):
            methods = (route.methods or set()) - {"HEAD"}
            found = {a.method.replace("HEAD", "GET") for a in known if route.path_regex.match(a.path)}
            assert methods <= found, route.path


@pytest.mark.parametrize("address", [*ROOM, *SERVER], ids=lambda a: f"{a.method} {a.path}")
def test_an_address_takes_a_good_token_of_its_role(gate: Visits, address: Address) -> None:
    assert ask(gate, address, None) == 401
    for kind, token in bad_tokens(gate, address).items():
        assert ask(gate, address, token) == 401, kind
    assert ask(gate, address, gate.token("owner", "another-room")) == 403
    if address.server:
        assert ask(gate, address, gate.token("owner", "weekly")) == 403
    assert address.needs is not None
    for role in ROLES:
        scopes = [EVERYWHERE] if address.server else [EVERYWHERE, "weekly"]
        for scope in scopes:
            status = ask(gate, address, gate.token(role, scope))
            allowed = ROLES.index(role) >= ROLES.index(address.needs)
            assert (status not in (401, 403)) if allowed else status == 403, (role, scope, status)


@pytest.mark.parametrize("address", PUBLIC, ids=lambda a: a.path)
def test_some_addresses_are_for_all(gate: Visits, address: Address) -> None:
    assert ask(gate, address, None) not in (401, 403)
    assert ask(gate, address, "no-token") not in (401, 403)


def test_the_list_of_rooms_has_those_that_a_token_is_good_for(gate: Visits) -> None:
    gate.room("another-room")

    def listed(token: str) -> set[str]:
        body = gate.client.get("/api/rooms", params={"token": token}).json()
        return {row["room"] for row in body["rooms"]} & {"weekly", "another-room"}

    assert ask(gate, LIST, None) == 401
    assert listed(gate.token("read")) == {"weekly", "another-room"}
    assert listed(gate.token("owner", "weekly")) == {"weekly"}
    assert listed(gate.token("owner", "third")) == set()


@pytest.mark.parametrize("path", SOCKETS)
def test_a_socket_says_by_its_close_code_what_is_wrong_with_a_token(gate: Visits, path: str) -> None:
    address = Address("GET", path, "read")
    assert gate.closed(path) == (
        4401,
        "come in by a link to the room, or by the sign-in link that the first start printed",
    )
    for kind, token in bad_tokens(gate, address).items():
        assert gate.closed(f"{path}?token={token}")[0] == 4401, kind
        assert gate.closed(path, [f"yauth-{token}"])[0] == 4401, kind
    assert gate.closed(f"{path}?token={gate.token('owner', 'another-room')}")[0] == 4403


@pytest.mark.parametrize("role", ROLES)
def test_every_role_can_watch(gate: Visits, role: Role) -> None:
    token = gate.token(role, "weekly")
    with gate.client.websocket_connect("/sync/weekly", [f"yauth-{token}"]) as socket:
        assert str(socket.accepted_subprotocol) == f"yauth-{token}"
        socket.send_bytes(b"\x00\x00\x01\x00")
        assert socket.receive_bytes()[:2] == b"\x00\x01"


def test_a_room_that_there_is_not_is_unknown(gate: Visits) -> None:
    assert gate.client.get("/api/rooms/never", headers=gate.bearer()).status_code == 404
    assert gate.closed(f"/sync/never?token={gate.token()}")[0] == 4404


def test_speaking_takes_more_than_listening(gate: Visits) -> None:
    gate.room("talking")
    offer = Address("POST", "/whip/talking", "comment", sent={"content": CHROME, "headers": SDP["headers"]})
    assert ask(gate, offer, gate.token("read", "talking")) == 403
    assert ask(gate, offer, gate.token("comment", "talking")) == 201


def request(query: str = "", **headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "query_string": query.encode(), "headers": raw})


def test_a_token_comes_in_three_ways() -> None:
    socket = Request({"type": "http", "query_string": b"", "headers": [], "subprotocols": ["x", "yauth-t"]})
    assert find_token(socket) == "t"
    assert find_token(request("token=t")) == "t"
    assert find_token(request(authorization="bearer t")) == "t"
    assert find_token(request(authorization="Basic t")) is None
    assert find_token(request("")) is None


def test_a_token_may_say_who_somebody_is_and_counts_more_than_what_they_say() -> None:
    access = Access(KEY)
    named = access.token("weekly", "write", 1, participant="p-1", name="Maya")
    visitor = access.identify(request(f"token={named}&participant=p-2&name=Eve"))
    assert (visitor.participant, visitor.name, visitor.known) == ("p-1", "Maya", True)

    nameless = access.identify(request(f"token={access.token('weekly', 'write', 1)}&participant=p-2&name=+Eve%20%20X+"))
    assert (nameless.participant, nameless.name, nameless.known) == ("p-2", "Eve X", False)
    assert access.identify(request(f"token={named}&participant=a/b")).participant == "p-1"


@pytest.mark.parametrize("said", ["", "a/b", "a b", "x" * 65, "<script>"])
def test_an_id_that_is_none_is_passed_over(said: str) -> None:
    assert Access(KEY, open_to_all=True).identify(request(f"participant={said}")).participant is None


def test_without_a_token_everybody_is_an_owner_only_where_all_are() -> None:
    assert Access(KEY, open_to_all=True).identify(request()) == Visitor("owner")
    with pytest.raises(Exception, match="401"):
        Access(KEY, open_to_all=True).identify(request("token=bad"))


def test_the_same_token_is_given_all_day() -> None:
    access = Access(KEY)
    assert access.token("weekly", "read", 30) == access.token("weekly", "read", 30)
    expires = access.identify(request(f"token={access.token('weekly', 'read', 30)}")).expires
    assert expires is not None
    assert 0 <= expires - time.time() - 30 * 86400 <= 86400


@pytest.mark.parametrize("claims", [{"room": 1}, {"role": "king"}, {"name": 5}, {"role": None}, {"iss": "other"}])
def test_claims_that_make_no_sense_are_refused(claims: dict[str, object]) -> None:
    good = {"iss": "voicemind", "room": "weekly", "role": "read", "exp": time.time() + 60}
    token = jwt.encode({**good, **claims}, KEY, "HS256")
    with pytest.raises(Exception, match="401"):
        Access(KEY).identify(request(f"token={token}"))


def test_the_owner_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    key, made = owner_key(tmp_path / "data")
    again, made_again = owner_key(tmp_path / "data")
    assert (made, made_again) == (True, False)
    assert key == again
    assert len(key) == 64
    path = tmp_path / "data" / "owner.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["owner.key"]


def test_an_owner_key_that_is_none_or_cannot_be_kept_is_bad_input(tmp_path: Path) -> None:
    (tmp_path / "owner.key").write_text("short")
    with pytest.raises(InputError, match="delete it"):
        owner_key(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="choose another"):
        owner_key(tmp_path / "file")
