"""What people say of what the engine found: corrections, verdicts on insights, and what is to be talked about."""

import time
import uuid
from dataclasses import replace
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from voicemind.board.document import Document
from voicemind.errors import CorrectionError
from voicemind.server.agenda import read_agenda
from voicemind.server.bodies import json_bytes, json_response, read_object, text_field
from voicemind.server.guard import visitor_of
from voicemind.server.services import services
from voicemind.server.tokens import Visitor
from voicemind.timeline.amendment import said_of
from voicemind.timeline.corrections import Correction, read_correction
from voicemind.timeline.minutes import Minutes
from voicemind.timeline.parking import parked, title_of

MAX_CORRECTION = 20_000  # bytes
MAX_TARGET = 200  # characters

STATUSES = ("confirmed", "dismissed", "done", "edited")
_TEXTS = {"text": 5000, "owner": 200, "due": 40, "pinned": 200}
_SWITCHES = ("dismissed", "done")


async def correct(request: Request) -> Response:
    """Answer POST /api/rooms/{room}/corrections: {kind, target, value}."""
    room = await services(request).room(request.path_params["room"])
    entry = correction(await read_object(request), visitor_of(request), room.minutes)
    await room.board.write(lambda document: document.put_correction(entry.id, entry.fields()))
    return json_response({"id": entry.id, **entry.fields()}, 201)


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


async def park(request: Request) -> Response:
    """Answer POST /api/rooms/{room}/agenda: {insight} or {item}; what is there already stays the one that it is."""
    room = await services(request).room(request.path_params["room"])
    fields = await read_object(request)
    wanted = text_field(fields, "insight", MAX_TARGET)
    if wanted:
        known = next((insight for insight in room.minutes.insights() if insight.id == wanted), None)
        if known is None or not title_of(known):
            raise HTTPException(404, "there is no such insight in this room")
        item = parked(known)
    else:
        given = read_agenda([fields["item"]] if fields.get("item") else None)
        if not given:
            raise HTTPException(422, "say which insight becomes an item, or write the item: a line, or {title, owner}")
        item = replace(given[0], id=f"parked-{uuid.uuid4().hex[:12]}")
    kept = await room.board.write(lambda document: document.add_to_agenda(item))
    told = {"id": kept.id, "title": kept.title, "minutes": kept.minutes, "owner": kept.owner}
    return json_response(told, 201 if kept.id == item.id else 200)


def author(visitor: Visitor) -> str:
    """Return who says something, as the document keeps it: the id where there is one."""
    return visitor.participant or visitor.name or visitor.role


def correction(fields: dict[str, Any], visitor: Visitor, minutes: Minutes) -> Correction:
    """Return what a body says is right of these minutes.

    CorrectionError (422) where it is no correction, HTTPException 404 where there is no such turn or speaker.
    """
    text_field(fields, "target", MAX_TARGET)
    if len(json_bytes(fields.get("value"))) > MAX_CORRECTION:
        raise HTTPException(422, f"value is what is right, in {MAX_CORRECTION} bytes at most")
    told = {name: fields.get(name) for name in ("kind", "target", "value")}
    found = read_correction(uuid.uuid4().hex, {**told, "by": author(visitor), "at": time.time()})
    try:
        return said_of(found, minutes)
    except CorrectionError as error:
        raise HTTPException(404, str(error)) from None


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
