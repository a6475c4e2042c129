"""What a room does with changes: kept before acknowledged, merged, undone, refused."""

from typing import Any

import anyio
import anyio.lowlevel
import pycrdt
import pytest

from tests.board.clients import Client, joined, on_disk, replica_of, saved, title_of, turn, until
from voicemind.board import protocol
from voicemind.board.batch import Saved
from voicemind.board.board import Board, open_board
from voicemind.board.compaction import content
from voicemind.board.connection import FORBIDDEN, Guest
from voicemind.board.document import Document
from voicemind.board.limits import Limits
from voicemind.board.replica import ENGINE, PEOPLE
from voicemind.board.store import Store
from voicemind.errors import BoardError, LeaseError

pytestmark = pytest.mark.anyio


async def test_what_one_writes_the_other_reads(board: Board) -> None:
    async with joined(board) as ada, joined(board) as bob:
        ada.client.roots["title"].insert(0, "Größe 😀")
        await ada.flush()
        await until(lambda: title_of(bob) == "Größe 😀")
        bob.client.roots["elements"]["e"] = pycrdt.Map({"x": 1})
        await bob.flush()
        await until(lambda: "e" in ada.client.roots["elements"])
    assert board.document.title() == "Größe 😀"


async def test_the_handshake_is_answer_then_question(board: Board) -> None:
    async with joined(board) as ada:
        await until(lambda: len(ada.client.frames) >= 2)
        first, second = ada.client.frames[:2]
        assert first[:2] == b"\x00\x01"
        assert second[:2] == b"\x00\x00"


async def test_what_was_written_offline_arrives_with_the_handshake(board: Board) -> None:
    client = Client()
    client.roots["title"].insert(0, "from the train")
    async with joined(board, client) as ada:
        await until(lambda: board.document.title() == "from the train")
        await until(lambda: ada.client.saved == 1)


async def test_acknowledged_means_on_disk(board: Board, store: Store) -> None:
    async with joined(board) as ada:
        await until(lambda: ada.client.saved == 1)
        for number in range(1, 30):
            ada.client.roots["elements"][f"e{number}"] = number
            await ada.flush()
            if number % 7 == 0:
                await saved(ada, number + 1)
                kept = (await on_disk(store)).roots["elements"].to_py()
                assert {f"e{n}" for n in range(1, number + 1)} <= set(kept)
        await until(lambda: ada.client.saved == 30)


