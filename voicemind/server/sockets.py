"""The WebSockets of a room: its document, and its events."""

import math
import time
from collections.abc import Awaitable, Callable

import anyio
from starlette.exceptions import HTTPException
from starlette.websockets import WebSocket, WebSocketDisconnect

from voicemind.board.connection import FORBIDDEN, TOO_SLOW, Guest
from voicemind.errors import BoardError, UnknownRoom
from voicemind.room.room import Room
from voicemind.server.auth import Visitor, chosen_subprotocol
from voicemind.server.events import Watch
from voicemind.server.services import services

UNAUTHORIZED = 4401
UNKNOWN_ROOM = 4404
UNAVAILABLE = 4503
STALL = 30.0  # seconds that a client may take for one event
MAX_REASON = 120  # bytes; WebSockets carry no more than 123


class WebSocketChannel:
    """A WebSocket as a board wants it."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket

    async def send(self, data: bytes) -> None:
        """Send one message; anyio.BrokenResourceError when the client is gone."""
        try:
            await self._socket.send_bytes(data)
        except (WebSocketDisconnect, RuntimeError):
            raise anyio.BrokenResourceError from None

    async def receive(self) -> bytes:
        """Wait for one message; anyio.EndOfStream when the client is gone."""
        message = await self._socket.receive()
        if message["type"] == "websocket.disconnect":
            raise anyio.EndOfStream
        text: str | None = message.get("text")
        data: bytes = message["bytes"] if text is None else text.encode()
        return data

    async def close(self, code: int, reason: str) -> None:
        """Close with a code: 44xx tells clients to stop, 45xx to come back later."""
        await close(self._socket, code, reason)


async def sync(socket: WebSocket) -> None:
    """Serve ``/sync/{room}``: the document, by the Yjs sync protocol."""

    async def serve(visitor: Visitor, room: Room) -> None:
        guest = Guest(visitor.participant if visitor.known else None, visitor.name, visitor.may("write"))
        await room.board.serve(WebSocketChannel(socket), guest, acks=socket.query_params.get("ack") == "1")

    await _admit(socket, serve)


async def events(socket: WebSocket) -> None:
    """Serve ``/events/{room}``: what happens, a JSON text a message; ``?since=`` resumes after that number."""

    async def serve(visitor: Visitor, room: Room) -> None:
        since = number(socket.query_params.get("since"))
        with services(socket).events(room).watch(visitor.participant, since) as watch:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(_until_gone, socket, tasks.cancel_scope)
                await _send(socket, watch)
                tasks.cancel_scope.cancel()

    await _admit(socket, serve)


def number(text: str | None) -> int | None:
    """Return the number of an event that a client names; None where it names none."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 17 else None


async def close(socket: WebSocket, code: int, reason: str) -> None:
    """Close a WebSocket, whether or not somebody is still there."""
    try:
        await socket.close(code, reason.encode()[:MAX_REASON].decode(errors="ignore"))
    except (WebSocketDisconnect, RuntimeError):
        return


async def _admit(socket: WebSocket, serve: Callable[[Visitor, Room], Awaitable[None]]) -> None:
    """Accept a socket and serve it for as long as its token is good; whatever is wrong is told by a close code.

    Without being accepted first, a browser would be told nothing of the reason.
    """
    await socket.accept(chosen_subprotocol(socket))
    shared, name = services(socket), socket.path_params["room"]
    try:
        visitor = shared.access.admit(socket, "read", name)
        room = await shared.room(name)
        seconds = math.inf if visitor.expires is None else visitor.expires - time.time()
        with anyio.move_on_after(seconds) as term:
            await serve(visitor, room)
        if term.cancelled_caught:
            await close(socket, UNAUTHORIZED, "this link has expired; ask for a new one")
    except HTTPException as refusal:
        await close(socket, UNAUTHORIZED if refusal.status_code == 401 else FORBIDDEN, refusal.detail)
    except UnknownRoom as error:
        await close(socket, UNKNOWN_ROOM, str(error))
    except BoardError as error:
        await close(socket, UNAVAILABLE, str(error))


async def _until_gone(socket: WebSocket, scope: anyio.CancelScope) -> None:
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass
    scope.cancel()


async def _send(socket: WebSocket, watch: Watch) -> None:
    try:
        while True:
            event = await watch.next()
            with anyio.fail_after(STALL):
                await socket.send_text(event.text)
    except (anyio.EndOfStream, TimeoutError):
        await close(socket, TOO_SLOW, "this connection is too slow for the room; resume from the last number")
    except (WebSocketDisconnect, RuntimeError):
        return
