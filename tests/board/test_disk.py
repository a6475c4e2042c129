"""A disk that takes nothing for a while, and what is written to it before anything is acknowledged."""

import os
import re
import resource
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path
from shutil import which

import anyio
import pytest
from websockets.asyncio.client import ClientConnection, connect

from tests.board.clients import Client, until
from tests.board.writers import on_disk
from tests.conftest import require
from voicemind.board import protocol

pytestmark = pytest.mark.anyio


@contextmanager
def serving(path: Path, *before: str) -> Iterator[tuple[int, int]]:
    """A server of boards in a process of its own: its port and its process."""
    command = [*before, sys.executable, "-m", "tests.board.sync_server", "0", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline()), process.pid
        finally:
            os.killpg(process.pid, signal.SIGKILL)  # strace that is killed alone lets the server run on


@asynccontextmanager
async def online(port: int, client: Client) -> AsyncIterator[ClientConnection]:
    """A client that is in the room and synced."""
    async with connect(f"ws://127.0.0.1:{port}/sync/room?ack=1", compression=None) as socket:

        async def listen() -> None:
            async for frame in socket:
                assert isinstance(frame, bytes)
                if answer := client.hear(frame):
                    await socket.send(answer)

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(listen)
            await socket.send(client.hello())
            await until(lambda: client.saved == 1)
            yield socket
            tasks.cancel_scope.cancel()


async def write(socket: ClientConnection, client: Client, key: str, value: str) -> None:
    client.roots["elements"][key] = value
    for frame in client.take_unsent():
        await socket.send(frame)


async def test_a_full_disk_costs_nothing_but_time(path: Path) -> None:
    """No file may grow, as on a full disk; what the system says then is another error than SQLite's own limit."""
    ada, bob = Client(), Client()
    with serving(path) as (port, process):
        async with online(port, ada) as socket, online(port, bob):
            await write(socket, ada, "before", "x")
            await until(lambda: ada.saved == 2)
            size = max(file.stat().st_size for file in path.parent.iterdir())
            _, hard = resource.prlimit(process, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
            await write(socket, ada, "while", "y" * 100_000)
            await until(lambda: "while" in bob.roots["elements"])  # the others see it
            await write(socket, ada, "after", "z")
            await anyio.sleep(0.3)
            assert ada.saved == 2
            newcomer = Client()
            async with connect(f"ws://127.0.0.1:{port}/sync/room") as third:  # it can be read
                await third.send(newcomer.hello())
                newcomer.hear(await third.recv(decode=False))
            assert newcomer.roots["elements"]["before"] == "x"
            resource.prlimit(process, resource.RLIMIT_FSIZE, (hard, hard))
            await until(lambda: ada.saved >= 4)
            await until(lambda: "after" in bob.roots["elements"])
    with closing(sqlite3.connect(path)) as connection:  # killed, and it opens clean
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    kept = on_disk(path).roots["elements"]
    assert {key: len(kept[key]) for key in kept} == {"before": 1, "while": 100_000, "after": 1}


@pytest.fixture
def strace() -> str:
    found = which("strace")
    require(found, "strace is not installed")
    assert found is not None
    return found


async def test_an_update_is_synced_to_the_disk_before_it_is_acknowledged(
    path: Path, tmp_path: Path, strace: str
) -> None:
    log, client = tmp_path / "trace", Client()
    calls = "trace=pwrite64,write,writev,sendto,sendmsg,fsync,fdatasync"
    with serving(path, strace, "-f", "-y", "-xx", "-s", "4096", "-e", calls, "-o", str(log)) as (port, _):
        async with online(port, client) as socket:
            for number in range(5):
                await write(socket, client, f"e{number}", f"marked-{number}")
                await until(lambda number=number: client.saved == number + 2)  # type: ignore[misc]
    steps = list(told(log.read_text(), path.name))
    for number in range(5):
        acknowledged = steps.index(f"ack {number + 2}")
        # Only until then: later writes are of pages that hold what came before as well.
        written = max(at for at, step in enumerate(steps[:acknowledged]) if step == f"write {number}")
        assert "sync" in steps[written:acknowledged], steps


def told(trace: str, database: str) -> Iterator[str]:
    """What a trace says, in order: marks written to the database's log, syncs of it, acknowledgements sent."""
    names = {f"marked-{number}".encode(): f"write {number}" for number in range(5)}
    acks = {bytes([0x82, 2]) + protocol.saved(count): f"ack {count}" for count in range(1, 7)}
    wal = "".join(f"\\x{byte:02x}" for byte in f"{database}-wal".encode())
    for line in trace.splitlines():
        call = re.search(r"(\w+)\(\d+<([^>]*)>", line)
        if call is None:
            continue
        of_log = wal in call[2] or f"{database}-wal" in call[2]
        if call[1] in ("fsync", "fdatasync"):
            if of_log and "unfinished" not in line:
                yield "sync"
            continue
        data = b"".join(bytes.fromhex(text.replace("\\x", "")) for text in re.findall(r'"((?:\\x[0-9a-f]{2})*)"', line))
        for mark, step in names.items() if of_log else acks.items():
            if mark in data:
                yield step
