"""pycrdt's document behind a border that lets neither panics nor bad bytes through."""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import pycrdt

from voicemind.board.admission import admit
from voicemind.board.core import CoreError, border, rewritten, same_update
from voicemind.board.depth import MAX_DEPTH, may_nest, too_deep
from voicemind.board.lib0 import number
from voicemind.board.protocol import EMPTY_UPDATE, FrameError, Reader, uint, written_clocks
from voicemind.board.roots import ROOTS

logger = logging.getLogger(__name__)

ENGINE = "agent:engine"
PEOPLE = "people"

NOTHING = b"\x00"  # the state vector of an empty document
REBASE_UPDATES = 256
REBASE_BYTES = 1 << 20
MAX_WAITING = 256 << 10  # bytes that may wait for what is missing


@dataclass(frozen=True, slots=True)
class Change:
    """What changed in one root: ``keys`` of a Map, empty for a Text or an Array.

    ``origin`` is ``ENGINE`` for what the engine wrote and ``PEOPLE`` for everything else.
    """

    root: str
    keys: frozenset[str]
    origin: str


class Replica:
    """The server's copy of a room's document; lives on one thread."""

    def __init__(self, client_id: int) -> None:
        self._client_id = client_id
        self._base = EMPTY_UPDATE  # this and the updates since make the document again
        self._since: list[bytes] = []
        self._since_bytes = 0
        self._waiting = EMPTY_UPDATE  # taken in, but in need of something that is missing
        self._late: list[bytes] = []  # the updates that it came in
        self._applied: list[bytes] = []  # what was given to the document of the last update, and of what waited
        self._origin = PEOPLE
        self._local = False
        self._integrated: bytes | None = None  # what the last transaction changed, as an update
        self._deleted = b""  # the end of it: what it deleted
        self._deep = False  # whether it changed something that lies too deep
        self._written: list[tuple[str, bytes]] = []
        self._changes: dict[tuple[str, str], set[str]] = {}
        self._build()

    def _build(self) -> None:
        self._doc: pycrdt.Doc[Any] = pycrdt.Doc(client_id=self._client_id)
        self.roots: dict[str, Any] = {name: self._doc.get(name, type=root.type) for name, root in ROOTS.items()}
        with border:
            for update in (self._base, *self._since):
                self._doc.apply_update(update)
        # Raw observers: the wrapped ones convert every value of every event, at four times the cost.
        self._subscriptions = [
            root.integrated.observe_deep(partial(self._note, name)) for name, root in self.roots.items()
        ]
        self._subscriptions.append(self._doc.observe(self._record))

    def close(self) -> None:
        """Let go of the observers, which would keep the document in memory for ever."""
        for subscription in self._subscriptions:
            subscription.drop()
        self._subscriptions.clear()

    def _note(self, root: str, events: list[Any]) -> None:
        keys = self._changes.setdefault((root, self._origin), set())
        for event in events:
            path = event.path
            self._deep = self._deep or len(path) > MAX_DEPTH
            found = path[:1] or getattr(event, "keys", ())
            keys.update(key for key in found if isinstance(key, str))

    def _record(self, event: pycrdt.TransactionEvent) -> None:
        self._integrated, self._deleted = event.update, event.delete_set  # type: ignore[attr-defined]
        if self._local:
            self._written.append((self._origin, self._integrated))
            self._remember(self._integrated)

    def apply(self, update: bytes) -> bytes | None:
        """Take in somebody's update; return it as it is to be kept and shared, None when all of it is known.

        Raises FrameError for bytes that are no sound update; they change nothing, and the document
        is built again where its core had taken in half of them. An update whose dependencies are
        missing is kept: its content appears once they arrive.
        """
        if update == EMPTY_UPDATE:
            return None
        return self._take_in(rewritten(update.removeprefix(EMPTY_UPDATE)), self._admit)

    def _take_in(self, sound: bytes, integrate: Callable[[bytes], bool]) -> bytes | None:
        """Do so with an update as yrs writes it."""
        self._rebase()
        earlier, waiting, late = self._changes, self._waiting, self._late.copy()
        self._changes, self._integrated, self._deep, self._applied = {}, None, False, []
        try:
            with border:
                new = integrate(sound)
        except (ValueError, RuntimeError, CoreError):
            self.close()
            self._changes, self._waiting, self._late = earlier, waiting, late
            self._build()
            raise FrameError("not an update that the document can take in") from None
        for key, keys in self._changes.items():
            earlier.setdefault(key, set()).update(keys)
        self._changes = earlier
        if not new:
            return None
        for update in self._applied:
            self._remember(update)
        return sound

    def _admit(self, sound: bytes) -> bool:
        """Take in what is complete of an update, and of what waits; False where nothing was new."""
        waiting = self._waiting
        ready, rest = admit(sound, self._clocks())
        self._integrate(ready)
        new = self._integrated is not None
        if rest != EMPTY_UPDATE and (new or sound not in self._late):
            new = True
            self._late.append(sound)
            self._waiting = pycrdt.merge_updates(self._waiting, rest)
            if len(self._waiting) > MAX_WAITING:
                raise FrameError("too much waits for what is missing")
        if new:
            self._try_waiting()
        if self._deep or ((may_nest(sound) or may_nest(waiting)) and too_deep(self.roots.values())):
            raise FrameError("shared types within shared types, too deep")
        return new

    def _trust(self, sound: bytes) -> bool:
        """Take in what was complete when it was kept."""
        self._integrate(sound)
        if not same_update(self._integrated, self._deleted, sound) and self._unknown(sound) is not None:
            raise FrameError("something before it is missing")
        self._try_waiting()
        return self._integrated is not None

    def _try_waiting(self) -> None:
        """Take in of what waits what has become complete."""
        ready = b""
        while self._waiting != EMPTY_UPDATE and ready != EMPTY_UPDATE:
            ready, self._waiting = admit(self._waiting, self._clocks())
            self._integrate(ready)
        if self._waiting == EMPTY_UPDATE:
            self._late.clear()

    def _integrate(self, complete: bytes) -> None:
        if complete != EMPTY_UPDATE:
            self._doc.apply_update(complete)
            self._applied.append(complete)

    def _clocks(self) -> dict[bytes, int]:
        return {client: number(clock) for client, clock in written_clocks(self.state).items()}

    def to_keep(self, update: bytes) -> bytes:
        """Return what ``apply`` returned as it goes on disk: marked where it must be looked at again when loaded."""
        return EMPTY_UPDATE + update if update in self._late else update

    @property
    def waits(self) -> bool:
        """Whether something that was taken in is in need of something that is missing."""
        return self._waiting != EMPTY_UPDATE

    def _remember(self, update: bytes) -> None:
        self._since.append(update)
        self._since_bytes += len(update)

    def _rebase(self) -> None:
        """Keep what makes the document again short."""
        if len(self._since) >= REBASE_UPDATES or self._since_bytes > REBASE_BYTES:
            with border:
                self._base = self._doc.get_update()
            self._since.clear()
            self._since_bytes = 0

    def load(self, updates: Iterable[bytes]) -> None:
        """Take in what was kept, as ``apply`` returned it or as was written here; nothing of it counts as a change."""
        for update in updates:
            try:
                self._load(update)
            except FrameError:
                logger.warning("an update on disk cannot be read and is passed over (%d bytes)", len(update))
        self._changes.clear()

    def _load(self, update: bytes) -> None:
        """Take in one that was kept: what was complete then need not be looked at again."""
        if not update.startswith(EMPTY_UPDATE):
            with suppress(FrameError):
                self._take_in(update, self._trust)
                return
        self.apply(update)

    def knows(self, update: bytes) -> bool:
        """Tell whether an update has nothing that this document lacks; raises FrameError for no sound update."""
        return update == EMPTY_UPDATE or self._unknown(rewritten(update)) is None

    def _unknown(self, update: bytes) -> bytes | None:
        """Return the part of a sound update that is not in the document, None when all of it is."""
        state = self.state
        try:
            with border:
                rest = pycrdt.get_update(update, state)
        except (ValueError, RuntimeError, CoreError):  # yrs can write what it cannot read
            raise FrameError("not an update of a Yjs document") from None
        reader = Reader(rest)
        if reader.uint():
            return rest
        deleting = reader.uint()
        clocks = written_clocks(state) if deleting else {}
        for _ in range(deleting):  # what it deletes: client, then ranges of clock and length
            known = Reader(clocks.get(uint(reader.uint()), b"\x00")).uint()
            if any(reader.uint() + reader.uint() > known for _ in range(reader.uint())):
                return rest
        return None

    @contextmanager
    def write(self, origin: str) -> Iterator[None]:
        """Run writes in one transaction. There is no rollback: what was written before an error stays."""
        self._rebase()
        self._local, self._origin = True, origin
        try:
            with border, self._doc.transaction(origin=origin):
                yield
        finally:
            self._local, self._origin = False, PEOPLE

    def drop_items(self, root: str) -> None:
        """Delete the list or the text that somebody put under the name of a Map."""
        items = self._doc.get(root, type=pycrdt.Array)
        if len(items):
            del items[0 : len(items)]
        self._doc.get(root, type=pycrdt.Map)

    @property
    def state(self) -> bytes:
        """The state vector."""
        with border:
            return self._doc.get_state()

    def missing_in(self, state: bytes) -> bytes:
        """Return an update with everything that is missing in ``state``; raises FrameError for no state."""
        try:
            with border:
                missing = self._doc.get_update(state)
                # pycrdt leaves out what waits for its dependencies; who gets those later needs it too.
                return missing if self._waiting == EMPTY_UPDATE else pycrdt.merge_updates(missing, self._waiting)
        except (ValueError, RuntimeError):
            raise FrameError("not a state vector of a Yjs document") from None

    def take_written(self) -> list[tuple[str, bytes]]:
        """Return what was written here since the last call: origin and update."""
        written, self._written = self._written, []
        return written

    def take_changes(self) -> tuple[Change, ...]:
        """Return what changed since the last call."""
        changes, self._changes = self._changes, {}
        return tuple(Change(root, frozenset(keys), origin) for (root, origin), keys in changes.items())
