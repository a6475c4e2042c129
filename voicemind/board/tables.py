"""The tables of the embedded store, and the statements on them; each function runs inside a transaction.

Sequence numbers come from the room's owner, never from a clock. ``epoch`` counts the leases of a
room: who writes under an old one has lost the room and is refused.
"""

import hashlib
import logging
import secrets
import sqlite3
import uuid
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from voicemind.errors import BoardError, LeaseError

logger = logging.getLogger(__name__)

VERSION = 1
SNAPSHOTS_KEPT = 3

SCHEMA = """
CREATE TABLE IF NOT EXISTS rooms (
  room TEXT PRIMARY KEY, history_id TEXT NOT NULL, epoch INTEGER NOT NULL,
  agent INTEGER NOT NULL,  -- the engine's client id in Yjs
  clean INTEGER NOT NULL   -- whether the last owner let go of it in order
) STRICT;
CREATE TABLE IF NOT EXISTS updates (
  room TEXT NOT NULL, seq INTEGER NOT NULL, epoch INTEGER NOT NULL, origin TEXT NOT NULL, user TEXT,
  crc INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (room, seq)
) STRICT;
CREATE TABLE IF NOT EXISTS snapshots (
  room TEXT NOT NULL, seq INTEGER NOT NULL,  -- the last update that is in it
  sha256 BLOB NOT NULL, data BLOB NOT NULL, PRIMARY KEY (room, seq)
) STRICT;
"""


@dataclass(frozen=True, slots=True)
class Record:
    """One update as it goes into the log; ``user`` is whose it is, where that is known."""

    seq: int
    origin: str
    user: str | None
    data: bytes


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to write a room. ``agent`` is a client id that no other process uses."""

    room: str
    epoch: int
    history_id: str
    agent: int


@dataclass(frozen=True, slots=True)
class Log:
    """What is on disk of a room: the newest sound snapshot (of updates up to ``upto``) and the updates after it."""

    snapshot: bytes | None
    upto: int
    updates: tuple[bytes, ...]
    seq: int
    damaged: int


def connect(path: Path) -> sqlite3.Connection:
    """Open the database, made where there is none; every commit is on disk when it returns."""
    connection = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > VERSION:
        raise BoardError(f"{path} was written by a newer voicemind (layout {version}); update this one")
    if version == 0:
        connection.executescript(f"BEGIN IMMEDIATE; {SCHEMA} PRAGMA user_version = {VERSION}; COMMIT;")
    return connection


def take_lease(connection: sqlite3.Connection, room: str) -> Lease:
    """Take a room over, made where there is none.

    After a crash the engine gets a new client id: under the old one it might write again what
    never reached the disk but did reach browsers, and the copies would differ for ever.
    """
    row = connection.execute("SELECT history_id, epoch, agent, clean FROM rooms WHERE room = ?", (room,)).fetchone()
    if row is None:
        lease = Lease(room, 1, str(uuid.uuid4()), _client_id())
        connection.execute(
            "INSERT INTO rooms (room, history_id, epoch, agent, clean) VALUES (?, ?, ?, ?, 0)",
            (room, lease.history_id, lease.epoch, lease.agent),
        )
        return lease
    history_id, epoch, agent, clean = row
    lease = Lease(room, epoch + 1, history_id, agent if clean else _client_id())
    connection.execute(
        "UPDATE rooms SET epoch = ?, agent = ?, clean = 0 WHERE room = ?", (lease.epoch, lease.agent, room)
    )
    return lease


def _client_id() -> int:
    return secrets.randbits(32)  # as Yjs makes them


def release(connection: sqlite3.Connection, lease: Lease) -> None:
    """Give a room back in order."""
    check(connection, lease)
    connection.execute("UPDATE rooms SET clean = 1 WHERE room = ?", (lease.room,))


def check(connection: sqlite3.Connection, lease: Lease) -> None:
    """Raise LeaseError when somebody else has taken the room over."""
    row = connection.execute("SELECT epoch FROM rooms WHERE room = ?", (lease.room,)).fetchone()
    if row is None or row[0] != lease.epoch:
        raise LeaseError(f"another process has opened room {lease.room!r}; run one server on a data directory")


def append(connection: sqlite3.Connection, lease: Lease, records: Sequence[Record]) -> None:
    """Add updates to the log."""
    check(connection, lease)
    connection.executemany(
        "INSERT INTO updates (room, seq, epoch, origin, user, crc, data) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(lease.room, r.seq, lease.epoch, r.origin, r.user, zlib.crc32(r.data), r.data) for r in records],
    )


def load(connection: sqlite3.Connection, room: str) -> Log:
    """Read a room. Damaged rows are told of and left where they are."""
    snapshot, upto, damaged = _sound_snapshot(connection, room)
    rows = connection.execute(
        "SELECT seq, crc, data FROM updates WHERE room = ? AND seq > ? ORDER BY seq", (room, upto)
    ).fetchall()
    sound = tuple(data for _, crc, data in rows if zlib.crc32(data) == crc)
    if lost := len(rows) - len(sound):
        logger.error("room %s: %d updates on disk are damaged and left out", room, lost)
    return Log(snapshot, upto, sound, rows[-1][0] if rows else upto, damaged + lost)


def _sound_snapshot(connection: sqlite3.Connection, room: str) -> tuple[bytes | None, int, int]:
    damaged = 0
    for seq, digest, data in connection.execute(
        "SELECT seq, sha256, data FROM snapshots WHERE room = ? ORDER BY seq DESC", (room,)
    ):
        if hashlib.sha256(data).digest() == digest:
            return data, seq, damaged
        damaged += 1
        logger.error("room %s: the snapshot of update %d is damaged; falling back to the one before", room, seq)
    return None, 0, damaged


def add_snapshot(connection: sqlite3.Connection, lease: Lease, upto: int, data: bytes) -> None:
    """Add a snapshot of all updates up to ``upto``, and drop what only older ones than are kept would need."""
    check(connection, lease)
    connection.execute(
        "INSERT OR REPLACE INTO snapshots (room, seq, sha256, data) VALUES (?, ?, ?, ?)",
        (lease.room, upto, hashlib.sha256(data).digest(), data),
    )
    kept = connection.execute(
        "SELECT seq FROM snapshots WHERE room = ? ORDER BY seq DESC LIMIT ?", (lease.room, SNAPSHOTS_KEPT)
    ).fetchall()
    if len(kept) == SNAPSHOTS_KEPT:  # the oldest of them and the updates since are what one can fall back to
        oldest = kept[-1][0]
        connection.execute("DELETE FROM snapshots WHERE room = ? AND seq < ?", (lease.room, oldest))
        connection.execute("DELETE FROM updates WHERE room = ? AND seq <= ?", (lease.room, oldest))


def purge(connection: sqlite3.Connection, lease: Lease, upto: int, data: bytes) -> None:
    """Leave of all updates up to ``upto`` this snapshot alone; what goes is overwritten with zeros."""
    check(connection, lease)
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("DELETE FROM snapshots WHERE room = ?", (lease.room,))
    connection.execute("DELETE FROM updates WHERE room = ? AND seq <= ?", (lease.room, upto))
    add_snapshot(connection, lease, upto, data)
    connection.execute("PRAGMA secure_delete = OFF")


def checkpoint(connection: sqlite3.Connection) -> None:
    """Empty the write-ahead log into the database; outside of a transaction."""
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def exists(connection: sqlite3.Connection, room: str) -> bool:
    """Tell whether a room was ever opened."""
    return connection.execute("SELECT 1 FROM rooms WHERE room = ?", (room,)).fetchone() is not None
