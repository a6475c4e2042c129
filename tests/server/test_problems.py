import json

import pytest
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.routing import Route
from starlette.testclient import TestClient

from voicemind.errors import (
    AgendaError,
    BackendError,
    BoardError,
    InputError,
    ModelUnavailable,
    RoomEnded,
    SignalError,
    UnknownRoom,
    UnknownSession,
    VoicemindError,
)
from voicemind.server.problems import HANDLERS, problem, status_of


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (UnknownRoom("x"), 404),
        (UnknownSession("x"), 404),
        (RoomEnded("x"), 409),
        (AgendaError("x"), 422),
        (InputError("x"), 422),
        (SignalError("x", 415), 415),
        (BoardError("x"), 503),
        (ModelUnavailable("x"), 503),
        (BackendError("x"), 500),
        (VoicemindError("x"), 500),
    ],
)
def test_each_error_has_its_status(error: VoicemindError, status: int) -> None:
    assert status_of(error) == status


@pytest.mark.parametrize(
    ("error", "status", "detail"),
    [
        (UnknownRoom("there is no room 'x'"), 404, "there is no room 'x'"),
        (BoardError("the disk is full"), 503, "the disk is full"),
        (ClientDisconnect(), 400, "the request broke off before it was complete; send it again"),
    ],
)
def test_whatever_is_raised_is_answered_by_a_problem(error: Exception, status: int, detail: str) -> None:
    async def fail(_: Request) -> None:
        raise error

    app = Starlette(routes=[Route("/", fail)], exception_handlers=HANDLERS)
    response = TestClient(app, raise_server_exceptions=False).get("/")
    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")
    assert response.json()["detail"] == detail
    assert ("retry-after" in response.headers) == (status == 503)


def test_a_problem_may_hold_any_text() -> None:
    assert json.loads(bytes(problem(400, "lone \ud800").body))["detail"] == "lone ?"
