import fcntl
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from shutil import which

import pytest

from tests.conftest import require
from voicemind.board.board import Board, open_board
from voicemind.board.limits import Limits
from voicemind.board.store import Store, open_store

NODE = Path(__file__).parent / "node"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def limits() -> Limits:
    return Limits(window=0.005, presence_tick=0.01, retry=0.05)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "boards.sqlite3"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[Store]:
    async with open_store(path) as store:
        yield store


@pytest.fixture
async def board(store: Store, limits: Limits) -> AsyncIterator[Board]:
    async with open_board(store, "room", limits) as board:
        yield board


@pytest.fixture(scope="session")
def node() -> Path:
    """The folder of Node scripts, with the stock clients of package-lock.json installed."""
    require(which("node") and which("npm"), "node and npm are not installed")
    with (NODE / "package-lock.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # tests may run on several processes
        _install()
    return NODE


def _install() -> None:
    installed, wanted = NODE / "node_modules" / ".package-lock.json", NODE / "package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < wanted.stat().st_mtime:
        npm = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1"]
        done = subprocess.run(npm, cwd=NODE, capture_output=True, text=True, timeout=300, check=False)
        require(done.returncode == 0, f"npm cannot install yjs: {done.stderr[-500:]}")
        installed.touch()
