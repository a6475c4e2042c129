"""Rooms over REST: made, read and ended; whatever changes has an ETag, for those who poll."""

from collections.abc import AsyncGenerator
from contextlib import suppress
from functools import partial

import anyio
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from voicemind.errors import UnknownRoom
from voicemind.room.room import Room
from voicemind.server.agenda import read_agenda
from voicemind.server.bodies import attachment, json_bytes, json_response, read_object, text_field, unless_known
from voicemind.server.events import RoomEvents
from voicemind.server.guard import visitor_of
from voicemind.server.services import services
from voicemind.server.sockets import number
from voicemind.server.sse import EventStream, frame, mark
from voicemind.server.views import insight_view, room_view, turn_view
from voicemind.server.whip import for_browsers
from voicemind.timeline.agenda import MAX_ITEMS, AgendaItem
from voicemind.timeline.formats import FORMATS
from voicemind.timeline.insight import FIGURES
from voicemind.timeline.minutes import Minutes
from voicemind.timeline.parking import carried

MEDIA_TYPES = {
    "md": "text/markdown",
    "json": "application/json",
    "srt": "application/x-subrip",
    "vtt": "text/vtt",
    "html": "text/html",
}
"""Of the formats of minutes; text/plain for the others."""

MAX_TITLE = 200


async def create_room(request: Request) -> Response:
    """Answer POST /api/rooms: a new room, and links into it by what they allow."""
    shared = services(request)
    fields = await read_object(request)
    title = " ".join((text_field(fields, "title", MAX_TITLE) or "").split())
    agenda = read_agenda(fields.get("agenda"))
    if earlier := text_field(fields, "follows", MAX_TITLE):
        if not visitor_of(request).sees(earlier):
            raise UnknownRoom(f"there is no room {earlier!r} that you may read")
        agenda = _with_carried(agenda, (await shared.room(earlier)).minutes)
    room = await shared.rooms.create(title, agenda)
    told = {"room": room.name, "title": title, "links": shared.links(room.name)}
    return json_response(told, 201, {"Location": f"/api/rooms/{room.name}"})


async def list_rooms(request: Request) -> Response:
    """Answer GET /api/rooms: the open rooms that the token is good for."""
    shared = services(request)
    visitor, found = visitor_of(request), []
    for room in shared.rooms.all():
        if visitor.sees(room.name):
            row = room_view(room)
            row["participants"] = [person for person in row["participants"] if person["present"]]
            found.append(row)
    return unless_known(request, json_bytes({"rooms": found}))


async def show_room(request: Request) -> Response:
    """Answer GET /api/rooms/{room}."""
    room, visitor, shared = await _room(request), visitor_of(request), services(request)
    view = {**room_view(room), "role": visitor.role, "participant": visitor.participant}
    view["ice_servers"] = [for_browsers(server) for server in shared.ice_servers]
    if visitor.may("owner"):
        view["links"] = shared.links(room.name)
    return unless_known(request, json_bytes(view))


async def show_minutes(request: Request) -> Response:
    """Answer GET /api/rooms/{room}/minutes, in the format that ``?format=`` names."""
    room = await _room(request)
    form = wanted_format(request)
    return minutes_response(request, form, await services(request).minutes(room).body(form), room.title)


async def show_talk(request: Request) -> Response:
    """Answer GET /api/rooms/{room}/talk: who spoke how much."""
    room = await _room(request)
    return unless_known(request, json_bytes(room.board.document.talk()))


async def show_transcript(request: Request) -> Response:
    """Answer GET /api/rooms/{room}/transcript: the final turns, in order of time."""
    room = await _room(request)
    return unless_known(request, json_bytes({"turns": [turn_view(turn) for turn in room.minutes.transcript]}))


async def show_insights(request: Request) -> Response:
    """Answer GET /api/rooms/{room}/insights: those that stand, of ``?kind=`` where it is given."""
    room = await _room(request)
    minutes, kind = room.minutes, request.query_params.get("kind")
    found = [insight for insight in minutes.insights(kind) if kind or insight.kind not in FIGURES]
    return unless_known(request, json_bytes({"insights": [insight_view(insight, minutes) for insight in found]}))


async def watch_room(request: Request) -> Response:
    """Answer GET /api/rooms/{room}/events: what happens, as an event stream; Last-Event-ID resumes."""
    room, visitor = await _room(request), visitor_of(request)
    since = number(request.headers.get("last-event-id") or request.query_params.get("since"))
    shared = services(request)
    revoked = partial(shared.access.revoked, visitor, "read")
    return EventStream(_frames(shared.events(room), visitor.participant, since), shared.stopping, revoked)


async def end_room(request: Request) -> Response:
    """Answer POST /api/rooms/{room}/end: 202 with the job that is done when the minutes are complete."""
    room, shared = await _room(request), services(request)
    ending = shared.endings.of(room)
    ending.begin(shared.start, shared.events(room))
    told = {**room_view(room), "job": ending.job.id}
    return json_response(told, 202, {"Location": f"/api/jobs/{ending.job.id}"})


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


def _with_carried(agenda: tuple[AgendaItem, ...], earlier: Minutes) -> tuple[AgendaItem, ...]:
    """Return an agenda with what an earlier meeting left open, after what is new; each title once."""
    known = {item.title.casefold() for item in agenda}
    return (*agenda, *(item for item in carried(earlier) if item.title.casefold() not in known))[:MAX_ITEMS]


async def _room(request: Request) -> Room:
    return await services(request).room(request.path_params["room"])


async def _frames(events: RoomEvents, participant: str | None, since: int | None) -> AsyncGenerator[str, None]:
    with events.watch(participant, since) as watch, suppress(anyio.EndOfStream):
        yield mark(watch.seq)
        while True:
            event = await watch.next()
            yield frame(event.text, event.seq)
