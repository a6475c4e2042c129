"""Rooms over REST: what there is, made and corrected; whatever changes has an ETag, for those who poll."""

import time
import uuid
from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import Any

import anyio
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from voicemind.board.document import Document
from voicemind.room.room import Room
from voicemind.server.agenda import read_agenda
from voicemind.server.auth import ROLES, Role, Visitor
from voicemind.server.bodies import attachment, json_bytes, json_response, read_object, text_field, unless_known
from voicemind.server.events import RoomEvents
from voicemind.server.services import services
from voicemind.server.sockets import number
from voicemind.server.sse import EventStream, frame, mark
from voicemind.server.views import insight_view, room_view
from voicemind.server.whip import for_browsers
from voicemind.timeline.formats import FORMATS
from voicemind.timeline.insight import FIGURES

MEDIA_TYPES = {
    "md": "text/markdown",
    "json": "application/json",
    "srt": "application/x-subrip",
    "vtt": "text/vtt",
    "html": "text/html",
}
"""Of the formats of minutes; text/plain for the others."""

MAX_TITLE = 200
MAX_CORRECTION = 20_000  # bytes
CORRECTIONS = ("rename", "merge", "split", "reassign", "text")
STATUSES = ("confirmed", "dismissed", "done", "edited")
_TEXTS = {"text": 5000, "owner": 200, "due": 40, "pinned": 200}
_SWITCHES = ("dismissed", "done")


async def create_room(request: Request) -> Response:
    """Answer POST /api/rooms: a new room, and links into it by what they allow."""
    shared = services(request)
    shared.access.admit(request, "write")
    fields = await read_object(request)
    title = " ".join((text_field(fields, "title", MAX_TITLE) or "").split())
    room = await shared.rooms.create(title, read_agenda(fields.get("agenda")))
    links = {role: shared.link(room.name, role) for role in reversed(ROLES)}
    return json_response(
        {"room": room.name, "title": title, "links": links}, 201, {"Location": f"/api/rooms/{room.name}"}
    )


async def list_rooms(request: Request) -> Response:
    """Answer GET /api/rooms: the open rooms that the token is good for."""
    shared = services(request)
    visitor = shared.access.identify(request)
    found = []
    for room in shared.rooms.all():
        if visitor.sees(room.name):
            row = room_view(room)
            row["participants"] = [person for person in row["participants"] if person["present"]]
            found.append(row)
    return unless_known(request, json_bytes({"rooms": found}))


async def show_room(request: Request) -> Response:
    """Answer GET /api/rooms/{room}."""
    room, visitor = await _room(request, "read")
    shared = services(request)
    view = {**room_view(room), "role": visitor.role, "participant": visitor.participant}
    view["ice_servers"] = [for_browsers(server) for server in shared.ice_servers]
    if visitor.may("owner"):
        view["links"] = {role: shared.link(room.name, role) for role in reversed(ROLES)}
    return unless_known(request, json_bytes(view))


async def show_minutes(request: Request) -> Response:
    """Answer GET /api/rooms/{room}/minutes, in the format that ``?format=`` names."""
    room, _ = await _room(request, "read")
    form = wanted_format(request)
    return minutes_response(request, form, await services(request).minutes(room).body(form), room.title)


async def show_talk(request: Request) -> Response:
    """Answer GET /api/rooms/{room}/talk: who spoke how much."""
    room, _ = await _room(request, "read")
    return unless_known(request, json_bytes(room.board.document.talk()))


async def show_insights(request: Request) -> Response:
    """Answer GET /api/rooms/{room}/insights: those that stand, of ``?kind=`` where it is given."""
    room, _ = await _room(request, "read")
    minutes, kind = room.minutes, request.query_params.get("kind")
    found = [insight for insight in minutes.insights(kind) if kind or insight.kind not in FIGURES]
    return unless_known(request, json_bytes({"insights": [insight_view(insight, minutes) for insight in found]}))


async def watch_room(request: Request) -> Response:
    """Answer GET /api/rooms/{room}/events: what happens, as an event stream; Last-Event-ID resumes."""
    room, visitor = await _room(request, "read")
    since = number(request.headers.get("last-event-id") or request.query_params.get("since"))
    shared = services(request)
    return EventStream(_frames(shared.events(room), visitor.participant, since), shared.stopping, visitor.expires)


async def correct(request: Request) -> Response:
    """Answer POST /api/rooms/{room}/corrections: {kind, target, value}."""
    room, visitor = await _room(request, "write")
    fields = await read_object(request)
    if fields.get("kind") not in CORRECTIONS:
        raise HTTPException(422, f"kind is one of {', '.join(CORRECTIONS)}")
    target, value = text_field(fields, "target", 200), fields.get("value")
    if not target:
        raise HTTPException(422, "target names what is corrected: a speaker, a turn")
    if not isinstance(value, str | list) or len(json_bytes(value)) > MAX_CORRECTION:
        raise HTTPException(422, "value is what is right: a text, or a list")
    correction_id = uuid.uuid4().hex
    entry = {"kind": fields["kind"], "target": target, "value": value, "by": _author(visitor), "at": time.time()}
    await room.board.write(lambda document: document.put_correction(correction_id, entry))
    return json_response({"id": correction_id, **entry}, 201)


async def judge(request: Request) -> Response:
    """Answer POST /api/rooms/{room}/verdicts/{insight}: what somebody says of an insight; the rest of it stays."""
    room, visitor = await _room(request, "write")
    insight = request.path_params["insight"]
    if all(known.id != insight for known in room.minutes.all_insights()):
        raise HTTPException(404, "there is no such insight in this room")
    verdict = {**_verdict(await read_object(request)), "by": _author(visitor)}

    def write(document: Document) -> dict[str, Any]:
        document.put_verdict(insight, verdict)
        return document.verdicts()[insight]

    return json_response({"insight": insight, **await room.board.write(write)})


async def end_room(request: Request) -> Response:
    """Answer POST /api/rooms/{room}/end once the minutes are complete."""
    room, _ = await _room(request, "write")
    await room.end()
    return json_response(room_view(room))


def wanted_format(request: Request) -> str:
    """Return the format that ``?format=`` names; HTTPException 400 for one that there is not."""
    form = request.query_params.get("format", "json").removeprefix(".").lower()
    if form not in FORMATS:
        raise HTTPException(400, f"format is one of {', '.join(FORMATS)}")
    return form


def minutes_response(request: Request, form: str, body: bytes, title: str) -> Response:
    """Return minutes in a format, to be saved as a file where ``?format=`` asked for it."""
    asked = "format" in request.query_params
    headers = {"Content-Disposition": attachment(f"{title or 'minutes'}.{form}")} if asked else {}
    return unless_known(request, body, MEDIA_TYPES.get(form, "text/plain"), headers)


async def _room(request: Request, role: Role) -> tuple[Room, Visitor]:
    name = request.path_params["room"]
    visitor = services(request).access.admit(request, role, name)
    return await services(request).room(name), visitor


async def _frames(events: RoomEvents, participant: str | None, since: int | None) -> AsyncGenerator[str, None]:
    with events.watch(participant, since) as watch, suppress(anyio.EndOfStream):
        yield mark(watch.seq)
        while True:
            event = await watch.next()
            yield frame(event.text, event.seq)


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


def _author(visitor: Visitor) -> str:
    return visitor.participant or visitor.name or visitor.role
