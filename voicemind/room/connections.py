"""Who is connected to a room, each by one line."""

from collections import deque

import anyio

from voicemind.errors import Elsewhere, UnknownSession
from voicemind.room.line import Line, Quality

REMEMBERED = 500  # pages that another one took the sound from


class Connections:
    """The lines of a room by their sessions; a participant has one, and a later one ends it."""

    def __init__(self) -> None:
        self._lines: dict[str, Line] = {}
        self._sessions: dict[str, str] = {}  # participant -> session
        self._pages: dict[str, str] = {}  # session -> page
        self._superseded: deque[str] = deque(maxlen=REMEMBERED)
        self._moved = anyio.Event()

    @property
    def nobody(self) -> bool:
        """Whether no line is open."""
        return not self._lines

    def of(self, participant: str) -> Line | None:
        """Return somebody's line."""
        return self._lines.get(self._sessions.get(participant, ""))

    def find(self, session: str) -> Line:
        """Return a line that has not ended; raises UnknownSession."""
        line = self._lines.get(session)
        if line is None or line.over:
            raise UnknownSession("there is no such connection any more; join again")
        return line

    def add(self, session: str, participant: str, line: Line, page: str | None) -> None:
        """A participant has come by a line, from a page."""
        self._lines[session] = line
        if page is not None:
            self._pages[session] = page
        self._sessions[participant] = session
        self._moved.set()

    def remove(self, session: str, participant: str) -> bool:
        """A line has ended; tells whether the participant has gone with it, not come back by another."""
        del self._lines[session]
        self._pages.pop(session, None)
        self._moved.set()
        if self._sessions.get(participant) != session:
            return False
        del self._sessions[participant]
        return True

    async def take_over(self, participant: str, page: str | None) -> None:
        """End a participant's line: they come by another, before it was noticed that it broke or from elsewhere.

        ``page`` is by what they come, where that is known. Of two pages of one person the one that they opened
        last has the sound; the other one, which comes back by itself, would take it away again: raises Elsewhere.
        """
        if page is not None and page in self._superseded:
            raise Elsewhere("your sound is in this room by another page or device; leave there, or join anew here")
        session = self._sessions.get(participant)
        if session is None:
            return
        before = self._pages.get(session)
        if before is not None and before != page:
            self._superseded.append(before)
        await self._lines[session].close()

    async def end_all(self) -> None:
        """End every line."""
        for line in list(self._lines.values()):
            await line.close()

    async def qualities(self) -> dict[str, Quality]:
        """Return how well what each participant sends arrives."""
        lines = {participant: self._lines[session] for participant, session in self._sessions.items()}
        return {participant: await line.quality() for participant, line in lines.items()}

    async def gone(self, session: str) -> None:
        """Wait until a line has ended."""
        if session in self._lines:
            await self._lines[session].closed()

    async def quiet_for(self, seconds: float) -> bool:
        """Wait at most so long for somebody to come or go; tells whether nobody did, and nobody is there."""
        self._moved = anyio.Event()
        with anyio.move_on_after(seconds):
            await self._moved.wait()
        return not self._moved.is_set() and self.nobody
