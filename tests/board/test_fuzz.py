"""Damaged messages: whatever comes, only the connection that it came on is affected."""

import logging
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import pytest

from tests.board.clients import Client, Link, entries, joined, saved, turn, until
from tests.board.mutations import Mutator, Seeds, read_by_yjs, seeds
from voicemind.board import protocol
from voicemind.board.board import Board, open_board
from voicemind.board.compaction import content
from voicemind.board.connection import Guest
from voicemind.board.document import Document
from voicemind.board.limits import Limits
from voicemind.board.protocol import FrameError, SyncStep1, SyncStep2, Update, decode
from voicemind.board.replica import NOTHING, Replica
from voicemind.board.store import Store

pytestmark = pytest.mark.anyio

QUESTION = protocol.step1(NOTHING)
LIMITS = Limits(window=0.0, messages=1e9, bytes=1e12, presence_tick=0.001, bad_frames=20, trespasses=20)


@pytest.fixture(scope="session")
def sound(node: Path) -> Seeds:
    return seeds(node)


def opened(sound: Seeds) -> Document:
    document = Document(1, "history")
    document.load([sound.base])
    return document


def same(document: Document, before: bytes) -> bool:
    """Tell whether a document is what it was; its core may be another one by now, with fields in another order."""
    now = document.missing_in(NOTHING)
    return now == before or content(loaded([now])) == content(loaded([before]))


def loaded(updates: list[bytes]) -> Replica:
    replica = Replica(0)
    replica.load(updates)
    return replica


def read_again(updates: list[bytes]) -> Replica:
    """Load what was kept, of which nothing may be refused."""
    replica = Replica(0)
    for update in updates:
        replica.apply(update)
    return replica


def take(document: Document, frame: bytes) -> bytes | None:
    """Give a document a message as its owner would; returns what is kept of it."""
    match decode(frame, LIMITS.frame):
        case SyncStep2(update) | Update(update):
            document.knows(update)
            return document.apply(update)
        case SyncStep1(state):
            document.missing_in(state)
    return None


def torture(sound: Seeds, count: int, seed: int) -> tuple[int, list[bytes]]:
    """Give documents as many damaged messages; returns how many were refused, and all that was kept."""
    mutator, refused, kept = Mutator(sound, seed), 0, list[bytes]()
    document, log = opened(sound), list[bytes]()
    for _ in range(count):
        before = document.missing_in(NOTHING)
        try:
            new = take(document, mutator.frame())
        except FrameError:
            refused, new = refused + 1, None
        if new is None:
            assert same(document, before)
            continue
        log.append(new)
        document.settle()
        log += [update for _, update in document.take_written()]
        if len(log) > 100:
            read_again([sound.base, *log])
            document.close()
            document, kept, log = opened(sound), kept + log, []
    return refused, kept + log


def test_a_damaged_message_is_refused_whole_or_is_an_update(sound: Seeds) -> None:
    refused, kept = torture(sound, 1500, 1)
    assert refused > 400
    assert len(kept) > 40


@pytest.mark.soak
def test_a_hundred_thousand_damaged_messages_to_a_document(sound: Seeds) -> None:
    refused, kept = torture(sound, 100_000, 2)
    logging.getLogger(__name__).warning("%d refused, %d kept", refused, len(kept))
    assert refused > 20_000


@asynccontextmanager
async def crowd(store: Store, sound: Seeds) -> AsyncIterator[tuple[Board, Link, Link]]:
    """A room with a turn of the engine's in it, and two people who see each other."""
    async with open_board(store, "room", LIMITS) as board:
        await board.write(lambda document: document.add_turn(turn(1)))
        client = Client()
        client.doc.apply_update(sound.base)
        async with joined(board, client) as ada, joined(board) as bob:
            await saved(ada, 1)
            await ada.outgoing.send(protocol.awareness([protocol.entry(1, 1, '{"name":"Ada"}')]))
            await until(lambda: entries(bob) == {1: '{"name":"Ada"}'})
            bob.client.frames.clear()
            yield board, ada, bob
            assert not ada.channel.closed
            assert not bob.channel.closed
            assert entries(bob).get(1, "") is not None  # Ada is still seen


