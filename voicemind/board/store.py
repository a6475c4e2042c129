"""Rooms on disk: an append-only log of updates, and snapshots of it.

One writer for all rooms: what several of them want written while the disk is busy goes into one
transaction, with one fsync.
"""

import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import anyio
from anyio import to_thread

from voicemind.board import tables
from voicemind.board.tables import Lease, Log, Record
from voicemind.board.tasks import task_group
from voicemind.errors import BoardError, LeaseError

T = TypeVar("T")


@dataclass(slots=True, eq=False)
class _Job:
    action: Callable[[sqlite3.Connection], Any]
    done: anyio.Event = field(default_factory=anyio.Event)
    result: Any = None
    error: BoardError | None = None


class Store:
    """The rooms of one database file; made by ``open_store``. Everything written is on disk when a call returns.

    Calls raise BoardError when the disk does not take it; nothing of that call is written then.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self._path = path
        self._connection = connection
        self._jobs: list[_Job] = []
        self._wake = anyio.Event()
        self._stopping = False
        self._thread = anyio.CapacityLimiter(1)

    async def lease(self, room: str) -> Lease:
        """Take a room over, made where there is none; earlier leases of it end."""
        return await self._write(lambda connection: tables.take_lease(connection, room))

    async def append(self, lease: Lease, records: Sequence[Record]) -> None:
        """Add updates to a room's log; raises LeaseError when the lease has ended."""
        await self._write(lambda connection: tables.append(connection, lease, records))

    async def add_snapshot(self, lease: Lease, upto: int, data: bytes) -> None:
        """Add a snapshot of all updates up to ``upto``; raises LeaseError when the lease has ended."""
        await self._write(lambda connection: tables.add_snapshot(connection, lease, upto, data))

    async def purge(self, lease: Lease, upto: int, data: bytes) -> None:
        """Leave of all updates up to ``upto`` a snapshot alone, in the database's own log too."""
        await self._write(lambda connection: tables.purge(connection, lease, upto, data))
        await to_thread.run_sync(tables.checkpoint, self._connection, limiter=self._thread)

    async def release(self, lease: Lease) -> None:
        """Give a room back in order, so that the engine keeps its client id."""
        await self._write(lambda connection: tables.release(connection, lease))

    async def load(self, room: str) -> Log:
        """Read what is on disk of a room."""
        return await self._read(lambda connection: tables.load(connection, room))

    async def exists(self, room: str) -> bool:
        """Tell whether a room was ever opened."""
        return await self._read(lambda connection: tables.exists(connection, room))

    async def _read(self, action: Callable[[sqlite3.Connection], T]) -> T:
        def read() -> T:
            try:
                with closing(tables.connect(self._path)) as connection:
                    return action(connection)
            except sqlite3.Error as error:
                raise _failed(self._path, error) from error

        return await to_thread.run_sync(read)

    async def _write(self, action: Callable[[sqlite3.Connection], T]) -> T:
        if self._stopping:
            raise BoardError("the store is closed")
        job = _Job(action)
        self._jobs.append(job)
        self._wake.set()
        await job.done.wait()
        if job.error is not None:
            raise job.error
        result: T = job.result
        return result

    async def run(self) -> None:
        """Write what is asked for, until ``stop`` and all is written."""
        with anyio.CancelScope(shield=True):  # rooms flush while everything around them is being cancelled
            while self._jobs or not self._stopping:
                await self._wake.wait()
                self._wake = anyio.Event()
                jobs, self._jobs = self._jobs, []
                if jobs:
                    await to_thread.run_sync(self._commit, jobs, limiter=self._thread)
                for job in jobs:
                    job.done.set()

    def stop(self) -> None:
        """Let ``run`` end."""
        self._stopping = True
        self._wake.set()

    def _commit(self, jobs: Sequence[_Job]) -> None:
        """Do all jobs in one transaction; a lost lease fails its own job only, anything else all of them."""
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            for job in jobs:
                self._connection.execute("SAVEPOINT job")
                try:
                    job.result = job.action(self._connection)
                except LeaseError as error:
                    job.error = error
                    self._connection.execute("ROLLBACK TO job")
                self._connection.execute("RELEASE job")
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            for job in jobs:
                job.error = job.error or _failed(self._path, error)
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")


def _failed(path: Path, error: sqlite3.Error) -> BoardError:
    return BoardError(f"{path} cannot be used ({error}); check the disk's space and the file's permissions")


@asynccontextmanager
async def open_store(path: Path) -> AsyncIterator[Store]:
    """Open the database at ``path``, made where there is none; raises BoardError when that fails."""
    try:
        connection = await to_thread.run_sync(tables.connect, path)
    except sqlite3.Error as error:
        raise _failed(path, error) from error
    store = Store(path, connection)
    with closing(connection):
        async with task_group() as tasks:
            tasks.start_soon(store.run)
            try:
                yield store
            finally:
                store.stop()