async def test_nothing_is_acknowledged_before_it_is_on_disk(
    board: Board, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = anyio.Event()
    append = store.append

    async def slow(*args: Any) -> None:
        await release.wait()
        await append(*args)

    async with joined(board) as ada, joined(board) as bob:
        monkeypatch.setattr(store, "append", slow)
        ada.client.roots["title"].insert(0, "fast")
        await ada.flush()
        await until(lambda: title_of(bob) == "fast")  # others need not wait for the disk
        saved = ada.client.saved
        await anyio.sleep(0.05)
        assert ada.client.saved == saved
        release.set()
        await until(lambda: ada.client.saved == saved + 1)


async def test_what_the_engine_writes_is_told_only_once_on_disk(
    board: Board, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = anyio.Event()
    append = store.append

    async def slow(*args: Any) -> None:
        await release.wait()
        await append(*args)

    async with joined(board) as ada, anyio.create_task_group() as tasks:
        monkeypatch.setattr(store, "append", slow)
        tasks.start_soon(board.write, lambda document: document.add_turn(turn(1)))
        await anyio.sleep(0.05)
        async with joined(board, listening=False) as bob:
            await anyio.sleep(0.05)
            assert len(ada.client.roots["transcript"]) == 0
            with pytest.raises(anyio.WouldBlock):  # a newcomer is not told either
                bob.incoming.receive_nowait()
            release.set()
            await until(lambda: "t1" in ada.client.roots["transcript"])


async def test_a_write_returns_what_the_change_does(board: Board, store: Store) -> None:
    def add_and_count(document: Document) -> int:
        document.add_turn(turn(1))
        return len(document.turns())

    assert await board.write(add_and_count) == 1
    assert list((await on_disk(store)).roots["transcript"].keys()) == ["t1"]


async def test_a_change_that_fails_tells_its_caller_and_nobody_else(board: Board, store: Store) -> None:
    def fail(document: Any) -> None:
        document.add_turn(turn(1))
        raise ValueError("not this one")

    with pytest.raises(ValueError, match="not this one"):
        await board.write(fail)
    await board.write(lambda document: document.add_turn(turn(2)))
    assert set((await on_disk(store)).roots["transcript"].keys()) == {"t1", "t2"}  # there is no rollback


async def test_listeners_hear_of_what_is_on_disk(board: Board) -> None:
    heard: list[Saved] = []
    stop = board.subscribe(heard.append)
    async with joined(board) as ada:
        ada.client.roots["agenda"].append(pycrdt.Map({"id": "i", "title": "Budget"}))
        await ada.flush()
        await until(lambda: ada.client.saved == 2)
        await board.write(lambda document: document.add_turn(turn(1)))
        stop()
        await board.write(lambda document: document.add_turn(turn(2)))
    changes = [(change.root, change.origin) for saved in heard for change in saved.changes]
    assert ("agenda", PEOPLE) in changes
    assert changes.count(("transcript", ENGINE)) == 1
    assert [saved.seq for saved in heard] == sorted({saved.seq for saved in heard})


async def test_changes_within_a_window_leave_in_one_frame(store: Store) -> None:
    async with open_board(store, "room", Limits(window=0.1)) as board, joined(board) as ada, joined(board) as bob:
        await anyio.sleep(0.15)
        before = len(bob.client.frames)
        for number in range(50):
            ada.client.roots["elements"][f"e{number}"] = number
            await ada.flush()
            await anyio.lowlevel.checkpoint()
        await until(lambda: len(bob.client.roots["elements"]) == 50)
        updates = [frame for frame in bob.client.frames[before:] if frame[:2] == b"\x00\x02"]
        assert len(updates) <= 3


async def test_who_wrote_alone_is_not_told_what_it_wrote(board: Board) -> None:
    async with joined(board) as ada:
        await until(lambda: ada.client.saved == 1)
        before = len(ada.client.frames)
        ada.client.roots["title"].insert(0, "x")
        await ada.flush()
        await until(lambda: ada.client.saved == 2)
        assert [frame for frame in ada.client.frames[before:] if frame[0] == protocol.SYNC] == []


async def test_an_update_that_is_none_stops_acknowledgements_there(board: Board) -> None:
    async with joined(board) as ada:
        await until(lambda: ada.client.saved == 1)
        await ada.outgoing.send(protocol.update(b"\x01\x01"))
        ada.client.roots["title"].insert(0, "after")
        await ada.flush()
        await until(lambda: board.document.title() == "after")
        await anyio.sleep(0.03)
        assert ada.client.saved == 1  # "2" would say that the broken one is on disk


async def test_a_forged_turn_is_undone_and_the_third_closes(board: Board) -> None:
    await board.write(lambda document: document.add_turn(turn(1)))
    async with joined(board) as ada, joined(board) as eve:
        for number in range(3):
            eve.client.roots["transcript"][f"forged{number}"] = pycrdt.Map({"text": "x"})
            eve.client.roots["transcript"]["t1"]["text"] = f"forged {number}"
            await eve.outgoing.send(protocol.update(pycrdt.merge_updates(*eve.client.take_updates())))
            if number < 2:
                await until(lambda: set(eve.client.roots["transcript"].keys()) == {"t1"})
                await until(lambda: eve.client.roots["transcript"]["t1"]["text"] == "turn 1")
        await until(lambda: eve.channel.closed)
        assert eve.channel.closed[0][0] == FORBIDDEN
        await anyio.sleep(0.02)
        assert board.document.turns() == [turn(1)]
        assert set(ada.client.roots["transcript"].keys()) == {"t1"}


async def test_a_reader_changes_nothing_and_is_told(board: Board) -> None:
    async with joined(board) as ada, joined(board, guest=Guest("u", "Rita", may_write=False)) as rita:
        ada.client.roots["title"].insert(0, "read only")
        await ada.flush()
        await until(lambda: title_of(rita) == "read only")
        await until(lambda: rita.client.saved == 1)  # the handshake brought nothing new: that is saved
        rita.client.roots["title"].insert(0, "not ")
        await rita.flush()
        await until(lambda: rita.client.denied == 1)
        await anyio.sleep(0.02)
        assert board.document.title() == title_of(ada) == "read only"
        assert rita.client.saved == 1


async def test_a_full_disk_makes_the_room_read_only_until_there_is_space(store: Store, limits: Limits) -> None:
    async with open_board(store, "room", limits) as board, joined(board) as ada, joined(board) as bob:
        ada.client.roots["title"].insert(0, "before")
        await ada.flush()
        await until(lambda: title_of(bob) == "before")
        await until(lambda: ada.client.saved == 2)
        pages = store._connection.execute("PRAGMA page_count").fetchone()[0]
        store._connection.execute(f"PRAGMA max_page_count = {pages}")
        ada.client.roots["elements"]["big"] = "x" * 100_000
        await ada.flush()
        await until(lambda: board.failing is not None)
        ada.client.roots["title"].insert(0, "while ")
        await ada.flush()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(board.write, lambda document: document.add_turn(turn(1)))
            async with joined(board) as reader:  # can be read
                assert title_of(reader) == "before"
            await anyio.sleep(0.1)
            assert ada.client.saved == 2
            assert board.document.turns() == []
            store._connection.execute("PRAGMA max_page_count = 1000000")
            await until(lambda: ada.client.saved >= 4)
        assert board.failing is None
        await until(lambda: title_of(bob) == "while before")
        await until(lambda: "t1" in bob.client.roots["transcript"])
        kept = await on_disk(store)
        assert str(kept.roots["title"]) == "while before"
        assert kept.roots["elements"]["big"] == "x" * 100_000


async def test_a_room_closed_while_the_disk_is_full_says_that_it_lost_something(store: Store, limits: Limits) -> None:
    async def fill(board: Board) -> None:
        pages = store._connection.execute("PRAGMA page_count").fetchone()[0]
        store._connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(BoardError, match="write it again"):
            await board.write(lambda document: document.set_talk(shares="x" * 100_000))

    async def open_and_fill() -> None:
        async with open_board(store, "room", limits) as board, anyio.create_task_group() as tasks:
            tasks.start_soon(fill, board)
            await until(lambda: board.failing is not None)
            board._owner.inbox.close()

    with pytest.raises(BoardError, match="full"):
        await open_and_fill()


async def test_a_room_that_another_process_took_over_is_given_up(store: Store, limits: Limits) -> None:
    async def lose() -> None:
        async with open_board(store, "room", limits) as board:
            await board.write(lambda document: document.add_turn(turn(0)))
            await store.lease("room")
            with pytest.raises(BoardError, match="write it again"):
                await board.write(lambda document: document.add_turn(turn(1)))
            await anyio.sleep(1)

    with pytest.raises(LeaseError):
        await lose()
    assert (await store.load("room")).seq == 2


async def test_people_who_write_at_random_converge(store: Store, limits: Limits) -> None:
    async with (
        open_board(store, "room", limits) as board,
        joined(board) as a,
        joined(board) as b,
        joined(board) as c,
    ):
        links = [a, b, c]
        for number in range(90):
            link = links[number * 7 % 3]
            title = link.client.roots["title"]
            text = str(title)
            title.insert(len(text[: number % (len(text) + 1)].encode()), "é😀x"[number % 3])
            link.client.roots["elements"][f"e{number % 5}"] = pycrdt.Map({"x": number})
            if number % 4 == 0:
                await link.flush()
        for link in links:
            await link.flush()
        await until(lambda: len(board.document.title()) == 90)
        await until(lambda: {title_of(link) for link in links} == {board.document.title()})
        await anyio.sleep(0.05)
        contents = [content(replica_of(link.client)) for link in links]
        assert contents[0] == contents[1] == contents[2]
        assert contents[0]["title"] == board.document.title()
