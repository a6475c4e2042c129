"""People who write into a board of a server that is killed again and again, and what must hold after it."""

import random
from collections.abc import Callable
from contextlib import AbstractContextManager, closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import pycrdt
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.board.clients import Client, until
from voicemind.board import protocol, tables
from voicemind.board.compaction import content
from voicemind.board.replica import Replica

ROOM = "room"

Serve = Callable[[], AbstractContextManager["Server"]]


@dataclass(frozen=True)
class Server:
    """A server in a process of its own; ``kill`` ends it at once and returns the turns that are on disk."""

    port: int
    kill: Callable[[], set[str]]


class Writer:
    """A person who writes without pause, over as many connections as it takes."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.client = Client()
        self.written: list[str] = []
        self.acknowledged: set[str] = set()
        self.connections = 0

    async def run(self, port: list[int]) -> None:
        """Write until cancelled; ``port`` holds where the server is now."""
        while True:
            with suppress(OSError, ConnectionClosed, EOFError):
                async with connect(f"ws://127.0.0.1:{port[0]}/sync/{ROOM}?ack=1", compression=None) as socket:
                    self.connections += 1
                    self.client.saved = 0
                    sent: list[set[str]] = []  # of each Step2 and Update here: what is on disk once it is
                    async with anyio.create_task_group() as tasks:
                        tasks.start_soon(self._listen, socket, sent, tasks.cancel_scope)
                        tasks.start_soon(self._write, socket, sent)
            await anyio.sleep(0.05)

    async def _listen(self, socket: ClientConnection, sent: list[set[str]], scope: anyio.CancelScope) -> None:
        with suppress(ConnectionClosed):
            async for frame in socket:
                assert isinstance(frame, bytes)
                answer = self.client.hear(frame)
                if answer is not None:
                    sent.append(set(self.written))
                    await socket.send(answer)
                if frame[0] == protocol.SAVED:
                    self.acknowledged.update(*sent[: self.client.saved])
        scope.cancel()

    async def _write(self, socket: ClientConnection, sent: list[set[str]]) -> None:
        with suppress(ConnectionClosed):
            await socket.send(self.client.hello())
            await until(lambda: sent)
            while True:
                word = f"<{self.number}.{len(self.written)}>"
                self.written.append(word)
                with self.client.doc.transaction():
                    title = self.client.roots["title"]
                    title.insert(len(title) if len(self.written) % 2 else 0, word)
                    self.client.roots["elements"][word] = pycrdt.Map({"x": len(self.written)})
                for frame in self.client.take_unsent():
                    sent.append({word})
                    await socket.send(frame)
                await anyio.sleep(0.003)


def on_disk(path: Path) -> Replica:
    with closing(tables.connect(path)) as connection:
        log = tables.load(connection, ROOM)
    assert log.damaged == 0
    replica = Replica(0)
    replica.load([*([log.snapshot] if log.snapshot else []), *log.updates])
    return replica


def check(path: Path, writers: list[Writer], turns: set[str]) -> None:
    """All that was acknowledged is on disk, once."""
    kept = on_disk(path)
    title, elements = str(kept.roots["title"]), set(kept.roots["elements"].keys())
    for writer in writers:
        assert writer.acknowledged <= elements
        assert all(title.count(word) == 1 for word in writer.acknowledged)
    assert turns <= set(kept.roots["transcript"].keys())


async def crash(serve: Serve, path: Path, writers: int, rounds: int) -> set[str]:
    """Kill a server as often while people write, check what is in its database, and return the turns there."""
    chance = random.Random(rounds)  # noqa: S311
    people = [Writer(number) for number in range(writers)]
    turns: set[str] = set()
    port = [0]
    async with anyio.create_task_group() as tasks:
        for number in range(rounds):
            with serve() as server:
                port[0] = server.port
                if number == 0:
                    for person in people:
                        tasks.start_soon(person.run, port)
                await connected(people, number)
                await anyio.sleep(chance.uniform(0.05, 0.5))
                turns |= server.kill()
            check(path, people, turns)
        tasks.cancel_scope.cancel()
    assert all(person.connections >= rounds for person in people)
    await agree(serve, people)
    return turns


async def connected(writers: list[Writer], times: int) -> None:
    """Wait until each is connected once more and has something acknowledged there."""
    await until(lambda: all(w.connections > times and w.client.saved > 1 for w in writers))


async def agree(serve: Serve, writers: list[Writer]) -> None:
    """After a last start all copies are the same, with every word that was ever written in it once."""
    with serve() as server:
        for writer in [*writers, *writers]:  # once to give, once to take
            await exchange(server.port, writer.client)
    contents = [document(writer.client) for writer in writers]
    title, elements = contents[0]["title"], contents[0]["elements"]
    for writer in writers:
        assert all(title.count(word) == 1 and word in elements for word in writer.written)
    for other in contents[1:]:
        assert other["title"] == title
        assert other["elements"] == elements
    newest = max(contents, key=lambda one: len(one["transcript"]))["transcript"]
    for other in contents:  # turns go on meanwhile, but no two copies have a different one
        assert other["transcript"].items() <= newest.items()


async def exchange(port: int, client: Client) -> None:
    """Give a client's copy to the server, and the server's to the client."""
    client.saved, client.synced = 0, anyio.Event()
    async with connect(f"ws://127.0.0.1:{port}/sync/{ROOM}?ack=1") as socket, anyio.create_task_group() as tasks:

        async def listen() -> None:
            async for frame in socket:
                assert isinstance(frame, bytes)
                if answer := client.hear(frame):
                    await socket.send(answer)

        tasks.start_soon(listen)
        await socket.send(client.hello())
        await until(lambda: client.saved == 1 and client.synced.is_set())
        tasks.cancel_scope.cancel()


def document(client: Client) -> dict[str, Any]:
    replica = Replica(0)
    replica.apply(client.doc.get_update())
    return content(replica)
