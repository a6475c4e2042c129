"""Makes a room's log into a snapshot whenever it has grown enough, while the room is in use."""

import logging
from collections.abc import Awaitable, Callable

import anyio

from voicemind.board.compaction import compact_apart
from voicemind.board.limits import Limits
from voicemind.board.owner import Owner
from voicemind.board.store import Store
from voicemind.board.tables import Lease
from voicemind.errors import BoardError

logger = logging.getLogger(__name__)


class Compactor:
    """Looks after one room's log. ``upto`` is the last update that is in a snapshot.

    A snapshot is added under the room's lease: who lost the room cannot drop anything of it.
    """

    def __init__(self, owner: Owner, store: Store, lease: Lease, limits: Limits, upto: int) -> None:
        self._owner = owner
        self._store = store
        self._lease = lease
        self._limits = limits
        self._upto = upto
        self._saved = anyio.Event()
        self._working = anyio.Lock()
        owner.listeners.append(lambda _: self._saved.set())

    async def run(self) -> None:
        """Compact when it is due, until cancelled; what fails is tried again when as much has come."""
        while True:
            await self._saved.wait()
            self._saved = anyio.Event()
            if self._due:
                try:
                    await self._compact(self._store.add_snapshot)
                except BoardError as error:
                    logger.warning("room %s is not compacted: %s", self._lease.room, error)
                    self._upto = self._owner.seq
                await anyio.sleep(self._limits.compact_pause)

    @property
    def _due(self) -> bool:
        most = max(self._limits.compact_bytes, 4 * self._owner.snapshot)
        return self._owner.bytes > most or self._owner.seq - self._upto >= self._limits.compact_updates

    async def purge(self) -> None:
        """Compact now, and keep nothing of before: what was deleted from the document is gone for good then.

        Raises BoardError where that cannot be done; everything is still there then.
        """
        await self._compact(self._store.purge)

    async def _compact(self, keep: Callable[[Lease, int, bytes], Awaitable[None]]) -> None:
        async with self._working:
            await self._make_snapshot(keep)

    async def _make_snapshot(self, keep: Callable[[Lease, int, bytes], Awaitable[None]]) -> None:
        before = self._owner.bytes
        log = await self._store.load(self._lease.room)
        if log.damaged:
            raise BoardError(f"{log.damaged} of its records are damaged")
        data = await compact_apart([*([log.snapshot] if log.snapshot else []), *log.updates])
        await keep(self._lease, log.seq, data)
        self._upto = log.seq
        self._owner.compacted(len(data), before)
