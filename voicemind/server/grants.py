"""What owners decided after links were given out: somebody's role in a room, and which links still count.

Kept in an SQLite file of its own and, since every request asks, in memory.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

import anyio
from anyio import to_thread

from voicemind.errors import BoardError
from voicemind.server.tokens import ROLES, Role

SCHEMA = """
CREATE TABLE IF NOT EXISTS grants (
  room TEXT NOT NULL, participant TEXT NOT NULL,
  role TEXT,  -- NULL for somebody who was sent away
  PRIMARY KEY (room, participant)
) STRICT;
CREATE TABLE IF NOT EXISTS links (room TEXT PRIMARY KEY, series INTEGER NOT NULL) STRICT;
"""


class Grants:
    """Roles by room and participant, and the series of each room's invitations; ``load`` reads them."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._roles: dict[tuple[str, str], Role | None] = {}
        self._series: dict[str, int] = {}
        self._writing = anyio.Lock()

    def load(self) -> None:
        """Read what is on disk; raises BoardError for a file that cannot be used."""
        try:
            with closing(self._connect()) as connection:
                roles = connection.execute("SELECT room, participant, role FROM grants").fetchall()
                self._series = dict(connection.execute("SELECT room, series FROM links").fetchall())
        except sqlite3.Error as error:
            raise BoardError(f"{self._path}: who may do what cannot be read ({error}); restore the file") from error
        # A role that this version does not know gives nothing.
        self._roles = {(room, person): role if role in ROLES else None for room, person, role in roles}

    def decided(self, room: str, participant: str) -> bool:
        """Tell whether something was decided about somebody."""
        return (room, participant) in self._roles

    def role(self, room: str, participant: str) -> Role | None:
        """Return the role that was decided; None for somebody who was sent away. KeyError where nothing was."""
        return self._roles[room, participant]

    def series(self, room: str) -> int:
        """Return which series of invitations to a room counts; the first is 0."""
        return self._series.get(room, 0)

    def all(self, room: str) -> dict[str, Role | None]:
        """Return what was decided in a room, by participant."""
        return {person: role for (of, person), role in self._roles.items() if of == room}

    async def decide(self, room: str, participant: str, role: Role | None) -> None:
        """Give somebody a role, None for none; it counts at once, and raises BoardError if it cannot be kept."""
        self._roles[room, participant] = role
        await self._write("INSERT OR REPLACE INTO grants VALUES (?, ?, ?)", room, participant, role)

    async def renew_links(self, room: str) -> None:
        """Begin a new series of invitations to a room; it counts and raises as ``decide`` does."""
        self._series[room] = self.series(room) + 1
        await self._write("INSERT OR REPLACE INTO links VALUES (?, ?)", room, self._series[room])

    async def _write(self, statement: str, *values: object) -> None:
        def write() -> None:
            with closing(self._connect()) as connection, connection:
                connection.execute(statement, values)

        try:
            async with self._writing:
                await to_thread.run_sync(write)
        except sqlite3.Error as error:
            raise BoardError(
                f"this holds until the server is started again, for it cannot be kept ({error}); make room on its disk"
            ) from error

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=10)
        connection.execute("PRAGMA synchronous = FULL")
        connection.executescript(SCHEMA)
        return connection
