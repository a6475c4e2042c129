"""Many at once: a slow reader among fifty, two hundred who come together, and comings and goings without end."""

import logging
import math
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

import anyio
import anyio.lowlevel
import pytest

from tests.board.clients import Client, Link, entries, joined, saved, until
from voicemind.bench.memory import resident_mb
from voicemind.board import protocol
from voicemind.board.board import Board, open_board
from voicemind.board.boards import Boards, open_boards
from voicemind.board.connection import TOO_SLOW
from voicemind.board.limits import Limits
from voicemind.board.protocol import Awareness, decode
from voicemind.board.store import Store
from voicemind.board.tables import Log

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def crowd(board: Board, count: int) -> AsyncIterator[list[Link]]:
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(joined(board)) for _ in range(count)]


async def test_a_slow_reader_among_fifty_holds_nobody_up(store: Store) -> None:
    limits = Limits(window=0.002, window_each=0.0, outbox=50_000, stall=0.5, slowest=1 << 30)
    async with (
        open_board(store, "room", limits) as board,
        crowd(board, 49) as links,
        joined(board, listening=False, size=1) as slow,
    ):
        writer, *readers = links
        await until(lambda: board.people == 50)
        for number in range(100):
            writer.client.roots["elements"][f"e{number}"] = "x" * 2000
            await writer.flush()
            if number % 20 == 0:  # it reads now and then, which is not enough
                with suppress(anyio.WouldBlock):
                    slow.incoming.receive_nowait()
            await anyio.lowlevel.checkpoint()
        for reader in readers:
            await until(lambda reader=reader: len(reader.client.roots["elements"]) == 100)  # type: ignore[misc]
            resyncs = sum(frame[:2] == b"\x00\x01" for frame in reader.client.frames)
            assert resyncs == 1  # its own handshake
        waiting = [connection._waiting for connection in board._owner.connections]
        assert max(waiting) <= limits.outbox
        await until(lambda: slow.channel.closed)
        assert slow.channel.closed[0][0] == TOO_SLOW
        assert not any(link.channel.closed for link in links)


@pytest.fixture
async def boards(path: Path) -> AsyncIterator[Boards]:
    async with open_boards(path, Limits(idle=0.05)) as boards:
        yield boards


async def storm(boards: Boards, clients: list[Client]) -> list[str]:
    """All come at once, with what they wrote meanwhile, and stay until all have it; the titles that they saw."""
    titles: list[str] = []

    async def come(client: Client, length: int) -> None:
        client.synced = anyio.Event()
        async with boards.board("room") as board, joined(board, client):
            await until(lambda: len(client.roots["title"]) == length)
            titles.append(str(client.roots["title"]))
            await until(lambda: len(titles) == len(clients))

    with anyio.fail_after(120):
        async with anyio.create_task_group() as tasks:
            for number, client in enumerate(clients):
                client.roots["title"].insert(0, "x" if number < 20 else "")
            length = len(str(clients[-1].roots["title"])) + 20
            for client in clients:
                tasks.start_soon(come, client, length)
    return titles


