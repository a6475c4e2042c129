import json
import threading
from typing import Any

import anyio
import pytest

from tests.server.visits import Visits, turn
from voicemind.room.room import Room
from voicemind.server import minutes as module
from voicemind.server.minutes import RoomMinutes
from voicemind.timeline.formats import render
from voicemind.timeline.minutes import Minutes


class Pen:
    """Writes minutes as ever, and counts."""

    def __init__(self) -> None:
        self.wrote: list[str] = []
        self.threads: set[str] = set()

    def __call__(self, minutes: Minutes, form: str) -> str:
        self.wrote.append(form)
        self.threads.add(threading.current_thread().name)
        return render(minutes, form)


@pytest.fixture
def pen(monkeypatch: pytest.MonkeyPatch) -> Pen:
    pen = Pen()
    monkeypatch.setattr(module, "render", pen)
    return pen


def turns(body: bytes) -> list[str]:
    return [row["id"] for row in json.loads(body)["turns"]]


def test_minutes_are_written_once_as_long_as_nothing_changes(visits: Visits, pen: Pen) -> None:
    room = visits.room()
    visits.write(room, turn(1))

    async def read() -> list[list[str]]:
        minutes = visits.services.minutes(room)
        assert visits.services.minutes(room) is minutes
        found = [await minutes.body("json"), await minutes.body("json")]
        await minutes.body("md")
        await room.board.write(lambda document: document.add_turn(turn(2)))
        found.append(await minutes.body("json"))
        return [turns(body) for body in found]

    assert visits.run(read) == [["t1"], ["t1"], ["t1", "t2"]]
    assert pen.wrote == ["json", "md", "json"]
    assert not any(name.startswith(("MainThread", "asyncio")) for name in pen.threads)


def test_many_who_ask_at_once_get_what_was_written_once(visits: Visits, pen: Pen) -> None:
    room = visits.room()

    async def read() -> None:
        async with anyio.create_task_group() as tasks:
            for _ in range(20):
                tasks.start_soon(visits.services.minutes(room).body, "json")

    visits.run(read)
    assert pen.wrote == ["json"]


class Live:
    """A room whose meeting goes on, as the minutes see it."""

    def __init__(self, room: Room) -> None:
        self.board, self.state, self.minutes = room.board, "live", room.minutes


def test_while_the_meeting_goes_on_minutes_are_at_most_a_second_old(
    visits: Visits, pen: Pen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FRESH", 0.2)
    room = visits.room()

    async def read() -> list[list[str]]:
        live: Any = Live(room)
        minutes = RoomMinutes(live)
        found = [await minutes.body("json")]
        live.minutes.add(turn(1))  # heard, and not yet in the document
        found.append(await minutes.body("json"))
        await anyio.sleep(0.25)
        found.append(await minutes.body("json"))
        return [turns(body) for body in found]

    assert visits.run(read) == [[], [], ["t1"]]
