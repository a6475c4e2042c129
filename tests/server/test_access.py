"""Who may do what: every address and socket, for every role, with every kind of token; and live."""

import time
from collections.abc import Iterator
from pathlib import Path

import anyio
import jwt
import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient

from tests.fakes import fake_models
from tests.room.host import LOCAL
from tests.server.addresses import ADDRESSES, SOCKETS, Address
from tests.server.visits import Visits
from voicemind.config import ServeConfig
from voicemind.server.access import Access, find_token, tidy_name
from voicemind.server.app import Parts, create_app, routes
from voicemind.server.grants import Grants
from voicemind.server.pages import Bundle
from voicemind.server.tokens import EVERYWHERE, ROLES, Role, Tokens, Visitor

KEY = "k" * 64
HOUR = 3600


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visits]:
    """One server for the whole table."""
    data = tmp_path_factory.mktemp("access")
    parts = Parts(lambda config, progress: fake_models(), lambda folder: ("false",), LOCAL)
    with TestClient(create_app(ServeConfig(data, requests_per_second=1e6), parts), "http://testserver") as client:
        visits = Visits(client)
        for name in ("weekly", "talking"):
            visits.room(name)
            visits.run(lambda name=name: visits.services.access.decide(name, "p-bad", None))  # type: ignore[misc]
        yield visits


def room_of(address: Address) -> str:
    return "talking" if "talking" in address.path else "weekly"


def bad_tokens(visits: Visits, address: Address) -> dict[str, str]:
    scope = EVERYWHERE if address.place in ("server", "machine") else room_of(address)
    good = visits.token("owner", scope)
    head, claims, signature = good.split(".")
    unsigned = jwt.encode({"iss": "voicemind", "room": scope, "role": "owner", "exp": time.time() + 60}, "", "none")
    return {
        "malformed": "no-token",
        "cut": good[:-4],
        "forged": f"{head}.{claims}.{signature[::-1]}",
        "expired": visits.token("owner", scope, days=-2),
        "expired, of a person": visits.token("owner", scope, days=-2, participant="p-1"),
        "foreign": Tokens(KEY).write(Visitor("owner", scope, expires=time.time() + HOUR)),
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
    for route in routes(Bundle()):
        if isinstance(route, WebSocketRoute):
            assert any(route.path_regex.match(socket.path) for socket in SOCKETS), route.path
        else:
            assert isinstance(route, Route)
            methods = (route.methods or set()) - {"HEAD"}
            found = {a.method.replace("HEAD", "GET") for a in ADDRESSES if route.path_regex.match(a.path)}
            assert methods <= found, route.path


@pytest.mark.parametrize("address", [a for a in ADDRESSES if a.takes], ids=str)
def test_no_token_and_no_good_one_get_nobody_in(gate: Visits, address: Address) -> None:
    assert ask(gate, address, None) == 401
    for kind, token in bad_tokens(gate, address).items():
        assert ask(gate, address, token) == 401, kind


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("address", [a for a in ADDRESSES if a.takes], ids=str)
def test_an_address_takes_a_good_token_of_its_role(gate: Visits, address: Address, role: Role) -> None:
    assert address.takes is not None
    allowed = ROLES.index(role) >= ROLES.index(address.takes)

    def check(expected: bool, scope: str, participant: str | None = None) -> None:
        status = ask(gate, address, gate.token(role, scope, participant=participant))
        assert (status not in (401, 403)) if expected else status == 403, (scope, participant, status)

    room = room_of(address)
    check(allowed, EVERYWHERE)
    if address.place == "room":
        check(allowed, room)
        check(allowed, room, "p-good")
        check(False, "another-room")
        check(False, room, "p-bad")
    elif address.place != "any token":
        check(False, room)
        check(False, room, "p-good")


@pytest.mark.parametrize("address", [a for a in ADDRESSES if a.takes is None], ids=str)
def test_some_addresses_are_for_all(gate: Visits, address: Address) -> None:
    assert ask(gate, address, None) not in (401, 403)
    assert ask(gate, address, "no-token") not in (401, 403)


def test_the_list_of_rooms_has_those_that_a_token_is_good_for(gate: Visits) -> None:
    gate.room("another-room")

    def listed(token: str) -> set[str]:
        body = gate.client.get("/api/rooms", params={"token": token}).json()
        return {row["room"] for row in body["rooms"]} & {"weekly", "another-room"}

    assert listed(gate.token("read")) == {"weekly", "another-room"}
    assert listed(gate.token("owner", "weekly")) == {"weekly"}
    assert listed(gate.token("owner", "third")) == set()


@pytest.mark.parametrize("socket", SOCKETS, ids=str)
def test_a_socket_says_by_its_close_code_what_is_wrong_with_a_token(gate: Visits, socket: Address) -> None:
    path = socket.path
    assert gate.closed(path) == (
        4401,
        "come in by a link to the room, or by the sign-in link that the first start printed",
    )
    for kind, token in bad_tokens(gate, socket).items():
        assert gate.closed(f"{path}?token={token}")[0] == 4401, kind
        assert gate.closed(path, [f"yauth-{token}"])[0] == 4401, kind
    assert gate.closed(f"{path}?token={gate.token('owner', 'another-room')}")[0] == 4403
    assert gate.closed(f"{path}?token={gate.token('owner', 'weekly', participant='p-bad')}")[0] == 4403


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("participant", [None, "p-good"])
def test_every_role_can_watch(gate: Visits, role: Role, participant: str | None) -> None:
    token = gate.token(role, "weekly", participant=participant)
    with gate.client.websocket_connect("/sync/weekly", [f"yauth-{token}"]) as socket:
        assert str(socket.accepted_subprotocol) == f"yauth-{token}"
        socket.send_bytes(b"\x00\x00\x01\x00")
        assert socket.receive_bytes()[:2] == b"\x00\x01"
    with gate.client.websocket_connect("/events/weekly", [f"yauth-{token}"]) as socket:
        assert socket.receive_json()["type"] == "hello"


def test_a_room_that_there_is_not_is_unknown(gate: Visits) -> None:
    assert gate.client.get("/api/rooms/never", headers=gate.bearer()).status_code == 404
    assert gate.closed(f"/sync/never?token={gate.token()}")[0] == 4404


def request(query: str = "", **headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "query_string": query.encode(), "headers": raw})