async def attack(board: Board, guest: Guest, mutator: Mutator, count: int) -> int:
    """Send as many damaged messages, over as many connections as it takes; returns how many that were."""
    connections = 0
    while count > 0:
        connections += 1
        async with joined(board, guest=guest) as eve:
            while count > 0 and not eve.channel.closed:
                for _ in range(20):
                    await eve.outgoing.send(mutator.frame())
                count -= 20
                await answered(eve)
    return connections


async def answered(link: Link) -> None:
    """Wait until all that was sent is dealt with, or the door was shown."""
    link.client.synced = anyio.Event()
    await link.outgoing.send(QUESTION)
    await until(lambda: link.channel.closed or link.client.synced.is_set())
    link.client.frames.clear()


async def changes_nothing(store: Store, sound: Seeds, count: int, seed: int) -> None:
    async with crowd(store, sound) as (board, ada, bob):
        before, told = board.document.missing_in(NOTHING), len(ada.client.frames)
        assert await attack(board, Guest("e", "Eve", may_write=False), Mutator(sound, seed), count) > 1
        assert same(board.document, before)
        frames = ada.client.frames[told:] + bob.client.frames
        assert not [frame for frame in frames if frame[0] == protocol.SYNC]


async def breaks_nothing(store: Store, sound: Seeds, count: int, seed: int) -> list[bytes]:
    """Attack as who may write: what was kept can be read again, and the others go on.

    Copies need not be equal: what is damaged refers to structs that are not what it was written for,
    or has the ids of others, and where such things go depends on the order in which they come.
    """
    async with crowd(store, sound) as (board, ada, bob):
        assert await attack(board, Guest("e", "Eve"), Mutator(sound, seed), count) > 1
        for writer, reader, key in ((ada, bob, "a"), (bob, ada, "b")):
            writer.client.roots["elements"][key] = "works"
            await writer.flush()
            await until(lambda reader=reader, key=key: reader.client.roots["elements"].get(key) == "works")  # type: ignore[misc]
        assert board.document.turns() == [turn(1)]
    updates = list((await store.load("room")).updates)
    kept = read_again(updates).roots
    assert kept["elements"]["a"] == kept["elements"]["b"] == "works"
    assert set(kept["transcript"].keys()) == {"t1"}
    return updates


async def test_who_may_only_read_changes_nothing_whatever_they_send(store: Store, sound: Seeds) -> None:
    await changes_nothing(store, sound, 400, 3)


async def test_who_may_write_breaks_nothing_whatever_they_send(store: Store, sound: Seeds, node: Path) -> None:
    updates = await breaks_nothing(store, sound, 400, 4)
    read = await anyio.to_thread.run_sync(read_by_yjs, node, updates)
    assert read["failed"] == []


CONTRADICTING = (
    "0103ffffffff0f4e87e8074e01280081ffffff0f4e06737461747573017704646f6e652700ffffffff0f4e037375620001e807014e03",
    "0001e8070203021dffffffff0d",
    "0101ffffffff0f4d84e8074d0d7b22696d616765223a2261227d00",
)
"""Updates that delete what is not there yet, and build on it."""


def test_updates_that_contradict_each_other_do_not_end_the_process(sound: Seeds) -> None:
    program = (
        "import sys; from voicemind.board.replica import Replica; from voicemind.board.protocol import FrameError\n"
        "replica = Replica(1)\n"
        "for update in sys.argv[1:]:\n"
        "    try: replica.apply(bytes.fromhex(update))\n"
        "    except FrameError: pass\n"
    )
    command = [sys.executable, "-c", program, sound.base.hex(), *CONTRADICTING]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr[-300:]


@pytest.mark.soak
async def test_fifty_thousand_damaged_messages_of_who_may_read(store: Store, sound: Seeds) -> None:
    await changes_nothing(store, sound, 50_000, 5)


@pytest.mark.soak
async def test_fifty_thousand_damaged_messages_of_who_may_write(store: Store, sound: Seeds, node: Path) -> None:
    updates = await breaks_nothing(store, sound, 50_000, 6)
    read = await anyio.to_thread.run_sync(read_by_yjs, node, updates)
    assert read["failed"] == []
