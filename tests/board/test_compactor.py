"""When a room's log is made into a snapshot, and what happens to people who write meanwhile."""

import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path

import anyio
import anyio.lowlevel
import pytest

from tests.board.clients import joined, on_disk, replica_of, saved, turn, until
from voicemind.board import compactor
from voicemind.board.board import Board, open_board
from voicemind.board.compaction import compact, content
from voicemind.board.document import Document
from voicemind.board.limits import Limits
from voicemind.board.protocol import read_state
from voicemind.board.store import Store
from voicemind.errors import BoardError

pytestmark = pytest.mark.anyio

QUICK = Limits(window=0.0, compact_updates=10, compact_pause=0.01)


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process of its own for each takes too long for so many; that is tested where it is made."""

    async def apart(updates: list[bytes]) -> bytes:
        return await anyio.to_thread.run_sync(compact, updates)

    monkeypatch.setattr(compactor, "compact_apart", apart)


async def write(board: Board, count: int) -> None:
    for number in range(count):
        await board.write(partial(Document.set_talk, shares={"ada": float(number)}))


async def snapshots(path: Path) -> list[int]:
    with closing(sqlite3.connect(path)) as connection:
        return [seq for (seq,) in connection.execute("SELECT seq FROM snapshots ORDER BY seq")]


def set_epoch(path: Path, epoch: int) -> None:
    """Take the room over, or give it back."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE rooms SET epoch = ?", (epoch,))


async def test_nothing_is_compacted_before_it_is_worth_it(store: Store, path: Path) -> None:
    async with open_board(store, "room", QUICK) as board:
        await write(board, 8)  # the history's name is one, too
        await anyio.sleep(0.05)
        assert await snapshots(path) == []
        await write(board, 3)
        await until(lambda: board._owner.snapshot > 0)
        [upto] = await snapshots(path)
        assert upto >= 10


async def test_large_updates_count_by_their_size(store: Store, path: Path) -> None:
    limits = Limits(window=0.0, compact_bytes=10_000, compact_pause=0.01)
    async with open_board(store, "room", limits) as board:
        await board.write(lambda document: document.set_talk(note="x" * 9000))
        await anyio.sleep(0.05)
        assert await snapshots(path) == []
        await board.write(lambda document: document.set_talk(note="y" * 9000))
        await until(lambda: board._owner.snapshot > 0)
        assert board._owner.bytes == 0
        # From now on four times the snapshot has to come together.
        await board.write(lambda document: document.set_talk(note="z" * 20_000))
        await anyio.sleep(0.05)
        assert len(await snapshots(path)) == 1


async def test_people_who_write_meanwhile_lose_nothing(store: Store, path: Path) -> None:
    async with open_board(store, "room", QUICK) as board, joined(board) as ada, joined(board) as bob:
        for number in range(150):
            link = (ada, bob)[number % 2]
            link.client.roots["elements"][f"e{number % 40}"] = number
            await link.flush()
            await anyio.lowlevel.checkpoint()
        await until(lambda: ada.client.saved >= 76 and bob.client.saved >= 76)
        await until(lambda: board._owner.snapshot > 0)
        held, state = content(replica_of(ada.client)), read_state(board.document.state)
    assert await snapshots(path)
    kept = await on_disk(store)
    assert content(kept) == held
    assert read_state(kept.state) == state


async def test_a_flipped_byte_in_a_snapshot_costs_nothing(
    store: Store, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_board(store, "room", QUICK) as board, joined(board) as ada:
        for number in range(3):
            await write(board, 12)
            ada.client.roots["title"].insert(0, f"{number}")
            await ada.flush()
            await saved(ada, number + 2)
            await until(lambda: board._owner.snapshot > 0)
            await anyio.sleep(0.05)
        before = content(replica_of(ada.client))
    with closing(sqlite3.connect(path)) as connection, connection:
        newest, data = connection.execute("SELECT seq, data FROM snapshots ORDER BY seq DESC LIMIT 1").fetchone()
        flipped = data[: len(data) // 2] + bytes([data[len(data) // 2] ^ 1]) + data[len(data) // 2 + 1 :]
        connection.execute("UPDATE snapshots SET data = ? WHERE seq = ?", (flipped, newest))
    async with open_board(store, "room", QUICK) as board, joined(board) as ada:
        assert "damaged" in caplog.text
        assert content(replica_of(ada.client)) == before
        ada.client.roots["title"].insert(0, "goes on ")
        await ada.flush()
        await saved(ada, 2)


async def test_who_lost_the_room_adds_no_snapshot(store: Store, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started, go = anyio.Event(), anyio.Event()

    async def slow(updates: list[bytes]) -> bytes:
        started.set()
        await go.wait()
        return compact(updates)

    monkeypatch.setattr(compactor, "compact_apart", slow)
    async with open_board(store, "room", QUICK) as board:
        await write(board, 12)
        await started.wait()
        lease = board._owner._lease
        set_epoch(path, lease.epoch + 1)
        go.set()
        await anyio.sleep(0.05)
        assert await snapshots(path) == []
        set_epoch(path, lease.epoch)


async def test_what_fails_is_tried_again_when_as_much_has_come(
    store: Store, path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    attempts = 0

    async def failing(updates: list[bytes]) -> bytes:
        nonlocal attempts
        attempts += 1
        if attempts == 1:
            raise BoardError("the process that compacts failed")
        return compact(updates)

    monkeypatch.setattr(compactor, "compact_apart", failing)
    async with open_board(store, "room", QUICK) as board:
        await write(board, 12)
        await until(lambda: "not compacted" in caplog.text)
        await write(board, 5)
        await anyio.sleep(0.05)
        assert attempts == 1
        await write(board, 10)
        await until(lambda: board._owner.snapshot > 0)
    assert await snapshots(path)


async def test_a_room_that_comes_back_knows_what_is_in_its_snapshot(store: Store, path: Path) -> None:
    async with open_board(store, "room", QUICK) as board:
        await write(board, 12)
        await until(lambda: board._owner.snapshot > 0)
        await board.write(lambda document: document.add_turn(turn(1)))
    before = await snapshots(path)
    async with open_board(store, "room", QUICK) as board:
        assert board.document.turns() == [turn(1)]
        await write(board, 3)
        await anyio.sleep(0.05)
    assert await snapshots(path) == before