@pytest.fixture
def access(tmp_path: Path) -> Access:
    return Access(KEY, Grants(tmp_path / "access.sqlite"))


@pytest.fixture
def open_access(tmp_path: Path) -> Access:
    return Access(KEY, Grants(tmp_path / "access.sqlite"), open_to_all=True)


def test_a_token_comes_in_three_ways() -> None:
    socket = Request({"type": "http", "query_string": b"", "headers": [], "subprotocols": ["x", "yauth-t"]})
    assert find_token(socket) == "t"
    assert find_token(request("token=t")) == "t"
    assert find_token(request(authorization="bearer t")) == "t"
    assert find_token(request(authorization="Basic t")) is None
    assert find_token(request("")) is None


def test_who_somebody_is_the_token_says_and_nothing_else(access: Access) -> None:
    named = access.token("weekly", "write", 1, participant="p-1", name="Maya")
    visitor = access.identify(request(f"token={named}&participant=p-2&name=Eve"))
    assert (visitor.participant, visitor.name, visitor.known) == ("p-1", "Maya", True)

    for role in ROLES:
        invitation = access.token("weekly", role, 1)
        visitor = access.identify(request(f"token={invitation}&participant=p-2&name=+Eve%20%20X+"))
        assert (visitor.participant, visitor.name, visitor.known) == (None, "Eve X", False)
    sign_in = access.token(EVERYWHERE, "owner", 1)
    assert access.identify(request(f"token={sign_in}&participant=p-2")).participant is None


@pytest.mark.parametrize("said", ["", "a/b", "a b", "x" * 65, "<script>", "p-0123456789abcdef"])
def test_an_id_that_is_none_or_somebody_else_s_is_passed_over(open_access: Access, said: str) -> None:
    assert open_access.identify(request(f"participant={said}")).participant is None


def test_without_a_token_everybody_is_an_owner_only_where_all_are(access: Access, open_access: Access) -> None:
    assert open_access.identify(request()) == Visitor("owner")
    assert open_access.identify(request("participant=maya&name=Maya")) == Visitor(
        "owner", participant="maya", name="Maya"
    )
    with pytest.raises(HTTPException, match="401"):
        open_access.identify(request("token=bad"))
    with pytest.raises(HTTPException, match="401"):
        access.identify(request())


