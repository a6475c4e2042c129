"""A server of boards for tests, and nothing else: python -m tests.board.sync_server PORT DATABASE [ROOM].

The first line that it writes is its port. In ROOM an engine writes a turn now and then; the number
of each that is on disk is a line, too.
"""

import logging
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import anyio
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from voicemind.board.boards import Boards, open_boards
from voicemind.board.document import Document
from voicemind.board.limits import Limits
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn


class Socket:
    """A WebSocket as a board wants it."""

    def __init__(self, connection: ServerConnection) -> None:
        self._connection = connection

    def offer(self, data: bytes) -> bool:
        return False

    def listen(self, hear: Callable[[bytes], bool] | None) -> None:
        pass

    async def send(self, data: bytes) -> None:
        try:
            await self._connection.send(data)
        except ConnectionClosed:
            raise anyio.BrokenResourceError from None

    async def receive(self) -> bytes:
        try:
            message = await self._connection.recv()
        except ConnectionClosed:
            raise anyio.EndOfStream from None
        return message.encode() if isinstance(message, str) else message

    async def close(self, code: int, reason: str) -> None:
        await self._connection.close(code, reason)


async def serve_sockets(boards: Boards, port: int) -> None:
    """Serve ws://127.0.0.1:PORT/sync/ROOM[?ack=1]."""

    async def handle(connection: ServerConnection) -> None:
        assert connection.request is not None
        address = urlsplit(connection.request.path)
        async with boards.board(address.path.removeprefix("/sync/")) as board:
            await board.serve(Socket(connection), acks="ack" in parse_qs(address.query))

    async with serve(handle, "127.0.0.1", port, compression=None, max_size=16 << 20) as server:
        say(server.sockets[0].getsockname()[1])
        await anyio.sleep_forever()


async def talk(boards: Boards, room: str) -> None:
    """Write turns, as a meeting does."""
    async with boards.board(room) as board:
        number = len(board.document.turns())
        while True:
            turn = Turn(f"t{number}", Segment(number, number + 1), "ada", f"This is turn {number}.")
            await board.write(partial(Document.add_turn, turn=turn))
            say(number)
            number += 1
            await anyio.sleep(0.02)


def say(number: int) -> None:
    """Write a line."""
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


async def run(port: int, path: Path, room: str | None) -> None:
    """Serve until killed."""
    async with open_boards(path, Limits()) as boards, anyio.create_task_group() as tasks:
        tasks.start_soon(serve_sockets, boards, port)
        if room is not None:
            tasks.start_soon(talk, boards, room)


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    anyio.run(run, int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else None)
