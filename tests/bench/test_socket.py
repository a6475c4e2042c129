"""The benches' WebSocket against one that is not ours."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import anyio
import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from tests.board.clients import until
from voicemind.bench.socket import Socket

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Echo:
    """A server that sends back what comes, and does what some messages say."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.pongs = 0
        self.codes: list[int | None] = []

    async def handle(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        self.paths.append(connection.request.path)
        with suppress(ConnectionClosed):
            await self._answer(connection)
        self.codes.append(connection.close_code)

    async def _answer(self, connection: ServerConnection) -> None:
        async for message in connection:
            if message == b"ping":
                await (await connection.ping(b"are you there?"))
                self.pongs += 1
            elif message == b"close":
                await connection.close(4403, "go")
            else:
                await connection.send(message)


@asynccontextmanager
async def echoing() -> AsyncIterator[tuple[Echo, str]]:
    echo = Echo()
    async with serve(echo.handle, "127.0.0.1", 0, compression=None, max_size=None) as server:
        yield echo, f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def test_messages_of_every_length_go_there_and_back() -> None:
    sent = [b"x" * size for size in (0, 1, 125, 126, 127, 65_535, 65_536, 300_000)]
    heard: list[bytes] = []
    async with echoing() as (echo, address):
        socket = await Socket.open(f"{address}/sync/room?ack=1", heard.append)
        for message in sent:
            socket.send(message)
        await until(lambda: len(heard) == len(sent))
        socket.close()
    assert heard == sent
    assert echo.paths == ["/sync/room?ack=1"]


async def test_a_ping_is_answered() -> None:
    async with echoing() as (echo, address):
        socket = await Socket.open(address, lambda _: None)
        socket.send(b"ping")
        await until(lambda: echo.pongs == 1)
        socket.close()


async def test_a_close_is_noted_and_answered() -> None:
    async with echoing() as (echo, address):
        socket = await Socket.open(address, lambda _: None)
        assert [socket.close_code] == [None]
        socket.send(b"close")
        await until(lambda: echo.codes == [4403])
        assert socket.close_code == 4403
        await until(lambda: _gone(socket))
        socket.send(b"to nobody")


def _gone(socket: Socket) -> bool:
    return socket._transport is None or socket._transport.is_closing()


async def test_a_reader_that_pauses_hears_nothing() -> None:
    heard: list[bytes] = []
    async with echoing() as (_, address):
        socket = await Socket.open(address, heard.append)
        socket.pause()
        socket.send(b"a")
        await anyio.sleep(0.05)
        assert heard == []
        socket.close()


@pytest.mark.parametrize(
    ("answer", "error"), [(b"HTTP/1.1 404 Not Found\r\n\r\n", "404 Not Found"), (b"", "closed the connection")]
)
async def test_a_server_that_takes_no_sockets_is_told(answer: bytes, error: str) -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()

    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as server:
        with pytest.raises(OSError, match=error):
            await Socket.open(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}", lambda _: None)