def test_the_same_token_is_given_all_day(access: Access) -> None:
    assert access.token("weekly", "read", 30) == access.token("weekly", "read", 30)
    expires = access.identify(request(f"token={access.token('weekly', 'read', 30)}")).expires
    assert expires is not None
    assert 0 <= expires - time.time() - 30 * 86400 <= 86400


def test_a_seat_has_an_id_of_its_own_and_lasts_as_long_as_the_invitation(access: Access) -> None:
    invited = access.identify(request(f"token={access.token('weekly', 'write', 2)}"))
    (token, maya), (_, tom) = (access.seat(invited, "weekly", name, 30) for name in ("Maya", "Tom"))
    assert maya.participant != tom.participant
    assert access.identify(request(f"token={token}")) == maya
    assert (maya.role, maya.room, maya.name, maya.known, maya.expires) == (
        "write",
        "weekly",
        "Maya",
        True,
        invited.expires,
    )
    _, again = access.seat(maya, "weekly", "Maya L.", 30)
    assert (again.participant, again.name) == (maya.participant, "Maya L.")


def test_whoever_is_nobody_known_gets_an_id_that_nobody_can_state(open_access: Access) -> None:
    stated = open_access.identify(request("participant=maya"))
    token, seat = open_access.seat(stated, "weekly", None, 30)
    assert seat.participant != "maya"
    assert open_access.identify(request(f"token={token}&participant=maya")).participant == seat.participant
    assert open_access.identify(request(f"participant={seat.participant}")).participant is None


async def decide(access: Access, role: Role | None) -> None:
    await access.decide("weekly", "p-1", role)


def test_what_an_owner_decides_counts_more_than_a_token(access: Access) -> None:
    token = access.token("weekly", "write", 1, participant="p-1")
    for role in ROLES:
        anyio.run(decide, access, role)
        assert access.identify(request(f"token={token}")).role == role
    anyio.run(decide, access, None)
    with pytest.raises(HTTPException, match="asked you to leave"):
        access.identify(request(f"token={token}"))
    elsewhere = access.token("other", "write", 1, participant="p-1")
    assert access.identify(request(f"token={elsewhere}")).role == "write"


def test_renewed_links_take_the_old_ones_back(access: Access) -> None:
    old, personal = access.token("weekly", "write", 1), access.token("weekly", "write", 1, participant="p-1")
    other = access.token("other", "write", 1)
    anyio.run(access.renew_links, "weekly")
    with pytest.raises(HTTPException, match="does not count any more"):
        access.identify(request(f"token={old}"))
    new = access.token("weekly", "write", 1)
    assert new != old
    for token in (new, personal, other, access.token(EVERYWHERE, "owner", 1)):
        access.identify(request(f"token={token}"))


@pytest.mark.parametrize(
    ("role", "why"), [("read", "lets you read"), (None, "asked you to leave"), ("owner", None), ("comment", None)]
)
def test_whoever_waits_is_told_that_a_role_is_lost(access: Access, role: Role | None, why: str | None) -> None:
    visitor = access.identify(request(f"token={access.token('weekly', 'write', 1, participant='p-1')}"))
    told: list[HTTPException] = []

    async def wait() -> None:
        async with anyio.create_task_group() as tasks:

            async def until_revoked() -> None:
                told.append(await access.revoked(visitor, "comment"))
                tasks.cancel_scope.cancel()

            tasks.start_soon(until_revoked)
            await anyio.sleep(0.01)
            assert [person.participant for person in access.here("weekly")] == ["p-1"]
            await access.decide("weekly", "p-2", None)
            await decide(access, role)
            await anyio.sleep(0.05)
            tasks.cancel_scope.cancel()
        assert access.here("weekly") == []

    anyio.run(wait)
    assert bool(told) == bool(why)
    assert not why or why in told[0].detail


def test_whoever_waits_is_told_that_a_token_expires(access: Access) -> None:
    visitor = Visitor("write", "weekly", "p-1", known=True, expires=time.time() + 0.2)

    async def wait() -> HTTPException:
        with anyio.fail_after(60):
            return await access.revoked(visitor, "read")

    assert anyio.run(wait).status_code == 401
    assert time.time() >= visitor.expires  # type: ignore[operator]


def test_a_name_is_one_line() -> None:
    assert tidy_name("  Maya \n L. ") == "Maya L."
    assert tidy_name(" \n") is None
    assert tidy_name("x" * 200) == "x" * 80
