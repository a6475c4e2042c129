"""How voices come in: WHIP (RFC 9725), for browsers and for programs such as OBS and GStreamer."""

import secrets
from collections import OrderedDict
from contextlib import suppress
from dataclasses import replace
from urllib.parse import quote, unquote

import anyio
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from voicemind.errors import InputError, UnknownSession
from voicemind.room import signaling
from voicemind.room.entrance import Connected
from voicemind.room.ice import IceServer
from voicemind.room.room import Room
from voicemind.room.signaling import MAX_BYTES, Reply, Session
from voicemind.server.access import Access
from voicemind.server.bodies import read_body
from voicemind.server.guard import visitor_of
from voicemind.server.services import services
from voicemind.server.tokens import Role, Visitor
from voicemind.timeline.event import Participant

MOST_SESSIONS = 4096  # that candidates can still be sent for; they come in the first seconds


class Whip:
    """The endpoint ``/whip/{room}`` and the sessions that it made."""

    def __init__(self) -> None:
        self._sessions: OrderedDict[str, Session] = OrderedDict()

    async def connect(self, request: Request) -> Response:
        """Answer POST: an SDP offer in, 201 with the session's address and the answer out."""
        shared, name = services(request), request.path_params["room"]
        visitor = visitor_of(request)
        offer = signaling.read_offer(request.headers.get("content-type"), await read_body(request, MAX_BYTES))
        role: Role = "read" if offer.speaks is None else "comment"
        shared.access.admit(request, role, name)
        room = await shared.room(name)
        who = participant_of(visitor)
        connected = await room.connect(who, offer, heard=wish(request), page=request.query_params.get("page"))
        self._remember(connected.session)
        shared.start(self._attend, shared.access, replace(visitor, participant=who.id), role, room, connected)
        location = f"/whip/{quote(room.name)}/{connected.session.id}"
        return _response(signaling.created(connected.session, location, connected.answer, shared.ice_servers))

    async def trickle(self, request: Request) -> Response:
        """Answer PATCH: ICE candidates that were found after the offer."""
        shared, session_id = services(request), request.path_params["session"]
        room = await shared.rooms.open(request.path_params["room"])
        session = self._sessions.get(session_id)
        if session is None:
            raise UnknownSession("there is no such connection any more; join again")
        fragment = signaling.read_fragment(
            session,
            request.headers.get("content-type"),
            request.headers.get("if-match"),
            await read_body(request, MAX_BYTES),
        )
        await room.trickle(session_id, fragment)
        return _response(signaling.trickled())

    async def disconnect(self, request: Request) -> Response:
        """Answer DELETE: the participant goes."""
        shared, session_id = services(request), request.path_params["session"]
        room = await shared.rooms.open(request.path_params["room"])
        self._sessions.pop(session_id, None)
        await room.disconnect(session_id)
        return _response(signaling.ended())

    async def _attend(self, access: Access, visitor: Visitor, role: Role, room: Room, connected: Connected) -> None:
        """End a connection when its visitor may not do any more what they came for."""
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._until_gone, room, connected.session.id, tasks.cancel_scope)
            await access.revoked(visitor, role)
            with suppress(UnknownSession):
                await room.disconnect(connected.session.id)
            tasks.cancel_scope.cancel()

    async def _until_gone(self, room: Room, session_id: str, scope: anyio.CancelScope) -> None:
        await room.gone(session_id)
        scope.cancel()

    def _remember(self, session: Session) -> None:
        self._sessions[session.id] = session
        if len(self._sessions) > MOST_SESSIONS:
            self._sessions.popitem(last=False)


def ice_server(text: str) -> IceServer:
    """Read a STUN or TURN server: ``stun:host:port``, ``turn:user:password@host:port?transport=udp``."""
    scheme, _, rest = text.partition(":")
    credentials, at, place = rest.rpartition("@")
    user, colon, password = credentials.partition(":")
    if scheme not in ("stun", "stuns", "turn", "turns") or not place or bool(at) != bool(colon and user):
        raise InputError(f"{text!r} is no ICE server; write stun:host:port or turn:user:password@host:port")
    if not at:
        return IceServer(text)
    return IceServer(f"{scheme}:{place}", unquote(user), unquote(password))


def for_browsers(server: IceServer) -> dict[str, str]:
    """Return a server as a browser's RTCIceServer."""
    told = {"urls": server.url, "username": server.username, "credential": server.credential}
    return {key: value for key, value in told.items() if value is not None}


def participant_of(visitor: Visitor) -> Participant:
    """Return who a visitor is in the meeting; somebody unknown gets an id by chance."""
    return Participant(visitor.participant or f"guest-{secrets.token_hex(4)}", visitor.name or "Guest")


def wish(connection: HTTPConnection) -> bool | None:
    """Read whether somebody is to be heard by the engine: ``?heard=`` is 1, 0, or nothing is said."""
    text = connection.query_params.get("heard")
    if text not in (None, "0", "1"):
        raise InputError(f"heard is 0 or 1, not {text!r}")
    return None if text is None else text == "1"


def _response(reply: Reply) -> Response:
    return Response(reply.body, reply.status, reply.headers)
