"""Bodies in and out: JSON with limits, and answers that are sent only when they have changed."""

import gzip
import hashlib
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import anyio
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

MAX_JSON = 256 * 1024  # bytes
PATIENCE = 60.0  # seconds that a small body may take to come
WORTH_PACKING = 1024  # bytes


async def read_body(request: Request, limit: int) -> bytes:
    """Return the body of a request; HTTPException 413 when it is over ``limit`` bytes, 408 when it never ends."""
    body = bytearray()
    with anyio.move_on_after(PATIENCE) as patience:
        async for chunk in request.stream():
            body += chunk
            if len(body) > limit:
                raise HTTPException(413, f"the body is longer than {limit} bytes; send less at a time")
    if patience.cancelled_caught:
        raise HTTPException(408, f"the body did not come within {PATIENCE:g} s; send it again")
    return bytes(body)


async def read_object(request: Request) -> dict[str, Any]:
    """Return the JSON object in the body of a request; HTTPException 400, 413 or 415 when there is none."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise HTTPException(415, "send JSON, with the header Content-Type: application/json")
    body = await read_body(request, MAX_JSON)
    try:
        value = json.loads(body, parse_constant=_no_json)
    except (ValueError, RecursionError):
        raise HTTPException(400, "the body is no JSON that can be read") from None
    if not isinstance(value, dict):
        raise HTTPException(400, "the body is no JSON object; send {…}")
    return value


def text_field(fields: Mapping[str, Any], name: str, most: int) -> str | None:
    """Return a field that is a text of at most ``most`` characters, None without it; HTTPException 422 otherwise."""
    value = fields.get(name)
    if value is not None and (not isinstance(value, str) or len(value) > most):
        raise HTTPException(422, f"{name} is a text of at most {most} characters")
    return value


def json_response(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return JSON, of texts that may hold anything."""
    return Response(json_bytes(value), status, {"Cache-Control": "no-store", **(headers or {})}, "application/json")


def json_bytes(value: object) -> bytes:
    """Return JSON as UTF-8; what UTF-8 cannot say becomes a question mark."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")


def unless_known(
    request: Request, body: bytes, media_type: str = "application/json", headers: Mapping[str, str] | None = None
) -> Response:
    """Return a body with its strong ETag, or 304 without it where If-None-Match says that the client has it.

    Compressed it is another representation, so it has another ETag (RFC 9110, 8.8.3).
    """
    packed = len(body) >= WORTH_PACKING and "gzip" in request.headers.get("accept-encoding", "")
    etag = f'"{hashlib.sha256(body).hexdigest()[:24]}{"-gzip" if packed else ""}"'
    told = {"ETag": etag, "Cache-Control": "private, no-cache", "Vary": "Accept-Encoding", **(headers or {})}
    if knows(request.headers.get("if-none-match", ""), etag):
        return Response(None, 304, told)
    if packed:
        told["Content-Encoding"] = "gzip"
        body = gzip.compress(body, 5, mtime=0)
    return Response(body, 200, told, media_type)


def knows(if_none_match: str, etag: str) -> bool:
    """Tell whether an If-None-Match names an ETag; for reading, weak and strong ones count as the same."""
    named = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return "*" in named or etag.removeprefix("W/") in named


def attachment(name: str) -> str:
    """Return the Content-Disposition under which a browser saves a file as ``name``."""
    plain = "".join(char if char.isascii() and (char.isalnum() or char in "._- ") else "_" for char in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name.encode('utf-8', 'replace'), safe='')}"


def _no_json(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")
