"""Rooms opened by name: once each, however many come, and unloaded when nobody is left."""

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import pytest

from tests.board.clients import Client, Link, joined, until
from voicemind.board.board import Board
from voicemind.board.boards import Boards, open_boards
from voicemind.board.connection import DRAINING
from voicemind.board.limits import Limits
from voicemind.errors import BoardError

pytestmark = pytest.mark.anyio

LIMITS = Limits(window=0.001, idle=0.05)


@pytest.fixture
async def boards(path: Path) -> AsyncIterator[Boards]:
    async with open_boards(path, LIMITS) as boards:
        yield boards


async def test_many_who_come_at_once_share_one_room(boards: Boards, monkeypatch: pytest.MonkeyPatch) -> None:
    loads: list[str] = []
    load = boards.store.load

    async def slow(room: str) -> object:
        loads.append(room)
        await anyio.sleep(0.05)
        return await load(room)

    monkeypatch.setattr(boards.store, "load", slow)
    found: set[Board] = set()
    clients = [Client() for _ in range(50)]

    async def come(client: Client) -> None:
        async with boards.board("room") as board, joined(board, client):
            found.add(board)
            await until(lambda: board.people == 50)

    async with anyio.create_task_group() as tasks:
        for client in clients:
            tasks.start_soon(come, client)
    assert len(found) == 1
    assert loads == ["room"]


async def test_an_idle_room_is_unloaded_and_comes_back_as_it_was(boards: Boards) -> None:
    async with boards.board("room") as board:
        await board.write(lambda document: document.set_meeting(state="running"))
        assert boards.open_rooms() == {"room": board}
    async with boards.board("room") as same:
        assert same is board  # not idle long enough
        await anyio.sleep(2 * LIMITS.idle)
        assert boards.open_rooms() == {"room": board}
    await until(lambda: boards.open_rooms() == {})
    async with boards.board("room") as again:
        assert again is not board
        assert again.document.meeting()["state"] == "running"


async def test_who_comes_while_a_room_is_on_its_way_out_gets_it_anew(
    boards: Boards, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = boards.store.release
    leaving = anyio.Event()

    async def slow(lease: object) -> None:
        leaving.set()
        await anyio.sleep(0.05)
        await release(lease)  # type: ignore[arg-type]

    monkeypatch.setattr(boards.store, "release", slow)
    async with boards.board("room") as board:
        await board.write(lambda document: document.set_meeting(state="running"))
    await leaving.wait()
    async with boards.board("room") as again:
        assert again is not board
        await again.write(lambda document: document.set_meeting(state="over"))


async def test_the_engine_keeps_its_client_id_over_an_orderly_close(boards: Boards, path: Path) -> None:
    async with boards.board("room") as board:
        before = board._owner._lease.agent
    await until(lambda: boards.open_rooms() == {})
    async with boards.board("room") as board:
        assert board._owner._lease.agent == before


async def test_the_failure_of_one_room_is_not_that_of_another(
    boards: Boards, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with boards.board("fine") as fine, boards.board("bad") as bad:
        link = Link(Client())
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(bad.serve, link.channel)
            await until(lambda: bad.people == 1)
            connection = sqlite3.connect(path)
            with connection:
                connection.execute("UPDATE rooms SET epoch = 99 WHERE room = 'bad'")
            connection.close()
            with pytest.raises(BoardError):
                await bad.write(lambda document: document.set_meeting(state="running"))
        assert link.channel.closed[0][0] == DRAINING
        await fine.write(lambda document: document.set_meeting(state="running"))
        link.close()
    assert "room bad failed" in caplog.text
    async with boards.board("bad") as again:  # and it can be opened again
        await again.write(lambda document: document.set_meeting(state="running"))


async def test_a_room_that_cannot_be_opened_says_why(boards: Boards, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(room: str) -> None:
        raise BoardError("the disk is on fire")

    monkeypatch.setattr(boards.store, "load", broken)
    with pytest.raises(BoardError, match="on fire"):
        async with boards.board("room"):
            pass
    assert boards.open_rooms() == {}


async def test_everything_is_on_disk_when_all_is_cancelled(path: Path) -> None:
    with anyio.CancelScope() as scope:
        async with open_boards(path, LIMITS) as boards, boards.board("room") as board, joined(board) as ada:
            ada.client.roots["title"].insert(0, "last words")
            await ada.flush()
            await until(lambda: board.document.title() == "last words")
            agent = board._owner._lease.agent
            scope.cancel()
    async with open_boards(path, LIMITS) as boards, boards.board("room") as board:
        assert board.document.title() == "last words"
        assert board._owner._lease.agent == agent  # that was an orderly end


async def test_comings_and_goings_leave_nothing_behind(boards: Boards) -> None:
    async with boards.board("room") as board:
        for _ in range(200):
            async with joined(board, Client()):
                pass
        assert board.people == 0
        assert len(board._presence) == 0
        assert board._owner.connections == set()
