"""kill -9 of ``voicemind serve`` while five people write: what was acknowledged is there, once, in everybody's copy."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from tests.board.writers import Server, crash
from tests.browser.serving import ServerProcess

pytestmark = pytest.mark.anyio

WRITERS = 5


@contextmanager
def serve(process: ServerProcess) -> Iterator[Server]:
    def kill() -> set[str]:
        process.kill()
        return set()

    process.start()
    try:
        yield Server(int(process.address.rpartition(":")[2]), kill)
    finally:
        process.kill()


async def kill_rounds(data: Path, rounds: int) -> None:
    await crash(partial(serve, ServerProcess(data)), data / "boards.sqlite", WRITERS, rounds)


async def test_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    await kill_rounds(tmp_path, rounds=2)


@pytest.mark.soak
async def test_nothing_acknowledged_is_lost_in_twenty_rounds(tmp_path: Path) -> None:
    await kill_rounds(tmp_path, rounds=20)
