"""``voicemind bench board --elements N``: how long it takes to come to a board that nobody has open.

From the connecting of a client until it has all of the board: the server takes the room over, reads its
log from the disk, makes the document of it, and sends it.
"""

import asyncio
import statistics
import tempfile
import time
from typing import Any

import pycrdt

from voicemind.bench.board import CLIENT_CORE, board_server
from voicemind.bench.process import cpu_seconds, pinned, resident_mb
from voicemind.bench.report import Report, Row
from voicemind.bench.socket import Socket
from voicemind.board import protocol
from voicemind.board.order import index_after
from voicemind.errors import BackendError, InputError

PATIENCE = 60.0  # seconds for a board to come, or to be on disk


def measure(elements: int, rounds: int = 1) -> Report:
    """Draw ``rounds`` boards of so many shapes, start the server anew, and open them one after the other.

    Raises InputError for a board without shapes, BackendError when a board does not come.
    """
    if elements < 1 or rounds < 1:
        raise InputError("a board to open needs one element at least")
    rooms = [f"board-{number}" for number in range(rounds)]
    with tempfile.TemporaryDirectory() as data:
        with board_server(data) as (address, _), pinned(CLIENT_CORE):
            for room in rooms:
                asyncio.run(_within(draw(f"{address}/{room}", elements)))
        with board_server(data) as (address, pid), pinned(CLIENT_CORE):
            before = cpu_seconds(pid)
            opened = [asyncio.run(_within(open_board(f"{address}/{room}", elements))) for room in rooms]
            row: Row = {
                "id": "open",
                "elements": elements,
                "boards": rounds,
                "bytes": opened[0][1],
                "p50_ms": statistics.median(taken for taken, _ in opened),
                "max_ms": max(taken for taken, _ in opened),
                "cpu_ms": 1e3 * (cpu_seconds(pid) - before) / rounds,
                "rss_mb": resident_mb(pid),
            }
    return Report(f"voicemind bench board --elements {elements} --rounds {rounds}", [row])


async def _within(action: Any) -> Any:
    try:
        async with asyncio.timeout(PATIENCE):
            return await action
    except (TimeoutError, OSError) as error:
        raise BackendError(f"a board did not come within {PATIENCE:g} s") from error


async def draw(address: str, elements: int) -> None:
    """Draw a board, each shape a change of its own; returns once all is on disk."""
    doc: pycrdt.Doc[Any] = pycrdt.Doc()
    kept = asyncio.Event()
    updates: list[bytes] = []

    def hear(message: bytes) -> None:
        if message[0] == protocol.SAVED and protocol.Reader(message[1:]).uint() == elements:
            kept.set()

    shapes = doc.get("elements", type=pycrdt.Map)
    subscription = doc.observe(lambda event: updates.append(event.update))
    index = None
    for number in range(elements):
        index = index_after(index, str(number))
        shapes[f"shape-{number}"] = pycrdt.Map(_shape(number, index))
    doc.unobserve(subscription)
    socket = await Socket.open(f"{address}?ack=1", hear)
    for update in updates:
        socket.send(protocol.update(update))
    await kept.wait()
    socket.close()


async def open_board(address: str, elements: int) -> tuple[float, int]:
    """Open a board; returns the milliseconds until all of its shapes are there, and the bytes in which they came."""
    doc: pycrdt.Doc[Any] = pycrdt.Doc()
    shapes = doc.get("elements", type=pycrdt.Map)
    came = asyncio.Event()
    size = 0

    def hear(message: bytes) -> None:
        nonlocal size
        if message[0] == protocol.SYNC and message[1] != protocol.STEP1:
            size += len(message)
            pycrdt.handle_sync_message(message[1:], doc)
            if len(shapes) == elements:
                came.set()

    began = time.perf_counter()
    socket = await Socket.open(address, hear)
    socket.send(protocol.step1(doc.get_state()))
    await came.wait()
    taken = time.perf_counter() - began
    socket.close()
    return 1e3 * taken, size


def _shape(number: int, index: str) -> dict[str, Any]:
    """Return a rectangle with all the fields that the page writes of one."""
    return {
        "id": f"shape-{number}",
        "type": "rectangle",
        "x": 13.5 * (number % 40),
        "y": 17.25 * (number // 40),
        "width": 120.5,
        "height": 80.25,
        "angle": 0,
        "strokeColor": "#1e1e1e",
        "backgroundColor": "#ffec99",
        "fillStyle": "solid",
        "strokeWidth": 2,
        "strokeStyle": "solid",
        "roughness": 1,
        "opacity": 100,
        "groupIds": [],
        "frameId": None,
        "index": index,
        "roundness": {"type": 3},
        "seed": 1_000_000_007 * number % 2**31,
        "isDeleted": False,
        "boundElements": None,
        "link": None,
        "locked": False,
    }
