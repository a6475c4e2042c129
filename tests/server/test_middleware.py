from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from tests.server.visits import Visits
from voicemind.config import ServeConfig
from voicemind.server.app import Parts, create_app
from voicemind.server.middleware import HEADERS, Failsafe, SafeHeaders

OTHER = {"Origin": "https://evil.example"}


@pytest.fixture
def open_server(config: ServeConfig, parts: Parts) -> Iterator[TestClient]:
    app = create_app(replace(config, open=True, origins=("https://team.example",)), parts)
    with TestClient(app, "http://localhost:8000") as client:
        yield client


@pytest.mark.parametrize("path", ["/", "/api/rooms", "/missing", "/healthz", "/assets/index-BRPOqieP.js"])
def test_every_answer_has_the_headers_that_keep_pages_safe(visits: Visits, path: str) -> None:
    headers = visits.client.get(path).headers
    assert {name: headers[name] for name in HEADERS} == HEADERS


def test_a_page_of_another_origin_may_read_but_change_nothing(open_server: TestClient) -> None:
    assert open_server.get("/api/rooms", headers=OTHER).status_code == 200
    for method, path in (("POST", "/api/rooms"), ("DELETE", "/api/jobs/1"), ("PATCH", "/whip/a/b")):
        response = open_server.request(method, path, headers=OTHER)
        assert response.status_code == 403
        assert response.headers["content-type"] == "application/problem+json"
    assert open_server.post("/api/rooms", json={}, headers={"Origin": "null"}).status_code == 403


def test_its_own_page_and_those_that_are_allowed_may(open_server: TestClient) -> None:
    for origin in ("http://localhost:8000", "https://team.example", "HTTPS://TEAM.example"):
        assert open_server.post("/api/rooms", json={}, headers={"Origin": origin}).status_code == 201
    assert open_server.post("/api/rooms", json={}).status_code == 201
    assert open_server.post("/api/rooms", json={}, headers={"Origin": "http://localhost:9000"}).status_code == 403


@pytest.mark.parametrize("path", ["/sync/weekly", "/events/weekly"])
def test_a_page_of_another_origin_gets_no_socket(open_server: TestClient, path: str) -> None:
    with pytest.raises(WebSocketDisconnect), open_server.websocket_connect(f"ws://localhost:8000{path}", headers=OTHER):
        pass
    own = {"Origin": "http://localhost:8000"}
    with open_server.websocket_connect(f"ws://localhost:8000{path}", headers=own):
        pass


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "192.0.2.1", "localhost.evil.example", ""])
def test_where_all_are_owners_only_this_machine_is_answered(open_server: TestClient, host: str) -> None:
    """A name of the attacker's that points to this machine is of the same origin as itself."""
    response = open_server.get("/api/rooms", headers={"Host": host, "Origin": f"http://{host}"})
    assert response.status_code == 403
    with (
        pytest.raises(WebSocketDisconnect),
        open_server.websocket_connect("ws://localhost/sync/a", headers={"Host": host}),
    ):
        pass


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:1", "127.0.0.1:8000", "127.9.9.9", "[::1]:8000", "a.localhost"]
)
def test_this_machine_has_many_names(open_server: TestClient, host: str) -> None:
    assert open_server.get("/api/rooms", headers={"Host": host}).status_code == 200


def test_where_it_takes_a_token_any_name_will_do(visits: Visits) -> None:
    assert visits.client.get("/api/rooms", headers={**visits.bearer(), "Host": "meet.example"}).status_code == 200


async def break_down(request: Request) -> Response:
    raise ZeroDivisionError("secret")


async def begin_and_break_down(request: Request) -> Response:
    async def body() -> AsyncIterator[bytes]:
        yield b"begun"
        raise ZeroDivisionError("secret")

    return StreamingResponse(body())


def test_what_goes_wrong_unforeseen_is_a_problem_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    app = Starlette(
        routes=[Route("/", break_down), Route("/late", begin_and_break_down)],
        middleware=[Middleware(SafeHeaders), Middleware(Failsafe)],
    )
    with TestClient(app) as client:
        answer = client.get("/")
        assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
        assert answer.json()["detail"] == "the server failed at this; its log says why"
        assert answer.headers["x-content-type-options"] == "nosniff"
        [record] = caplog.records
        assert record.getMessage() == "break_down failed"
        assert record.exc_info is not None
        with pytest.raises(ZeroDivisionError):
            client.get("/late")
