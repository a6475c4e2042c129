"""kill -9 of a server of boards while clients and a meeting write: what was acknowledged is there, once."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from tests.board.writers import ROOM, Server, crash

pytestmark = pytest.mark.anyio

WRITERS = 4  # and the meeting


@contextmanager
def serve(path: Path) -> Iterator[Server]:
    command = [sys.executable, "-m", "tests.board.sync_server", "0", str(path), ROOM]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = process.stdout

        def kill() -> set[str]:
            process.send_signal(signal.SIGKILL)
            return {f"t{line.strip()}" for line in said}

        try:
            yield Server(int(said.readline()), kill)
        finally:
            process.kill()


async def test_nothing_acknowledged_is_lost(path: Path) -> None:
    assert len(await crash(partial(serve, path), path, WRITERS, rounds=3)) >= 6


@pytest.mark.soak
async def test_nothing_acknowledged_is_lost_in_a_hundred_rounds(path: Path) -> None:
    assert len(await crash(partial(serve, path), path, WRITERS, rounds=100)) >= 200
