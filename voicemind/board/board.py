"""One room as the server sees it: its document, and everybody who shares it."""

import logging
import math
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import TypeVar

import anyio
from anyio import to_thread

from voicemind.board import protocol
from voicemind.board.batch import Saved
from voicemind.board.channel import Channel
from voicemind.board.compactor import Compactor
from voicemind.board.connection import DRAINING, ROOM_FULL, Connection, Guest
from voicemind.board.document import Document
from voicemind.board.inbox import Resync, Said
from voicemind.board.inspection import inspect, suspicious
from voicemind.board.limits import Limits
from voicemind.board.owner import Owner
from voicemind.board.presence import Presence
from voicemind.board.protocol import Awareness, FrameError, QueryAwareness, SyncStep1, SyncStep2, Update, decode
from voicemind.board.store import Store
from voicemind.board.tables import Lease
from voicemind.board.tasks import task_group
from voicemind.errors import BoardError

logger = logging.getLogger(__name__)

T = TypeVar("T")

GOING_AWAY = (DRAINING, "the room is closing; come back in a moment")


class Board:
    """A room's shared document, live; made by ``open_board``.

    ``document`` may be read at any time on the event loop; it is changed by ``write`` alone.
    """

    def __init__(self, owner: Owner, compactor: Compactor, lease: Lease, limits: Limits) -> None:
        self.room = lease.room
        self.document = owner.document
        self._owner = owner
        self._compactor = compactor
        self._limits = limits
        self._presence = Presence(lease.epoch)
        self._moved = anyio.Event()
        self._closing = False

    @property
    def failing(self) -> BoardError | None:
        """Why the board is read-only for now, None while it can be written."""
        return self._owner.failing

    @property
    def people(self) -> int:
        """How many connections there are."""
        return len(self._owner.connections)

    async def write(self, change: Callable[[Document], T]) -> T:
        """Change the document in the server's name; returns what ``change`` does, once that is on disk.

        ``change`` runs in the room's own task and must not wait for anything. Raises what it raises, and
        BoardError when the room closes before all is on disk. While the disk takes nothing it waits.
        """
        return await self._owner.inbox.write(change)

    async def purge(self) -> None:
        """Let go, on disk too, of what was deleted from the document: of its past only this moment is kept.

        Raises BoardError where that cannot be done; nothing is lost then.
        """
        await self._compactor.purge()

    def subscribe(self, listener: Callable[[Saved], None]) -> Callable[[], None]:
        """Have ``listener`` called with each batch of changes once it is on disk; returns how to stop that.

        It is called in the room's own task: it must be quick and must not raise.
        """
        self._owner.listeners.append(listener)
        return lambda: self._owner.listeners.remove(listener)

    async def serve(self, channel: Channel, guest: Guest | None = None, *, acks: bool = False) -> None:
        """Sync with one client until it goes or is closed. ``acks`` has it told what is on disk (message 100)."""
        connection = Connection(channel, guest or Guest(), self._limits, acks)
        if self._closing:
            connection.shut(*GOING_AWAY)
        elif self.people >= self._limits.connections:
            connection.shut(ROOM_FULL, "the room is full; come back later")
        elif self._crowds(connection.guest):
            connection.shut(ROOM_FULL, "you have this board open too many times; close some of them")
        self._owner.connections.add(connection)
        connection.show(self._presence.roster(), None)
        channel.listen(partial(self._hear, connection))
        try:
            with connection.scope:
                async with task_group() as tasks:
                    tasks.start_soon(self._send, connection)
                    await self._receive(connection, channel)
                    tasks.cancel_scope.cancel()
        finally:
            channel.listen(None)
            self._owner.connections.discard(connection)
            if self._presence.leave(connection, time.monotonic()):
                self._moved.set()
            if connection.closing is not None:
                with (
                    anyio.move_on_after(5, shield=True),
                    suppress(anyio.BrokenResourceError, anyio.ClosedResourceError),
                ):
                    await channel.close(*connection.closing)

    def permit(self, guest: Guest, may_write: bool) -> None:
        """Let a guest who is connected write from now on, or no more; what was refused before is asked for again."""
        guest.may_write = may_write
        for connection in self._owner.connections:
            if connection.guest is not guest:
                continue
            if may_write:
                connection.ask(self.document.state)
            else:
                connection.put(protocol.denied("you can read this board, but not change it any more"))

    def _crowds(self, guest: Guest) -> bool:
        """Tell whether somebody has as many connections as one person may have."""
        if guest.id is None:
            return False
        same = sum(connection.guest.id == guest.id for connection in self._owner.connections)
        return same >= self._limits.connections_each

    def _hear(self, connection: Connection, frame: bytes) -> bool:
        """Take a message at once; False where it is to wait: for its turn, for room, its allowance or a close look."""
        now = time.monotonic()
        if connection.busy or self._owner.inbox.full or connection.allowance.delay(now) or suspicious(frame):
            return False
        if (said := self._understand(connection, frame, now)) is not None:
            self._owner.inbox.add(said)
        return True

    async def _receive(self, connection: Connection, channel: Channel) -> None:
        """Take the messages that are to wait."""
        while True:
            try:
                frame = await channel.receive()
            except anyio.EndOfStream:
                return
            connection.busy = True
            if delay := connection.allowance.delay(time.monotonic()):
                await anyio.sleep(delay)
            said = self._understand(connection, frame, time.monotonic())
            if said is not None and await self._harmless(said):
                try:
                    await self._owner.inbox.put(said)
                except BoardError:
                    connection.shut(*GOING_AWAY)
                    return
            connection.busy = False

    async def _harmless(self, said: Said) -> bool:
        """Look closely at what could harm the document's core, beside the event loop."""
        try:
            if not isinstance(said.message, SyncStep1) and suspicious(said.message.update):
                await to_thread.run_sync(inspect, said.message.update)
        except FrameError as error:
            self._refuse(said.connection, error)
            return False
        return True

    def _refuse(self, connection: Connection, error: FrameError) -> None:
        logger.info("room %s: a bad frame (%s)", self.room, error)
        connection.bad_frame()

    def _understand(self, connection: Connection, frame: bytes, now: float) -> Said | None:
        """Decode a message and do what does not concern the document; return what does."""
        connection.allowance.spend(len(frame), now)
        try:
            match decode(frame, self._limits.frame):
                case SyncStep2() | Update() as message:
                    return Said(connection, message)
                case SyncStep1() as message:
                    connection.allowance.spend(0, now, self._limits.step1_cost)
                    return Said(connection, message)
                case Awareness(entries):
                    if self._presence.hear(connection, entries, connection.guest.user):
                        self._moved.set()
                case QueryAwareness():
                    connection.show(self._presence.roster(), self._presence.client_of(connection))
        except FrameError as error:
            self._refuse(connection, error)
        return None

    async def _send(self, connection: Connection) -> None:
        try:
            while True:
                if connection.take_resync():
                    await self._owner.inbox.put(Resync(connection))
                await connection.send_next()
        except anyio.BrokenResourceError:
            connection.scope.cancel()
        except BoardError:
            connection.shut(*GOING_AWAY)

    async def tell_presence(self) -> None:
        """Tell everybody who moved, once a tick; the more people, the longer the tick."""
        while True:
            await self._moved.wait()
            self._moved = anyio.Event()
            crowd = min(8, math.ceil(max(1, self.people) / 25))
            await anyio.sleep(crowd * self._limits.presence_tick)
            entries = self._presence.flush(time.monotonic())
            for connection in self._owner.connections:
                connection.show(entries, self._presence.client_of(connection))

    async def look_after_connections(self) -> None:
        """Close those that take nothing, and keep those alive that nothing was said to."""
        while True:
            await anyio.sleep(min(self._limits.stall, self._limits.keep_alive) / 4)
            for connection in self._owner.connections:
                connection.look_after(time.monotonic())

    def close_connections(self) -> None:
        """Send everybody away; they may come back."""
        self._closing = True
        for connection in self._owner.connections:
            connection.shut(*GOING_AWAY)


@asynccontextmanager
async def open_board(store: Store, room: str, limits: Limits | None = None) -> AsyncIterator[Board]:
    """Open a room, made where there is none; at the end everything is on disk and everybody is sent away.

    Raises BoardError when the room cannot be read, or fails while it is open.
    """
    limits = limits or Limits()
    lease = await store.lease(room)
    log = await store.load(room)
    document = Document(lease.agent, lease.history_id)
    try:
        document.load([*([log.snapshot] if log.snapshot else []), *log.updates])
        owner = Owner(document, store, lease, log, limits)
        compactor = Compactor(owner, store, lease, limits, log.upto)
        board = Board(owner, compactor, lease, limits)
        async with task_group() as tasks:
            tasks.start_soon(owner.run)
            tasks.start_soon(board.tell_presence)
            tasks.start_soon(board.look_after_connections)
            tasks.start_soon(compactor.run)
            try:
                yield board
            finally:
                board.close_connections()
                owner.inbox.close()
                tasks.cancel_scope.cancel()
    finally:
        document.close()
