"""What a room bears, at its bounds: each is kept, told of, and hurts only who goes beyond it."""

import time

import anyio
import pycrdt
import pytest

from tests.board.clients import Client, Link, joined, saved, title_of, until
from voicemind.board import protocol
from voicemind.board.board import Board, open_board
from voicemind.board.connection import BAD_FRAMES, ROOM_FULL, Guest
from voicemind.board.document import Document
from voicemind.board.limits import Limits
from voicemind.board.replica import NOTHING
from voicemind.board.store import Store

pytestmark = pytest.mark.anyio


async def come(board: Board, guest: Guest) -> list[tuple[int, str]]:
    """Come when there is no place; how the door was shown."""
    link = Link(Client())
    with anyio.fail_after(60):
        await board.serve(link.channel, guest)
    link.close()
    return link.channel.closed


async def test_a_person_has_so_many_connections_and_the_others_theirs(store: Store) -> None:
    limits = Limits(connections_each=2)
    ada, bob = Guest("ada", "Ada"), Guest("bob", "Bob")
    async with open_board(store, "room", limits) as board, joined(board, guest=ada):
        async with joined(board, guest=ada):
            assert [code for code, _ in await come(board, ada)] == [ROOM_FULL]
            async with joined(board, guest=bob), joined(board), joined(board), joined(board):
                assert board.people == 6  # who is nobody known is counted for the room alone
        async with joined(board, guest=ada) as again:  # one of them is closed
            assert not again.channel.closed


async def fill(link: Link, size: int) -> None:
    link.client.roots["files"]["big"] = "x" * size
    await link.flush()


async def test_a_full_board_can_be_read_and_says_so(store: Store) -> None:
    async with (
        open_board(store, "room", Limits(window=0.0, document=10_000)) as board,
        joined(board) as ada,
        joined(board) as bob,
    ):
        await fill(ada, 11_000)  # what fills it is taken
        await saved(ada, 2)
        bob.client.roots["title"].insert(0, "no room")
        await bob.flush()
        await until(lambda: bob.client.denied == 1)
        assert board.document.title() == title_of(ada) == ""
        assert bob.client.saved == 1
        async with joined(board) as cleo:  # who knows all of it is not refused
            assert cleo.client.roots["files"]["big"] == "x" * 11_000
            await saved(cleo, 1)
        await board.write(lambda document: document.set_meeting(state="running"))  # the engine goes on
        await until(lambda: bob.client.roots["meeting"].get("state") == "running")


async def test_what_was_refused_is_taken_once_there_is_room(store: Store) -> None:
    async with open_board(store, "room", Limits(window=0.0, document=10_000)) as board, joined(board) as ada:
        board._owner.bytes += 20_000  # as after many overwrites
        ada.client.roots["title"].insert(0, "in time")
        await ada.flush()
        await until(lambda: ada.client.denied == 1)
        board._owner.compacted(1000, 20_000)
        await until(lambda: board.document.title() == "in time")
        await until(lambda: ada.client.saved >= 2)


async def test_a_message_that_is_too_large_is_not_taken_and_nothing_after_it_is_called_saved(store: Store) -> None:
    async with open_board(store, "room", Limits(window=0.0, frame=5000)) as board, joined(board) as ada:
        await saved(ada, 1)
        await fill(ada, 6000)
        ada.client.roots["title"].insert(0, "small")
        await ada.flush()
        async with joined(board) as bob:  # what builds on it is kept, and waits as it does in Yjs
            bob.client.roots["elements"]["b"] = "works"
            await bob.flush()
            await until(lambda: "b" in board.document._replica.roots["elements"])
        assert board.document.title() == ""
        assert ada.client.saved == 1  # "2" would be the large one
        assert "big" not in board.document.files()


async def test_too_many_clients_in_one_message_are_refused_before_they_cost_anything(store: Store) -> None:
    """An update of 100,000 clients takes yrs 0.4 s and grows every state vector from then on."""
    bomb = pycrdt.merge_updates(*(one_of(client) for client in range(2000)))
    bomb = protocol.uint(100_000) + bomb[2:]
    async with open_board(store, "room", Limits(window=0.0)) as board, joined(board) as ada, joined(board) as eve:
        state = board.document.state
        began = time.process_time()
        for _ in range(3):
            await eve.outgoing.send(protocol.update(bomb))
        await until(lambda: eve.channel.closed)
        assert eve.channel.closed[0][0] == BAD_FRAMES
        assert time.process_time() - began < 0.4
        assert board.document.state == state
        assert not ada.channel.closed


def one_of(client: int) -> bytes:
    """An update by a client that nobody knows."""
    return b"\x01\x01" + protocol.uint(client + 1000) + b"\x00\x28\x01\x08elements\x01d\x01\x7e\x00"


async def test_a_flood_slows_its_sender_down_and_nobody_else(store: Store) -> None:
    limits = Limits(window=0.0, messages=200.0, messages_at_once=20.0)
    async with open_board(store, "room", limits) as board, joined(board) as ada, joined(board) as eve:
        for number in range(60):
            eve.client.roots["elements"][f"e{number}"] = number
            await eve.flush()
        ada.client.roots["title"].insert(0, "at once")
        await ada.flush()
        await until(lambda: board.document.title() == "at once")
        assert len(board.document._replica.roots["elements"]) < 60
        await until(lambda: len(board.document._replica.roots["elements"]) == 60)  # late, and all of it
        assert not eve.channel.closed


async def test_questions_are_dear_for_their_answers_are(store: Store) -> None:
    limits = Limits(window=0.0, messages=1000.0, messages_at_once=100.0, step1_cost=50.0)
    async with open_board(store, "room", limits) as board, joined(board) as ada, joined(board) as eve:
        answers = [frame for frame in eve.client.frames if frame[:2] == b"\x00\x01"]
        for _ in range(10):
            await eve.outgoing.send(protocol.step1(NOTHING))
        await anyio.sleep(0.1)
        answers = [frame for frame in eve.client.frames if frame[:2] == b"\x00\x01"]
        assert len(answers) < 9
        ada.client.roots["title"].insert(0, "at once")
        await ada.flush()
        await saved(ada, 2)


async def test_the_engine_writes_though_the_inbox_is_full_of_others(store: Store) -> None:
    async with open_board(store, "room", Limits(window=0.0, inbox=2)) as board, joined(board) as ada:
        for number in range(50):
            ada.client.roots["elements"][f"e{number}"] = number
        await ada.flush()
        await board.write(lambda document: Document.set_meeting(document, state="running"))
        await saved(ada, 51)