async def test_two_hundred_who_come_at_once_load_a_room_once_after_a_restart_too(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clients = [Client() for _ in range(200)]
    loads: list[str] = []
    for times in (1, 2):
        async with open_boards(path, Limits()) as boards:
            load = boards.store.load

            async def noted(room: str, load: Callable[[str], Awaitable[Log]] = load) -> Log:
                loads.append(room)
                return await load(room)

            monkeypatch.setattr(boards.store, "load", noted)
            titles = await storm(boards, clients)
        assert set(titles) == {20 * times * "x"}
        assert len(loads) == times


class Echo:
    """A stock y-websocket client: it says again whatever it hears of others (its handler never looks where from)."""

    def __init__(self, number: int, link: Link) -> None:
        self.number = number
        self.link = link
        self.clock = 0
        self.echoed = 0
        self._heard = 0

    async def move(self) -> None:
        self.clock += 1
        await self.link.outgoing.send(
            protocol.awareness([protocol.entry(self.number, self.clock, f'{{"x":{self.clock}}}')])
        )

    async def echo(self) -> None:
        """Answer all that came since the last time."""
        frames = self.link.client.frames
        fresh, self._heard = frames[self._heard :], len(frames)
        for frame in fresh:
            if frame[0] == protocol.AWARENESS:
                self.echoed += 1
                await self.link.outgoing.send(frame)

    def told(self) -> int:
        """How many frames of presence it got."""
        return sum(frame[0] == protocol.AWARENESS for frame in self.link.client.frames)


async def test_fifty_who_echo_all_they_hear_cost_a_frame_a_tick_each(store: Store) -> None:
    tick = 0.05
    limits = Limits(presence_tick=tick, messages=1e9)
    async with open_board(store, "room", limits) as board, crowd(board, 50) as links:
        echoes = [Echo(number + 1, link) for number, link in enumerate(links)]
        began = time.monotonic()
        for _ in range(10):
            for echo in echoes:
                await echo.move()
                await echo.echo()
            await anyio.sleep(tick / 2)
        await until(lambda: all(len(entries(link)) == 49 for link in links))
        for echo in echoes:
            await echo.echo()
        await anyio.sleep(4 * tick)  # would an echo be told again, it would go round for ever
        quiet = [echo.told() for echo in echoes]
        await anyio.sleep(4 * tick)
        assert [echo.told() for echo in echoes] == quiet
        ticks = math.ceil((time.monotonic() - began) / (2 * tick)) + 1
        assert max(quiet) <= ticks + 2  # the roster, and one that was on its way
        assert min(echo.echoed for echo in echoes) > 0
        for link in links:
            last = [decode(frame) for frame in link.client.frames if frame[0] == protocol.AWARENESS]
            assert all(isinstance(message, Awareness) for message in last)
            assert all(state is not None for state in entries(link).values())


async def test_who_has_not_shaken_hands_is_told_nothing_of_what_goes_on(store: Store) -> None:
    """A client that is told of updates before its answer takes them for nonsense (pycrdt-websocket#138)."""
    limits = Limits(window=0.0)
    async with open_board(store, "room", limits) as board, joined(board) as ada, anyio.create_task_group() as tasks:
        links = [Link(Client()) for _ in range(30)]
        for number, link in enumerate(links):
            tasks.start_soon(board.serve, link.channel)
            ada.client.roots["elements"][f"e{number}"] = number
            await ada.flush()
            await anyio.lowlevel.checkpoint()
        await saved(ada, 31)
        for number, link in enumerate(links):
            tasks.start_soon(link.listen)
            await link.outgoing.send(link.client.hello())
            ada.client.roots["elements"][f"f{number}"] = number
            await ada.flush()
        for link in links:
            await until(lambda link=link: len(link.client.roots["elements"]) == 60)  # type: ignore[misc]
            first = next(frame for frame in link.client.frames if frame[0] == protocol.SYNC)
            assert first[:2] == b"\x00\x01"
            link.hang_up()
        await until(lambda: board.people == 1)
        tasks.cancel_scope.cancel()
    for link in links:
        link.close()


async def churn(boards: Boards, times: int, at_once: int = 10) -> None:
    """Come, say who one is, write now and then, and go: so many people again and again."""

    async def one(person: int) -> None:
        for number in range(times // at_once):
            room = f"room-{number // 100 % 5}"  # each is empty, and unloaded, for a while
            async with boards.board(room) as board, joined(board, Client(1000 + person)) as link:
                client = person * times + number
                await link.outgoing.send(protocol.awareness([protocol.entry(client, 1, '{"name":"Ada"}')]))
                await saved(link, 1)
                if number % 10 == 0:
                    link.client.roots["elements"][f"e{person}"] = number
                    await link.flush()
                    await saved(link, 2)
            link.client.close()

    async with anyio.create_task_group() as tasks:
        for person in range(at_once):
            tasks.start_soon(one, person)


def left_behind(boards: Boards) -> int:
    """How many things the open rooms hold of those who were there."""
    return sum(
        len(board._owner.connections) + len(board._owner.listeners) - 1 + len(board._owner.inbox._writes)
        for board in boards.open_rooms().values()
    )


async def test_comings_and_goings_leave_nothing_behind(boards: Boards) -> None:
    await churn(boards, 150)
    assert left_behind(boards) == 0
    await until(lambda: boards.open_rooms() == {})
    await until(lambda: boards._entries == {})


@pytest.mark.soak
async def test_a_day_of_comings_and_goings_needs_no_more_memory(path: Path) -> None:
    """One a second for a day, as fast as they go: 86,400."""
    figures: list[float] = []
    async with open_boards(path, Limits(window=0.0, idle=1.0)) as boards:
        await churn(boards, 4_400, 20)  # until all is loaded and all pools are full
        for _ in range(10):
            figures.append(resident_mb())
            await churn(boards, 8_200, 20)
        figures.append(resident_mb())
        assert left_behind(boards) == 0
        sizes = [len(board.document.state) for board in boards.open_rooms().values()]
    logging.getLogger(__name__).warning("resident MB %s, state vectors %s bytes", [f"{f:.1f}" for f in figures], sizes)
    assert figures[-1] - figures[len(figures) // 2] < 5
    assert max(sizes) < 1000
