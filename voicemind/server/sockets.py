"""The WebSockets of a room: its document, and its events."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus

import anyio
from starlette.exceptions import HTTPException
from starlette.websockets import WebSocket, WebSocketDisconnect

from voicemind.board.connection import FORBIDDEN, TOO_SLOW, Guest
from voicemind.board.tasks import task_group
from voicemind.errors import BoardError, UnknownRoom
from voicemind.room.room import Room
from voicemind.server.access import Stay, chosen_subprotocol
from voicemind.server.direct import direct
from voicemind.server.events import Watch, hello
from voicemind.server.services import services
from voicemind.server.tokens import Role

UNAUTHORIZED = 4401
UNKNOWN_ROOM = 4404
UNAVAILABLE = 4503
STALL = 30.0  # seconds that a client may take for one event
MAX_REASON = 120  # bytes; WebSockets carry no more than 123


class WebSocketChannel:
    """A WebSocket as a board wants it."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket
        self._direct = direct(socket)

    def offer(self, data: bytes) -> bool:
        """Send one message at once; False where that would mean to wait."""
        return self._direct is not None and self._direct.offer(data)

    def listen(self, hear: Callable[[bytes], bool] | None) -> None:
        """Have ``hear`` called with messages as they come, where the server can do that."""
        if self._direct is not None:
            self._direct.hear = hear

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

    async def serve(stay: Stay, room: Room) -> None:
        visitor = stay.visitor
        guest = Guest(visitor.participant if visitor.known else None, visitor.name, visitor.may("write"))
        stay.listener = lambda now: room.board.permit(guest, now.may("write"))
        await room.board.serve(WebSocketChannel(socket), guest, acks=socket.query_params.get("ack") == "1")

    await admit(socket, "read", serve)


async def events(socket: WebSocket) -> None:
    """Serve ``/events/{room}``: what happens, a JSON text a message; ``?since=`` resumes after that number."""

    async def serve(stay: Stay, room: Room) -> None:
        since = number(socket.query_params.get("since"))
        with services(socket).events(room).watch(stay.visitor.participant, since) as watch:
            async with task_group() as tasks:
                tasks.start_soon(_until_gone, socket, tasks.cancel_scope)
                await _send(socket, watch, greet=since is None)
                tasks.cancel_scope.cancel()

    await admit(socket, "read", serve)


def number(text: str | None) -> int | None:
    """Return the number of an event that a client names; None where it names none."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 17 else None


async def close(socket: WebSocket, code: int, reason: str) -> None:
    """Close a WebSocket, whether or not somebody is still there."""
    try:
        await socket.close(code, reason.encode()[:MAX_REASON].decode(errors="ignore"))
    except (WebSocketDisconnect, RuntimeError):
        return


async def admit(socket: WebSocket, role: Role, serve: Callable[[Stay, Room], Awaitable[None]]) -> None:
    """Accept a socket and serve it for as long as its visitor has the role; what is wrong is told by a close code.

    Without being accepted first, a browser would be told nothing of the reason.
    """
    await socket.accept(chosen_subprotocol(socket))
    shared, name = services(socket), socket.path_params["room"]
    try:
        visitor = shared.access.admit(socket, role, name)
        room = await shared.room(name)
        with shared.access.stay(visitor, role) as stay:
            async with task_group() as tasks:
                tasks.start_soon(stay.follow)
                await serve(stay, room)
                tasks.cancel_scope.cancel()
    except HTTPException as refusal:
        await close(
            socket, UNAUTHORIZED if refusal.status_code == HTTPStatus.UNAUTHORIZED else FORBIDDEN, refusal.detail
        )
    except UnknownRoom as error:
        await close(socket, UNKNOWN_ROOM, str(error))
    except BoardError as error:
        await close(socket, UNAVAILABLE, str(error))


async def _until_gone(socket: WebSocket, scope: anyio.CancelScope) -> None:
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass
    scope.cancel()


async def _send(socket: WebSocket, watch: Watch, *, greet: bool) -> None:
    try:
        if greet:  # who is cut off before the first event has a number to come back with
            await socket.send_text(hello(watch.seq).text)
        while True:
            event = await watch.next()
            with anyio.fail_after(STALL):
                await socket.send_text(event.text)
    except (anyio.EndOfStream, TimeoutError):
        await close(socket, TOO_SLOW, "this connection is too slow for the room; resume from the last number")
    except (WebSocketDisconnect, RuntimeError):
        return
