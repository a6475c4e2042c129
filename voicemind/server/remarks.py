"""What people say of what the engine found: corrections of it, and verdicts on insights."""

import time
import uuid
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from voicemind.board.document import Document
from voicemind.server.bodies import json_bytes, json_response, read_object, text_field
from voicemind.server.guard import visitor_of
from voicemind.server.services import services
from voicemind.server.tokens import Visitor

MAX_CORRECTION = 20_000  # bytes
MAX_TARGET = 200  # characters

CORRECTIONS = ("rename", "merge", "split", "reassign", "text")
STATUSES = ("confirmed", "dismissed", "done", "edited")
_TEXTS = {"text": 5000, "owner": 200, "due": 40, "pinned": 200}
_SWITCHES = ("dismissed", "done")


async def correct(request: Request) -> Response:
    """Answer POST /api/rooms/{room}/corrections: {kind, target, value}."""
    room = await services(request).room(request.path_params["room"])
    correction_id = uuid.uuid4().hex
    said = _correction(await read_object(request))
    entry = {**said, "by": author(visitor_of(request)), "at": time.time()}
    await room.board.write(lambda document: document.put_correction(correction_id, entry))
    return json_response({"id": correction_id, **entry}, 201)


async def judge(request: Request) -> Response:
    """Answer POST /api/rooms/{room}/verdicts/{insight}: what somebody says of an insight; the rest of it stays."""
    room = await services(request).room(request.path_params["room"])
    insight = request.path_params["insight"]
    if all(known.id != insight for known in room.minutes.all_insights()):
        raise HTTPException(404, "there is no such insight in this room")
    verdict = {**_verdict(await read_object(request)), "by": author(visitor_of(request))}

    def write(document: Document) -> dict[str, Any]:
        document.put_verdict(insight, verdict)
        return document.verdicts()[insight]

    return json_response({"insight": insight, **await room.board.write(write)})


def author(visitor: Visitor) -> str:
    """Return who says something, as the document keeps it: the id where there is one."""
    return visitor.participant or visitor.name or visitor.role


def _correction(fields: dict[str, Any]) -> dict[str, Any]:
    """Return what of a body is a correction; HTTPException 422 where it is none."""
    kind, target, value = fields.get("kind"), text_field(fields, "target", MAX_TARGET), fields.get("value")
    if kind not in CORRECTIONS:
        raise HTTPException(422, f"kind is one of {', '.join(CORRECTIONS)}")
    if not target or not target.strip():
        raise HTTPException(422, "target names what is corrected: a speaker, a turn")
    if not _is_value(value) or len(json_bytes(value)) > MAX_CORRECTION:
        raise HTTPException(422, "value is what is right: a text that says something, or a list of texts and numbers")
    return {"kind": kind, "target": target, "value": value}


def _is_value(value: object) -> bool:
    if isinstance(value, list):
        return bool(value) and all(isinstance(v, str | int | float) and not isinstance(v, bool) for v in value)
    return isinstance(value, str) and bool(value.strip())


def _verdict(fields: dict[str, Any]) -> dict[str, Any]:
    """Return what of a body is a verdict; HTTPException 422 where nothing is."""
    if fields.get("status", STATUSES[0]) not in STATUSES:
        raise HTTPException(422, f"status is one of {', '.join(STATUSES)}")
    if not all(isinstance(fields.get(name, False), bool) for name in _SWITCHES):
        raise HTTPException(422, f"{' and '.join(_SWITCHES)} are true or false")
    texts = {name: text_field(fields, name, most) for name, most in _TEXTS.items() if name in fields}
    verdict = texts | {name: fields[name] for name in ("status", *_SWITCHES) if name in fields}
    if not verdict:
        raise HTTPException(422, f"say something of it: {', '.join(('status', *_TEXTS, *_SWITCHES))}")
    return verdict
