"""Clients of a board for tests: pycrdt documents that speak the protocol over any channel."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import anyio
import pycrdt
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream

from voicemind.board import protocol
from voicemind.board.board import Board
from voicemind.board.connection import Guest
from voicemind.board.protocol import Awareness, Reader, decode
from voicemind.board.replica import Replica
from voicemind.board.roots import ROOTS
from voicemind.board.store import Store
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn


async def until(condition: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait until ``condition`` holds: as long as a busy machine may need, since how long is not what is tested."""
    with anyio.fail_after(seconds):
        while True:
            if condition():
                return
            await anyio.sleep(0.002)


async def saved(link: "Link", count: int) -> None:
    """Wait until a client was told that as many of its messages are on disk."""
    await until(lambda: link.client.saved >= count)


@dataclass
class MemoryChannel:
    """The server's end of a connection in memory; both directions hold ``size`` messages."""

    outgoing: MemoryObjectSendStream[bytes]
    incoming: MemoryObjectReceiveStream[bytes]
    closed: list[tuple[int, str]] = field(default_factory=list)
    at_once: bool = True  # whether it takes messages without waiting, as most readers do

    def offer(self, data: bytes) -> bool:
        if not self.at_once:
            return False
        try:
            self.outgoing.send_nowait(data)
        except (anyio.WouldBlock, anyio.BrokenResourceError, anyio.ClosedResourceError):
            return False
        return True

    def listen(self, hear: Callable[[bytes], bool] | None) -> None:
        pass

    async def send(self, data: bytes) -> None:
        await self.outgoing.send(data)

    async def receive(self) -> bytes:
        return await self.incoming.receive()

    async def close(self, code: int, reason: str) -> None:
        self.closed.append((code, reason))
        self.outgoing.close()


class Client:
    """A Yjs client: what it changes is sent, what it hears is applied. ``send`` takes one frame."""

    def __init__(self, client_id: int | None = None) -> None:
        self.doc: pycrdt.Doc[Any] = pycrdt.Doc(client_id=client_id)
        self.roots: dict[str, Any] = {name: self.doc.get(name, type=root.type) for name, root in ROOTS.items()}
        self.frames: list[bytes] = []  # all that was heard
        self.saved = 0  # the latest number of message 100
        self.synced = anyio.Event()
        self.denied = 0
        self._unsent: list[bytes] = []
        self._applying = False
        self._subscription = self.doc.observe(self._changed)

    def _changed(self, event: pycrdt.TransactionEvent) -> None:
        if not self._applying:
            self._unsent.append(event.update)

    def close(self) -> None:
        """Let go of the observer, which would keep the document in memory for ever."""
        self._subscription.drop()

    def take_updates(self) -> list[bytes]:
        """The updates made here since the last call."""
        unsent, self._unsent = self._unsent, []
        return unsent

    def take_updates_from(self, other: "Client") -> None:
        """Hear all that another client knows."""
        self._applying = True
        self.doc.apply_update(other.doc.get_update(self.doc.get_state()))
        self._applying = False

    def take_unsent(self) -> list[bytes]:
        """The same as frames."""
        return [protocol.update(update) for update in self.take_updates()]

    def hello(self) -> bytes:
        self._unsent.clear()  # the answer to the server's step 1 brings all of it
        return protocol.step1(self.doc.get_state())

    def hear(self, frame: bytes) -> bytes | None:
        """Take a frame; returns the answer, if there is one."""
        self.frames.append(frame)
        if frame[0] == protocol.SYNC:
            self._applying = True
            try:
                answer = pycrdt.handle_sync_message(frame[1:], self.doc)
            finally:
                self._applying = False
            if frame[1] == protocol.STEP2:
                self.synced.set()
            return answer
        if frame[0] == protocol.SAVED:
            self.saved = Reader(frame[1:]).uint()
        self.denied += frame[0] == protocol.AUTH
        return None


class Link:
    """A client's end of a connection in memory."""

    def __init__(self, client: Client, size: int = 1000) -> None:
        self.client = client
        to_client, self.incoming = anyio.create_memory_object_stream[bytes](size)
        self.outgoing, to_server = anyio.create_memory_object_stream[bytes](1000)
        self.channel = MemoryChannel(to_client, to_server)

    async def flush(self) -> None:
        """Send what the client changed."""
        for frame in self.client.take_unsent():
            await self.outgoing.send(frame)

    async def listen(self) -> None:
        """Hear frames until the other end closes."""
        async for frame in self.incoming:
            answer = self.client.hear(frame)
            if answer is not None:
                with suppress(anyio.ClosedResourceError, anyio.BrokenResourceError):
                    await self.outgoing.send(answer)

    def hang_up(self) -> None:
        """Close the client's end, as a lost connection does."""
        self.outgoing.close()

    def close(self) -> None:
        """Free both directions."""
        for stream in (self.incoming, self.outgoing, self.channel.outgoing, self.channel.incoming):
            stream.close()


@asynccontextmanager
async def joined(
    board: Board, client: Client | None = None, guest: Guest | None = None, *, listening: bool = True, size: int = 1000
) -> AsyncIterator[Link]:
    """A client on a board, synced where it is ``listening``; gone at the end."""
    link = Link(client or Client(), size)
    served = anyio.Event()

    async def serve() -> None:
        try:
            await board.serve(link.channel, guest, acks=True)
        finally:
            served.set()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(serve)
        await link.outgoing.send(link.client.hello())
        if listening:
            tasks.start_soon(link.listen)
            await until(link.client.synced.is_set)
        try:
            yield link
        finally:
            link.hang_up()
            with anyio.fail_after(60, shield=True):
                await served.wait()
            tasks.cancel_scope.cancel()
            link.close()


def turn(number: int) -> Turn:
    return Turn(f"t{number}", Segment(number, number + 1), "ada", f"turn {number}")


def title_of(link: Link) -> str:
    return str(link.client.roots["title"])


async def on_disk(store: Store) -> Replica:
    log = await store.load("room")
    replica = Replica(0)
    replica.load([*([log.snapshot] if log.snapshot else []), *log.updates])
    return replica


def replica_of(client: Client) -> Replica:
    replica = Replica(0)
    replica.apply(client.doc.get_update())
    return replica


def entries(link: Link) -> dict[int, str | None]:
    """What a link was told of the presence of others, in all frames."""
    told: dict[int, str | None] = {}
    for frame in link.client.frames:
        message = decode(frame) if frame[0] == protocol.AWARENESS else None
        if isinstance(message, Awareness):
            told.update({entry.client: entry.state for entry in message.entries})
    return told
