"""Faults of the outside world: clocks that step, crashes between two halves, values and presence that do harm."""

import json
import math
import subprocess
import time
from functools import partial
from pathlib import Path

import anyio
import pytest

from tests.board.clients import Client, entries, joined, on_disk, replica_of, saved, title_of, turn, until
from voicemind.board import protocol
from voicemind.board.board import Board, open_board
from voicemind.board.boards import open_boards
from voicemind.board.compaction import content
from voicemind.board.connection import BAD_FRAMES, Guest
from voicemind.board.document import Document
from voicemind.board.limits import Limits
from voicemind.board.replica import NOTHING
from voicemind.board.store import Store, open_store
from voicemind.errors import BoardError
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn

pytestmark = pytest.mark.anyio


async def test_what_waits_for_something_appears_after_a_crash_too(path: Path, limits: Limits) -> None:
    client = Client()
    client.roots["title"].insert(0, "first ")
    first = client.take_updates()
    client.roots["title"].insert(6, "second")
    [second] = client.take_updates()
    async with open_store(path) as store, open_board(store, "room", limits) as board, joined(board) as ada:
        await ada.outgoing.send(protocol.update(second))
        await saved(ada, 2)
        assert board.document.title() == ""
        await store.lease("elsewhere")  # as far as the log is concerned, this is where the server dies
        async with open_store(path) as again:
            kept = await on_disk(again)
    assert kept.waits
    async with open_store(path) as store, open_board(store, "room", limits) as board, joined(board) as ada:
        for update in first:
            await ada.outgoing.send(protocol.update(update))
        await until(lambda: board.document.title() == "first second")
        async with joined(board) as newcomer:
            assert title_of(newcomer) == "first second"


