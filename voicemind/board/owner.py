"""The one task that changes a room's document, batch by batch.

A batch is what is in the inbox. Clients' changes leave for the others at once, merged into one
frame. What the server itself wrote leaves only when it is on disk: it is written under a client id
that is used again, so no browser may have what a crash could take from the server. Acknowledgements
and answers that carry the document leave then, too.
"""

import logging
import time
from collections.abc import Callable, Sequence

import anyio
import pycrdt

from voicemind.board import protocol
from voicemind.board.batch import Batch, Saved
from voicemind.board.connection import Connection
from voicemind.board.core import CoreError
from voicemind.board.document import Document
from voicemind.board.inbox import Inbox, Item, Resync, Said, Write
from voicemind.board.limits import Limits
from voicemind.board.protocol import FrameError, SyncStep1, SyncStep2, Update
from voicemind.board.replica import PEOPLE
from voicemind.board.store import Store
from voicemind.board.tables import Lease, Log, Record
from voicemind.errors import BoardError, LeaseError

logger = logging.getLogger(__name__)


class Owner:
    """Owns a document: nothing else applies updates to it or writes it."""

    def __init__(self, document: Document, store: Store, lease: Lease, log: Log, limits: Limits) -> None:
        self.document = document
        self.connections: set[Connection] = set()
        self.listeners: list[Callable[[Saved], None]] = []
        self.failing: BoardError | None = None  # why the disk takes nothing, while it does not
        self.seq = log.seq  # the last update that got a number
        self.snapshot = len(log.snapshot or b"")  # bytes of the last one
        self.bytes = sum(map(len, log.updates))  # written since
        self._store = store
        self._lease = lease
        self._limits = limits
        self._told = document.state
        self.inbox = Inbox(limits.inbox)

    async def run(self) -> None:
        """Work until the inbox is closed and empty; then everything is on disk, and the lease given back."""
        with anyio.CancelScope(shield=True):
            try:
                await self._keep(self._opened())
                while True:
                    first = await self.inbox.next()
                    started = time.monotonic()
                    batch = self._gather(first)
                    self._share(batch.shared, batch.senders)
                    await self._keep(batch)
                    self._finish(batch)
                    await anyio.sleep(max(0.0, started + self._window - time.monotonic()))
            except anyio.EndOfStream:
                if self.failing is not None:  # closed in the middle of a batch that the disk does not take
                    raise self.failing from None
                await self._store.release(self._lease)
            finally:
                self.inbox.fail()

    @property
    def _window(self) -> float:
        """How long changes are gathered: the more readers, the longer, for each frame costs as much as an update."""
        wanted = len(self.connections) * self._limits.window_each
        return min(self._limits.window_most, max(self._limits.window, wanted))

    @property
    def full(self) -> bool:
        """Whether the document is so large that people can no longer add to it."""
        return self.snapshot + self.bytes > self._limits.document

    def compacted(self, size: int, of: int) -> None:
        """Note that ``of`` bytes of the log are in a snapshot of ``size`` now.

        What was refused for want of room is asked for again.
        """
        was_full, self.snapshot, self.bytes = self.full, size, self.bytes - of
        if was_full and not self.full:
            self._ask_missed()

    def _opened(self) -> Batch:
        """What loading wrote: the history's name, where it was not in the document yet."""
        batch = Batch()
        self._take_written(batch)
        return batch

    # Taking in

    def _gather(self, first: Item) -> Batch:
        batch = Batch()
        item: Item | None = first
        while item is not None:
            self._take(item, batch)
            item = self.inbox.more() if batch.size < self._limits.batch_bytes else None
        self.document.settle()
        self._take_written(batch)
        return batch

    def _take(self, item: Item, batch: Batch) -> None:
        match item:
            case Write():
                self._take_write(item, batch)
            case Resync(connection):
                batch.asked[connection] = connection.known
            case Said(connection, SyncStep1(state)):
                batch.asked[connection] = state
            case Said(connection, SyncStep2(update) | Update(update) as message):
                batch.heard.add(connection)
                batch.size += len(update)
                connection.hear(isinstance(message, SyncStep2))
                self._take_update(connection, update, batch)

    def _take_update(self, connection: Connection, update: bytes, batch: Batch) -> None:
        try:
            if not connection.guest.may_write:
                if not self.document.knows(update):
                    connection.refuse("you can read this board, but not change it")
                return
            if self.full and not self.document.knows(update):
                connection.refuse("this board is full; go on in a new room")
                return
            kept = self.document.apply(update)
        except FrameError:
            connection.bad_frame()
            return
        if kept is None:
            return
        self._record(batch, PEOPLE, connection.guest.id, self.document.to_keep(kept))
        if self.document.trespassed():
            connection.trespass()
            batch.held.append(kept)
        else:
            batch.shared.append(kept)
            batch.senders.add(connection)

    def _take_write(self, write: Write, batch: Batch) -> None:
        try:
            write.result = write.change(self.document)
        except CoreError:
            raise
        except Exception as error:  # noqa: BLE001 - it belongs to who asked for the change
            write.error = error
        self._take_written(batch)
        batch.writes.append(write)

    def _take_written(self, batch: Batch) -> None:
        for origin, update in self.document.take_written():
            self._record(batch, origin, None, update)
            batch.held.append(update)

    def _record(self, batch: Batch, origin: str, user: str | None, update: bytes) -> None:
        self.seq += 1
        batch.records.append(Record(self.seq, origin, user, update))

    # Keeping

    async def _keep(self, batch: Batch) -> None:
        """Put a batch on disk; while the disk takes nothing, the room can be read but not written."""
        while batch.records:
            try:
                await self._store.append(self._lease, batch.records)
                break
            except LeaseError:
                raise
            except BoardError as error:
                if self.failing is None:
                    logger.warning("room %s is read-only: %s", self._lease.room, error)
                self.failing = error
                await self._read_only()
        self.bytes += sum(len(record.data) for record in batch.records)
        if self.failing is not None:
            self.failing = None
            logger.warning("room %s can be written again", self._lease.room)
            self._ask_missed()

    def _ask_missed(self) -> None:
        for connection in self.connections:
            if connection.missed and connection.guest.may_write:
                connection.ask(self.document.state)

    async def _read_only(self) -> None:
        """Answer readers and refuse changes until it is time to try the disk again."""
        with anyio.move_on_after(self._limits.retry):
            while True:
                match await self.inbox.arrival():
                    case Write() as write:
                        self.inbox.defer(write)
                    case Resync(connection):
                        self._answer(connection, connection.known)
                    case Said(connection, SyncStep1(state)):
                        self._answer(connection, state)
                    case Said(connection, message):
                        connection.hear(isinstance(message, SyncStep2))
                        connection.missed = True

    # Giving out

    def _share(self, updates: Sequence[bytes], senders: set[Connection]) -> None:
        only = next(iter(senders)) if len(senders) == 1 else None
        for data in _merged(updates):
            frame = protocol.update(data)
            for connection in self.connections:
                if connection is not only:
                    connection.share(frame, self._told)

    def _finish(self, batch: Batch) -> None:
        self._share(batch.held, set())
        for connection, state in batch.asked.items():
            self._answer(connection, state)
        self._told = self.document.state
        for connection in batch.heard:
            connection.ack()
        for write in batch.writes:
            write.done.set()
        if changes := self.document.take_changes():
            saved = Saved(self.seq, changes)
            for listener in tuple(self.listeners):
                listener(saved)

    def _answer(self, connection: Connection, state: bytes) -> None:
        if connection.crowded:  # it asks without reading the answers
            connection.fall_behind(state)
            return
        try:
            connection.answer(self.document.missing_in(state), self.document.state)
        except FrameError:
            connection.bad_frame()
            return
        if not connection.questioned:
            connection.ask(self.document.state)


def _merged(updates: Sequence[bytes]) -> list[bytes]:
    """Return one update for all, written anew; none when there are none."""
    return [pycrdt.merge_updates(*updates)] if updates else []
