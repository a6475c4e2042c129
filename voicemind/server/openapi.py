"""The OpenAPI document: what the routes take and give, for people and programs that call them."""

import json
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from voicemind.server.bodies import json_bytes, unless_known


@cache
def document() -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of this server."""
    found: dict[str, Any] = json.loads(Path(__file__).with_name("openapi.json").read_text("utf-8"))
    found["info"]["version"] = version("voicemind")
    return found


async def show_openapi(request: Request) -> Response:
    """Answer GET /openapi.json."""
    return unless_known(request, json_bytes(document()))
