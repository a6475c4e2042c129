"""A room's minutes as text: written off the loop, and only when something has changed."""

import math
from dataclasses import dataclass

import anyio

from voicemind.board.batch import Saved
from voicemind.room.room import Room
from voicemind.timeline.formats import render

FRESH = 1.0  # seconds for which minutes are new enough while the meeting goes on


@dataclass(frozen=True, slots=True)
class _Written:
    """Minutes as they were after so many changes of the document, at a time of the loop's clock."""

    changes: int
    time: float
    body: bytes


class RoomMinutes:
    """The minutes of one room, in every format; hours of talk take half a second to write, and many may ask."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self._changes = 0
        self._written: dict[str, _Written] = {}
        self._writing = anyio.Lock()
        room.board.subscribe(self._count)

    async def body(self, form: str) -> bytes:
        """Return the minutes in a format of ``FORMATS``, as UTF-8; at most ``FRESH`` seconds old."""
        async with self._writing:
            written = self._written.get(form)
            if written is None or not self._is_fresh(written):
                written = await self._write(form)
            return written.body

    def _is_fresh(self, written: _Written) -> bool:
        lasts = FRESH if self.room.state == "live" else math.inf
        return written.changes == self._changes and anyio.current_time() - written.time < lasts

    async def _write(self, form: str) -> _Written:
        changes, time, minutes = self._changes, anyio.current_time(), self.room.minutes.copy()
        text = await anyio.to_thread.run_sync(render, minutes, form)
        self._written[form] = _Written(changes, time, text.encode())
        return self._written[form]

    def _count(self, _: Saved) -> None:
        self._changes += 1
