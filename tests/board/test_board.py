"""The room as clients meet it: real documents on both sides, connections in memory."""

import time
from functools import partial
from pathlib import Path

import anyio
import anyio.lowlevel
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.board.clients import Client, Link, entries, joined, on_disk, replica_of, saved, title_of, turn, until
from voicemind.board import protocol
from voicemind.board.board import Board, open_board
from voicemind.board.compaction import content
from voicemind.board.connection import DRAINING, ROOM_FULL, TOO_SLOW
from voicemind.board.document import Document
from voicemind.board.limits import Limits
from voicemind.board.replica import NOTHING
from voicemind.board.store import Store, open_store
from voicemind.errors import BoardError

pytestmark = pytest.mark.anyio


async def test_the_room_is_as_it_was_after_it_was_closed(store: Store, limits: Limits) -> None:
    async with open_board(store, "room", limits) as board, joined(board) as ada:
        ada.client.roots["title"].insert(0, "kept")
        await ada.flush()
        await until(lambda: ada.client.saved == 2)
        await board.write(lambda document: document.add_turn(turn(1)))
        history = board.document.history_id
    async with open_board(store, "room", limits) as board:
        assert board.document.title() == "kept"
        assert board.document.turns() == [turn(1)]
        assert board.document.history_id == history == board.document.meeting()["history_id"]


async def test_closing_sends_everybody_away_with_all_they_wrote_on_disk(store: Store, limits: Limits) -> None:
    client = Client()
    async with anyio.create_task_group() as tasks:
        async with open_board(store, "room", limits) as board:
            link = Link(client)
            tasks.start_soon(board.serve, link.channel)
            tasks.start_soon(link.listen)
            await link.outgoing.send(client.hello())
            await until(client.synced.is_set)
            client.roots["title"].insert(0, "last words")
            await link.flush()
            await anyio.sleep(0.01)
        await anyio.sleep(0.01)
        assert link.channel.closed[0][0] == DRAINING
    assert str((await on_disk(store)).roots["title"]) == "last words"
    with pytest.raises(BoardError, match="closed"):
        await board.write(lambda document: document.title())
    late = Link(Client())
    await board.serve(late.channel)
    assert late.channel.closed[0][0] == DRAINING
    link.close()
    late.close()


BAD = [
    b"",
    b"\x00",
    b"\x80\x00\x02\x02\x00\x00",
    b"\x00\x02\x05\x00",
    b"\x00\x02\x02\x00\x00\x00",
    b"\xfa\x01",
    b"text",
]
BAD += [protocol.update(b"\xff\xff\xff\xff"), protocol.step1(b"\x01")]


@pytest.mark.parametrize("frame", BAD)
async def test_malformed_frames_close_only_the_connection_they_came_on(board: Board, frame: bytes) -> None:
    async with joined(board) as ada, joined(board) as eve:
        ada.client.roots["title"].insert(0, "fine")
        await ada.flush()
        await until(lambda: title_of(eve) == "fine")
        before = board.document.missing_in(NOTHING)
        for _ in range(3):
            await eve.outgoing.send(frame)
        await until(lambda: eve.channel.closed)
        assert eve.channel.closed[0][0] == 4400
        assert board.document.missing_in(NOTHING) == before
        ada.client.roots["title"].insert(0, "still ")
        await ada.flush()
        await until(lambda: board.document.title() == "still fine")
        assert not ada.channel.closed


async def test_two_bad_frames_are_forgiven(board: Board) -> None:
    async with joined(board) as ada:
        await ada.outgoing.send(b"junk")
        await ada.outgoing.send(b"\x02anything of the auth protocol")
        await ada.outgoing.send(b"junk")
        ada.client.roots["title"].insert(0, "x")
        await ada.flush()
        await until(lambda: board.document.title() == "x")


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.binary(max_size=60), max_size=8), st.lists(st.tuples(st.integers(0, 99), st.integers(0, 255))))
async def test_fuzzed_frames_never_hurt_the_others(
    tmp_path_factory: pytest.TempPathFactory, frames: list[bytes], mutations: list[tuple[int, int]]
) -> None:
    valid = bytearray(protocol.update(Client(9).doc.get_update()) + protocol.awareness([protocol.entry(1, 1, "{}")]))
    for position, value in mutations:
        valid[position % len(valid)] = value
    path = tmp_path_factory.mktemp("fuzz") / "boards.sqlite3"
    limits = Limits(window=0.0)
    async with open_store(path) as store, open_board(store, "room", limits) as board, joined(board) as ada:
        async with joined(board) as eve:
            for frame in [*frames, bytes(valid)]:
                if not eve.channel.closed:
                    await eve.outgoing.send(frame)
        ada.client.roots["title"].insert(0, "works")
        await ada.flush()
        await until(lambda: board.document.title() == "works")


async def test_a_full_room_says_so(store: Store) -> None:
    async with open_board(store, "room", Limits(connections=1)) as board, joined(board):
        second = Link(Client())
        await board.serve(second.channel)
        assert second.channel.closed[0][0] == ROOM_FULL
        second.close()


async def test_presence_reaches_the_others_and_newcomers_and_ends_with_the_connection(board: Board) -> None:
    async with joined(board) as ada:
        async with joined(board) as bob:
            await ada.outgoing.send(protocol.awareness([protocol.entry(1, 1, '{"name":"Ada"}')]))
            await bob.outgoing.send(protocol.awareness([protocol.entry(2, 1, '{"name":"Bob"}')]))
            await until(lambda: entries(ada) == {2: '{"name":"Bob"}'})
            await until(lambda: entries(bob) == {1: '{"name":"Ada"}'})
            async with joined(board) as cleo:
                await until(lambda: entries(cleo) == {1: '{"name":"Ada"}', 2: '{"name":"Bob"}'})
        start = time.monotonic()
        await until(lambda: entries(ada) == {2: None})
        assert time.monotonic() - start < 1.0
    assert board.people == 0


