"""Voices over a WebSocket, ``/audio/{room}``, for where no UDP gets through.

The client first says how its sound comes, ``{"codec": "opus", "rate": 48000}`` or pcm16 at 16000 or 48000;
the server answers with its own hello. After that each side sends binary messages as ``room.wire`` has them.
With ``?listen=1`` nobody speaks, and the client says nothing; ``heard`` and ``page`` are those of WHIP.
"""

import json
import time
from collections.abc import Awaitable, Callable

import anyio
from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket

from voicemind.board.tasks import task_group
from voicemind.errors import Elsewhere, InputError, RoomEnded, VoicemindError
from voicemind.room.late import LateSound
from voicemind.room.opus import RATE
from voicemind.room.room import Room
from voicemind.room.wire import Form, Wire
from voicemind.server.access import Stay
from voicemind.server.bodies import json_response, read_body
from voicemind.server.guard import visitor_of
from voicemind.server.services import services
from voicemind.server.sockets import UNAVAILABLE, WebSocketChannel, admit, close
from voicemind.server.whip import participant_of, wish

GARBLED = 4400
ELSEWHERE = 4409
ENDED = 4410
MAX_LATE = 32 << 20  # bytes of sound that are brought at once
HELLO_WITHIN = 10.0  # seconds

_CODES: tuple[tuple[type[VoicemindError], int], ...] = (
    (InputError, GARBLED),
    (Elsewhere, ELSEWHERE),
    (RoomEnded, ENDED),
    (VoicemindError, UNAVAILABLE),
)


async def audio(socket: WebSocket) -> None:
    """Serve ``/audio/{room}``: what a participant says, and what they hear."""
    listens = socket.query_params.get("listen") == "1"

    async def serve(stay: Stay, room: Room) -> None:
        channel = WebSocketChannel(socket)
        try:
            form = None if listens else await _form(channel)
            page = socket.query_params.get("page")
            wire = await room.wire(participant_of(stay.visitor), form, heard=wish(socket), page=page)
        except VoicemindError as error:
            await close(socket, next(code for kind, code in _CODES if isinstance(error, kind)), str(error))
            return
        try:
            await _carry(channel, socket, wire)
        finally:
            await wire.close()

    await admit(socket, "read" if listens else "comment", serve)


async def bring(request: Request) -> Response:
    """Answer POST /api/rooms/{room}/people/me/sound: what was said while the connection was gone.

    ``?codec=``, ``&rate=`` and ``&ago=``, how many seconds ago it began; in the body messages as on the socket,
    each behind its length (varUint). A network that has just come back may take seconds for it: ``&now=`` says by the
    server's clock from when ``ago`` counts. 200 once it is transcribed; what was heard already is left out.
    """
    shared, query = services(request), request.query_params
    room = await shared.room(request.path_params["room"])
    form = Form.parse(query.get("codec"), int(rate) if (rate := query.get("rate", "")).isdecimal() else None)
    try:
        ago = float(query.get("ago", "")) + max(0.0, time.time() - float(query.get("now", "inf")))
    except ValueError:
        raise InputError("ago is how many seconds ago the sound began, and now a unix time") from None
    sound = LateSound.parse(form, ago, await read_body(request, MAX_LATE))
    heard = await room.bring(participant_of(visitor_of(request)).id, sound)
    return json_response({"heard": heard})


async def show_clock(_: Request) -> Response:
    """Answer GET /api/clock: what this machine's clock says, as a unix time in seconds."""
    return json_response({"now": time.time()})


async def _carry(channel: WebSocketChannel, socket: WebSocket, wire: Wire) -> None:
    """Carry sound both ways until one side ends."""
    await socket.send_json({"type": "hello", "codec": "opus", "rate": RATE, "session": wire.session})
    async with task_group() as tasks:

        async def until_ended(work: Callable[[], Awaitable[None]]) -> None:
            await work()
            tasks.cancel_scope.cancel()

        tasks.start_soon(until_ended, wire.run)
        tasks.start_soon(until_ended, lambda: _receive(channel, wire))
        tasks.start_soon(until_ended, lambda: _send(channel, wire))
    # Where that was the meeting's doing, who comes back is told whether they may.
    await close(socket, UNAVAILABLE, "the sound of this connection has ended; come back")


async def _form(channel: WebSocketChannel) -> Form:
    try:
        with anyio.fail_after(HELLO_WITHIN):
            hello = json.loads(await channel.receive())
    except (TimeoutError, anyio.EndOfStream, ValueError):
        hello = None
    if not isinstance(hello, dict):
        raise InputError('say first how the sound comes, as {"codec": "opus", "rate": 48000}')
    return Form.parse(hello.get("codec"), hello.get("rate"))


async def _receive(channel: WebSocketChannel, wire: Wire) -> None:
    def hear(message: bytes) -> bool:
        wire.take(message)
        return True

    channel.listen(hear)
    try:
        while True:
            wire.take(await channel.receive())
    except anyio.EndOfStream:
        return
    finally:
        channel.listen(None)


async def _send(channel: WebSocketChannel, wire: Wire) -> None:
    try:
        while (message := await wire.next_message()) is not None:
            if not channel.offer(message):
                await channel.send(message)
    except anyio.BrokenResourceError:
        return
