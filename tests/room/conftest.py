import asyncio
import os
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.room.host import Host


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"  # aiortc knows no other


@pytest.fixture
async def host() -> AsyncIterator[Host]:
    async with Host() as host:
        yield host


@pytest.fixture
def jfk(data: Path) -> Path:
    return data / "speech" / "clips" / "jfk.flac"


@pytest.fixture
async def no_leaks() -> AsyncIterator[None]:
    """Nothing may be left of what a test began: no task, no thread, no socket."""

    def held() -> tuple[int, int, int]:
        return len(asyncio.all_tasks()), threading.active_count(), len(os.listdir("/proc/self/fd"))  # noqa: PTH208

    def more(now: tuple[int, int, int]) -> bool:
        return any(one > other for one, other in zip(now, before, strict=True))  # an earlier test's may go meanwhile

    before = held()
    yield
    for _ in range(50):
        if not more(held()):
            break
        await asyncio.sleep(0.02)  # transports close in the loop's next turns
    assert not more(held())