async def test_a_query_for_presence_is_answered(board: Board) -> None:
    async with joined(board) as ada, joined(board) as bob:
        await ada.outgoing.send(protocol.awareness([protocol.entry(1, 1, '{"name":"Ada"}')]))
        await until(lambda: entries(bob) == {1: '{"name":"Ada"}'})
        bob.client.frames.clear()
        await bob.outgoing.send(b"\x03")
        await until(lambda: entries(bob) == {1: '{"name":"Ada"}'})


async def test_presence_of_a_crowd_costs_a_frame_a_tick(store: Store) -> None:
    async with open_board(store, "room", Limits(presence_tick=0.05)) as board, anyio.create_task_group() as tasks:
        links = [Link(Client()) for _ in range(20)]
        for link in links:
            tasks.start_soon(board.serve, link.channel)
            tasks.start_soon(link.listen)
        start = time.monotonic()
        for clock in range(1, 60):
            for number, link in enumerate(links):
                await link.outgoing.send(protocol.awareness([protocol.entry(number, clock, f'{{"x":{clock}}}')]))
            await anyio.sleep(0.005)
        await until(lambda: all(len(entries(link)) == 19 for link in links))
        ticks = (time.monotonic() - start) / 0.05
        assert max(len(link.client.frames) for link in links) <= ticks + 3
        for link in links:
            link.hang_up()
        await until(lambda: board.people == 0)
        tasks.cancel_scope.cancel()
        for link in links:
            link.close()


async def test_a_slow_reader_is_resynced_and_slows_nobody(store: Store) -> None:
    limits = Limits(window=0.0, outbox=20_000)
    async with (
        open_board(store, "room", limits) as board,
        joined(board) as ada,
        joined(board) as bob,
        joined(board, listening=False, size=1) as slow,
        anyio.create_task_group() as tasks,
    ):
        await until(lambda: board.people == 3)
        for number in range(100):
            ada.client.roots["elements"][f"e{number}"] = "x" * 1000
            await ada.flush()
        await until(lambda: len(bob.client.roots["elements"]) == 100)
        (connection,) = [c for c in board._owner.connections if c._channel is slow.channel]
        assert connection.behind
        assert connection._waiting <= limits.outbox
        tasks.start_soon(slow.listen)
        await until(lambda: len(slow.client.roots["elements"]) == 100)
        answers = [frame for frame in slow.client.frames if frame[:2] == b"\x00\x01"]
        assert len(answers) == 2  # the handshake's and the one that made up for what was dropped
        assert len(slow.client.frames) < 60
        ada.client.roots["title"].insert(0, "live again")
        await ada.flush()
        await until(lambda: title_of(slow) == "live again")
        tasks.cancel_scope.cancel()


async def test_who_asks_without_reading_gets_one_answer_in_the_end(store: Store) -> None:
    limits = Limits(window=0.0, outbox=20_000, step1_cost=1.0)
    async with open_board(store, "room", limits) as board, joined(board) as ada:
        ada.client.roots["elements"]["big"] = "x" * 15_000
        await ada.flush()
        await saved(ada, 2)
        async with joined(board, listening=False, size=1) as greedy, anyio.create_task_group() as tasks:
            for _ in range(200):
                await greedy.outgoing.send(protocol.step1(NOTHING))
                await anyio.sleep(0.001)
            (connection,) = [c for c in board._owner.connections if c._channel is greedy.channel]
            assert connection._waiting <= 2 * limits.outbox
            tasks.start_soon(greedy.listen)
            await until(lambda: "big" in greedy.client.roots["elements"])
            await anyio.sleep(0.05)
            assert len(greedy.client.frames) < 10
            ada.client.roots["title"].insert(0, "live")
            await ada.flush()
            await until(lambda: title_of(greedy) == "live")
            tasks.cancel_scope.cancel()


async def test_who_does_not_read_at_all_is_closed(store: Store) -> None:
    limits = Limits(stall=0.05, slowest=1 << 30)
    async with open_board(store, "room", limits) as board, joined(board, listening=False, size=0) as stuck:
        await until(lambda: stuck.channel.closed)
        assert stuck.channel.closed[0][0] == TOO_SLOW


async def test_the_log_is_compacted_and_the_room_stays_the_same(store: Store) -> None:
    limits = Limits(window=0.0, compact_updates=40)
    async with open_board(store, "room", limits) as board, joined(board) as ada:
        for number in range(100):
            ada.client.roots["elements"][f"e{number % 10}"] = number
            await ada.flush()
            await saved(ada, number)
        await until(lambda: board._owner.snapshot > 0)
        ada.client.roots["title"].insert(0, "after")
        await ada.flush()
        await until(lambda: board.document.title() == "after")
        await until(lambda: ada.client.saved >= 102)
    kept = await on_disk(store)
    assert content(kept) == content(replica_of(ada.client))


async def test_a_damaged_log_is_not_compacted(
    store: Store, path: Path, caplog: pytest.LogCaptureFixture, limits: Limits
) -> None:
    async with open_board(store, "room", limits) as board:
        for number in range(5):
            await board.write(partial(Document.add_turn, turn=turn(number)))
    store._connection.execute("UPDATE updates SET crc = 1 WHERE seq = 3")
    async with open_board(store, "room", Limits(compact_updates=1)) as board:
        await board.write(lambda document: document.add_turn(turn(9)))
        await until(lambda: "not compacted" in caplog.text)
    assert (await store.load("room")).snapshot is None