@pytest.mark.parametrize("step", [-60.0, 60.0])
async def test_nothing_is_lost_and_nobody_expires_when_the_clock_steps(
    store: Store, monkeypatch: pytest.MonkeyPatch, step: float
) -> None:
    limits = Limits(window=0.0, presence_tick=0.005, compact_updates=10, compact_pause=0.01)
    async with open_board(store, "room", limits) as board, joined(board) as ada, joined(board) as bob:
        await ada.outgoing.send(protocol.awareness([protocol.entry(1, 1, '{"name":"Ada"}')]))
        await until(lambda: entries(bob) == {1: '{"name":"Ada"}'})
        real = time.time
        for number in range(24):
            offset = step * (number // 8)
            monkeypatch.setattr(time, "time", lambda offset=offset: real() + offset)
            ada.client.roots["elements"][f"e{number}"] = number
            await ada.flush()
            await saved(ada, number + 2)
        await until(lambda: board._owner.snapshot > 0)
        assert entries(bob) == {1: '{"name":"Ada"}'}
        assert not ada.channel.closed
        assert not bob.channel.closed
    assert len((await on_disk(store)).roots["elements"]) == 24


async def test_harmful_values_of_models_are_made_harmless(board: Board) -> None:
    text = "broken \ud83d and \ud83d\ude00"
    async with joined(board) as ada:
        await board.write(lambda document: document.add_turn(Turn("t1", Segment(0, 1), "ada", text)))
        await board.write(lambda document: document.set_talk(big=2**70, nothing=math.nan, shares={"\udc00": math.inf}))
        await until(lambda: "shares" in ada.client.roots["talk"])
        assert ada.client.roots["transcript"]["t1"]["text"] == "broken \ufffd and 😀"
        assert ada.client.roots["talk"].to_py() == {"big": float(2**70), "nothing": None, "shares": {"\ufffd": None}}


async def test_a_change_that_broke_off_can_be_made_again(board: Board) -> None:
    def breaks_off(document: Document) -> None:
        document.add_turn(turn(1))
        raise RuntimeError("in the middle")

    def whole(document: Document) -> None:
        document.add_turn(turn(1))
        document.add_turn(turn(2))

    async with joined(board) as ada:
        with pytest.raises(RuntimeError, match="in the middle"):
            await board.write(breaks_off)
        for _ in range(2):
            await board.write(whole)
        await until(lambda: len(ada.client.roots["transcript"]) == 2)
        assert board.document.turns() == [turn(1), turn(2)]
        assert content(replica_of(ada.client))["transcript"].keys() == {"t1", "t2"}


async def test_a_core_that_failed_is_left_for_one_from_disk(path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    def panic(document: Document) -> None:
        with document._replica.write("agent:engine"):
            document._replica.roots["talk"]["big"] = 2**70

    async with open_boards(path, Limits(window=0.0)) as boards:
        async with boards.board("room") as board:
            await board.write(partial(Document.add_turn, turn=turn(1)))
            with pytest.raises(BoardError):
                await board.write(panic)
        await until(lambda: boards.open_rooms() == {})
        async with boards.board("room") as again:
            assert again is not board
            assert again.document.turns() == [turn(1)]
            await again.write(partial(Document.add_turn, turn=turn(2)))
    assert "panicked" in capfd.readouterr().err


HUGE = [
    protocol.awareness([protocol.entry(7, 1, '{"x":"' + "x" * 1_000_000 + '"}')]),
    protocol.awareness([protocol.entry(7, 1, "[" * 100_000)]),
    protocol.awareness([protocol.entry(7, 1, '{"x":' + "[" * 2000 + "]" * 2000 + "}")]),
    protocol.awareness([protocol.entry(client, 1, "{}") for client in range(100_000)]),
    protocol.awareness([protocol.entry(1, 2**52, None)]),
    protocol.awareness([protocol.entry(1, 2**52 + 1, '{"name":"Eve"}')]),
]


@pytest.mark.parametrize("frame", HUGE, ids=["large", "deep", "nested", "many", "farewell", "clock"])
async def test_no_presence_hides_that_of_another(board: Board, frame: bytes) -> None:
    async with joined(board) as ada, joined(board) as bob, joined(board) as eve:
        await ada.outgoing.send(protocol.awareness([protocol.entry(1, 1, '{"name":"Ada"}')]))
        await until(lambda: entries(bob) == {1: '{"name":"Ada"}'})
        await eve.outgoing.send(frame)
        await eve.outgoing.send(protocol.step1(NOTHING))
        await ada.outgoing.send(protocol.awareness([protocol.entry(1, 2, '{"name":"Ada L."}')]))
        await until(lambda: entries(bob) == {1: '{"name":"Ada L."}'})
        assert max(map(len, bob.client.frames)) < 5000


async def test_a_reader_smuggles_nothing_in(board: Board) -> None:
    client = Client(9)
    client.roots["title"].insert(0, "mine")
    [update] = client.take_updates()
    step1, changed = protocol.step1(NOTHING), protocol.update(update)
    async with joined(board) as ada:
        before, told = board.document.missing_in(NOTHING), len(ada.client.frames)
        honest = [changed, protocol.step2(update)]
        for frame in [*honest, b"\x80" + changed, b"\x00\x82\x00" + changed[2:], step1 + changed]:
            async with joined(board, guest=Guest("r", "Rita", may_write=False)) as rita:
                await saved(rita, 1)
                [connection] = [one for one in board._owner.connections if one.guest.id == "r"]
                await rita.outgoing.send(frame)
                await until(lambda rita=rita, one=connection: rita.client.denied or one.bad_frames)  # type: ignore[misc]
                assert bool(rita.client.denied) == (frame in honest)
                assert rita.client.saved == 1
        assert board.document.missing_in(NOTHING) == before
        assert [frame for frame in ada.client.frames[told:] if frame[0] == protocol.SYNC] == []


async def test_values_without_end_close_their_connection_before_they_end_the_process(board: Board) -> None:
    deep = b"\x01\x01\x09\x00\x28\x01\x08elements\x01d\x01" + b"\x75\x01" * 100_000 + b"\x7e\x00"
    wide = b"\x01\x01\x09\x00\x28\x01\x08elements\x01d\x01\x76" + protocol.uint(10**9) + b"\x00"
    for bomb in (deep, wide):
        for may_write in (True, False):
            async with joined(board) as ada, joined(board, guest=Guest("e", "Eve", may_write)) as eve:
                for _ in range(3):
                    await eve.outgoing.send(protocol.update(bomb))
                await until(lambda eve=eve: eve.channel.closed)  # type: ignore[misc]
                assert eve.channel.closed[0][0] == BAD_FRAMES
                assert not ada.channel.closed
    assert board.document.elements() == {}


async def test_a_title_that_the_engine_founds_is_what_browsers_read(board: Board, node: Path) -> None:
    title = "Größe 👩‍👩‍👧 e\u0301 \U0001d6d1"
    await board.write(lambda document: document.found(title, []))
    script = (
        "import * as Y from 'yjs'; const doc = new Y.Doc();"
        f"Y.applyUpdate(doc, Buffer.from('{board.document.missing_in(NOTHING).hex()}', 'hex'));"
        "console.log(JSON.stringify(doc.getText('title').toString()))"
    )
    command = ["node", "--input-type=module", "-e", script]
    done = await anyio.to_thread.run_sync(
        partial(subprocess.run, command, cwd=node, capture_output=True, text=True, check=True)
    )
    assert json.loads(done.stdout) == title
