"""What cannot be done, as RFC 9457 problems: ``application/problem+json`` on every address."""

import json
from collections.abc import Mapping
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import Response
from starlette.types import ExceptionHandler

from voicemind.errors import (
    BoardError,
    Elsewhere,
    InputError,
    ModelError,
    RoomEnded,
    SignalError,
    UnknownRoom,
    UnknownSession,
    Unwished,
    VoicemindError,
)

MEDIA_TYPE = "application/problem+json"

_STATUS: tuple[tuple[type[VoicemindError], int], ...] = (
    (UnknownRoom, 404),
    (UnknownSession, 404),
    (RoomEnded, 409),
    (Elsewhere, 409),
    (Unwished, 409),
    (InputError, 422),
    (BoardError, 503),
    (ModelError, 503),
    (VoicemindError, 500),
)


def problem(status: int, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    """Return a problem response; ``detail`` says what to do."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    text = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    return Response(text, status, headers, MEDIA_TYPE)


def status_of(error: VoicemindError) -> int:
    """Return the HTTP status that says of which kind an error is."""
    if isinstance(error, SignalError):
        return error.status
    return next(status for kind, status in _STATUS if isinstance(error, kind))


def _refused(_: HTTPConnection, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - it is registered for nothing else
    return problem(error.status_code, _DETAILS.get(error.detail, error.detail), error.headers)


def _failed(_: HTTPConnection, error: Exception) -> Response:
    assert isinstance(error, VoicemindError)  # noqa: S101
    status = status_of(error)
    return problem(status, str(error), {"Retry-After": "5"} if status == HTTPStatus.SERVICE_UNAVAILABLE else None)


def _gone(_: Request, __: Exception) -> Response:
    return problem(400, "the request broke off before it was complete; send it again")


# Starlette's own words for what its router refuses.
_DETAILS = {
    "Not Found": "there is nothing at this address",
    "Method Not Allowed": "this address does not take that method; Allow says which it takes",
}

HANDLERS: dict[int | type[Exception], ExceptionHandler] = {
    HTTPException: _refused,
    VoicemindError: _failed,
    ClientDisconnect: _gone,
}
"""Exception handlers for the application."""
