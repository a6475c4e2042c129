import inspect
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from tests.server.visits import Visits
from voicemind.server import guard
from voicemind.server.app import routes
from voicemind.server.guard import for_all, in_room, on_machine, on_server, visitor_of, with_token
from voicemind.server.pages import Bundle


async def show(request: Request) -> Response:
    visitor = visitor_of(request)
    return PlainTextResponse("nobody" if visitor is None else f"{visitor.role} of {visitor.room}")


def ask(visits: Visits, endpoint: guard.Endpoint, token: str | None, peer: str = "192.0.2.1", **headers: str) -> Any:
    app = Starlette(routes=[Route("/{room}", endpoint)])
    app.state.services = visits.services
    client = TestClient(app, client=(peer, 1))
    if token:
        headers["Authorization"] = f"Bearer {token}"
    answer = client.get("/weekly", headers=headers)
    return answer.text if answer.status_code == 200 else answer.status_code


def test_a_guard_lets_in_and_tells_whom(visits: Visits) -> None:
    room, server = visits.token("write", "weekly"), visits.token("write")
    for endpoint, with_room, with_server, with_none in (
        (in_room("write", show), "write of weekly", "write of *", 401),
        (in_room("owner", show), 403, 403, 401),
        (on_server("write", show), 403, "write of *", 401),
        (on_server("owner", show), 403, 403, 401),
        (with_token(show), "write of weekly", "write of *", 401),
        (on_machine(show), 403, "write of *", 401),
        (for_all(show), "nobody", "nobody", "nobody"),
    ):
        found = tuple(ask(visits, endpoint, token) for token in (room, server, None))
        assert found == (with_room, with_server, with_none)
        assert endpoint.__name__ == "show"


@pytest.mark.parametrize(
    ("peer", "headers", "answer"),
    [
        ("127.0.0.1", {}, "read of *"),
        ("::1", {}, "read of *"),
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.7"}, 401),
        ("127.0.0.1", {"Forwarded": "for=192.0.2.7"}, 401),
        ("192.0.2.7", {}, 401),
    ],
)
def test_programs_on_the_machine_need_no_token(visits: Visits, peer: str, headers: Any, answer: Any) -> None:
    assert ask(visits, on_machine(show), None, peer, **headers) == answer


def test_no_route_is_without_a_guard() -> None:
    for route in routes(Bundle()):
        if isinstance(route, Route):
            assert inspect.getclosurevars(route.endpoint).nonlocals.get("admit"), route.path
