from collections.abc import AsyncIterator
from typing import Any

import anyio
import pytest

from tests.board.clients import Client, Link
from voicemind.board.connection import Connection, Guest
from voicemind.board.inbox import Inbox, Resync, Write
from voicemind.board.limits import Limits
from voicemind.errors import BoardError

pytestmark = pytest.mark.anyio


def nothing(document: Any) -> int:
    """A change that changes nothing."""
    return len(document.turns())


@pytest.fixture
async def item() -> AsyncIterator[Resync]:
    link = Link(Client())
    yield Resync(Connection(link.channel, Guest(), Limits(), acks=False))
    link.close()


async def test_who_asks_for_more_than_fits_waits(item: Resync) -> None:
    inbox = Inbox(2)
    await inbox.put(item)
    await inbox.put(item)
    with anyio.move_on_after(0.02) as waited:
        await inbox.put(item)
    assert waited.cancelled_caught
    assert await inbox.next() is item
    await inbox.put(item)
    inbox.fail()


async def test_what_is_there_can_be_taken_at_once(item: Resync) -> None:
    inbox = Inbox(5)
    await inbox.put(item)
    assert inbox.more() is item
    assert inbox.more() is None
    inbox.close()
    assert inbox.more() is None
    inbox.fail()


async def test_what_is_in_a_closed_inbox_can_still_be_taken(item: Resync) -> None:
    inbox = Inbox(5)
    await inbox.put(item)
    inbox.close()
    with pytest.raises(BoardError, match="closed"):
        await inbox.put(item)
    with pytest.raises(BoardError, match="closed"):
        await inbox.write(nothing)
    assert await inbox.next() is item
    with pytest.raises(anyio.EndOfStream):
        await inbox.next()
    inbox.fail()


async def test_deferred_writes_come_first(item: Resync) -> None:
    inbox = Inbox(5)
    write = Write(nothing)
    await inbox.put(item)
    inbox.defer(write)
    assert await inbox.arrival() is item
    assert await inbox.next() is write
    inbox.defer(write)
    assert inbox.more() is write
    inbox.fail()


async def test_a_write_waits_until_it_is_done() -> None:
    inbox = Inbox(5)

    async def work() -> None:
        write = await inbox.next()
        assert isinstance(write, Write)
        write.result = 42
        write.done.set()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(work)
        assert await inbox.write(nothing) == 42
    inbox.fail()


async def test_writes_that_can_no_longer_be_done_fail() -> None:
    inbox = Inbox(1)
    failed = []

    async def write() -> None:
        try:
            await inbox.write(nothing)
        except BoardError as error:
            failed.append(str(error))

    async with anyio.create_task_group() as tasks:
        for _ in range(3):  # one is in the queue, two wait to get in
            tasks.start_soon(write)
        await anyio.sleep(0.01)
        inbox.fail()
    assert len(failed) == 3
