"""Load on a board: people who draw and move their cursors, all in this process. Run as a module by ``bench.board``.

The workload of ``--peer``s and ours is the same: each writer sets one of five keys of the Map ``elements`` to an
Excalidraw element of about 350 bytes as a plain value, whose field ``t`` says when.
"""

import asyncio
import json
import random
import re
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pycrdt

from voicemind.bench.process import cpu_seconds, resident_mb
from voicemind.bench.socket import Socket
from voicemind.board import protocol

STAMP = re.compile(rb"<T(\d{19})>")
CHECKED = 3  # clients that keep the whole document, and compare it at the end
WARM_UP = 2.0  # seconds of the same load before what is measured
DRAIN = 5.0  # seconds at most in which what was sent must arrive
NOTHING_NEW = b"\x00\x01\x02\x00\x00"  # the answer to a step 1 of who has written nothing


@dataclass(frozen=True, slots=True)
class Load:
    """``clients`` connections; ``writers`` of them draw ``rate`` times a second, all move cursors ``cursors`` times.

    ``prefix`` stands before each message (hocuspocus names the document there), ``hello`` is sent first.
    """

    url: str
    pid: int
    clients: int
    writers: int
    rate: float
    seconds: float
    cursors: float = 0.0
    prefix: str = ""
    hello: str = ""


class Figures:
    """What the clients heard since ``start``."""

    def __init__(self) -> None:
        self.start()

    def start(self) -> None:
        """Count from now on."""
        self.since = time.perf_counter_ns()
        self.latencies: list[int] = []
        self.frames = self.presence = 0

    async def until(self, wanted: int, seconds: float) -> None:
        """Wait until so many changes were heard, but no longer than so many seconds."""
        end = time.perf_counter() + seconds
        while len(self.latencies) < wanted and time.perf_counter() < end:  # noqa: ASYNC110 - an event for each costs more
            await asyncio.sleep(0.02)

    def count(self, message: bytes, own: set[int]) -> None:
        """Take a message of the document into account, but for the changes that its reader made."""
        self.frames += 1
        if b"<T" in message:
            now = time.perf_counter_ns()
            stamps = (then for then in map(int, STAMP.findall(message)) if then >= self.since)
            self.latencies += [now - then for then in stamps if then not in own]


class Person:
    """One client; ``checked`` ones keep the document."""

    def __init__(self, number: int, load: Load, figures: Figures, *, checked: bool) -> None:
        self.doc: pycrdt.Doc[Any] = pycrdt.Doc(client_id=1000 + number)
        self.elements = self.doc.get("elements", type=pycrdt.Map)
        self.written: dict[str, Any] = {}
        self.sent = 0
        self.synced = asyncio.Event()
        self.socket: Socket | None = None
        self._number = number
        self._load = load
        self._figures = figures
        self._checked = checked
        self._prefix = bytes.fromhex(load.prefix)
        self._updates: list[bytes] = []
        self._mine = False
        self._stamps: set[int] = set()
        self._moves = 0
        self._subscription = self.doc.observe(self._note)

    def _note(self, event: pycrdt.TransactionEvent) -> None:
        if self._mine:
            self._updates.append(event.update)

    async def join(self) -> None:
        """Connect and sync."""
        self.socket = await Socket.open(self._load.url, self._hear)
        if self._load.hello:
            self.say(bytes.fromhex(self._load.hello))
        self.say(protocol.step1(self.doc.get_state()))
        async with asyncio.timeout(30):
            await self.synced.wait()

    def say(self, message: bytes) -> None:
        """Send one message."""
        if self.socket is not None:
            self.socket.send(self._prefix + message)

    def _hear(self, message: bytes) -> None:
        if self._prefix:
            message = message[len(self._prefix) :]
        kind = message[0]
        if kind == protocol.AWARENESS:
            self._figures.presence += 1
        elif kind == protocol.SYNC or kind == 4:  # hocuspocus answers a step 1 as type 4
            self._figures.count(message, self._stamps)
            self._sync(message)

    def _sync(self, message: bytes) -> None:
        if message[1] == protocol.STEP2:
            self.synced.set()
        if self._checked:
            answer = pycrdt.handle_sync_message(message[1:], self.doc)
            if answer is not None:
                self.say(answer)
        elif message[1] == protocol.STEP1:
            self.say(NOTHING_NEW)

    def draw(self) -> None:
        """Change one shape."""
        key, stamp = f"el{self._number}_{self.sent % 5}", time.perf_counter_ns()
        shape = {
            "type": "rectangle",
            "x": random.random() * 1000,  # noqa: S311
            "y": 5.0,
            "version": self.sent,
            "strokeColor": "#1e1e1e",
            "pad": "p" * 250,
            "t": f"<T{stamp:019d}>",
        }
        self._stamps.add(stamp)
        self._mine = True
        self.elements[key] = shape
        self._mine = False
        self.written[key] = shape["t"]
        self.sent += 1
        for update in self._updates:
            self.say(protocol.update(update))
        self._updates.clear()

    def point(self) -> None:
        """Move the cursor."""
        self._moves += 1
        state = {"user": {"name": f"Person {self._number}", "color": "#2e7d32"}, "pointer": {"x": self._moves, "y": 7}}
        entry = protocol.entry(self.doc.client_id, self._moves, json.dumps(state))
        self.say(protocol.awareness([entry]))


async def repeat(action: Callable[[], None], rate: float, until: float) -> None:
    """Do something ``rate`` times a second, from a random moment on."""
    if not rate:
        return
    due = time.perf_counter() + random.random() / rate  # noqa: S311
    while due < until:
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        action()
        due += 1 / rate


async def drive(people: list[Person], load: Load, seconds: float) -> None:
    """Have everybody at work for so long."""
    until = time.perf_counter() + seconds
    await asyncio.gather(
        *(repeat(person.draw, load.rate, until) for person in people[: load.writers]),
        *(repeat(person.point, load.cursors, until) for person in people),
    )


async def run(load: Load) -> dict[str, Any]:
    """Join, warm up, measure, and compare what the checked clients have with what was written."""
    figures = Figures()
    checked = {0, load.clients // 2, load.clients - 1}
    people = [Person(number, load, figures, checked=number in checked) for number in range(load.clients)]
    for start in range(0, load.clients, 50):
        await asyncio.gather(*(person.join() for person in people[start : start + 50]))
    await drive(people, load, WARM_UP)
    await asyncio.sleep(0.5)

    sent = sum(person.sent for person in people)
    figures.start()
    server, own, began = cpu_seconds(load.pid), time.process_time(), time.perf_counter()
    await drive(people, load, load.seconds)
    updates = sum(person.sent for person in people) - sent
    wall, own = time.perf_counter() - began, time.process_time() - own
    presence = figures.presence
    wanted = updates * (load.clients - 1)
    await figures.until(wanted, DRAIN)
    server = cpu_seconds(load.pid) - server
    p50, p95, p99 = np.percentile(figures.latencies or [0], [50, 95, 99]) / 1e6
    written = {key: stamp for person in people for key, stamp in person.written.items()}
    return {
        "clients": load.clients,
        "writers": load.writers,
        "rate": load.rate,
        "updates": updates,
        "cpu_us_per_update": 1e6 * server / max(1, updates),
        "p50_ms": p50,
        "p95_ms": p95,
        "p99_ms": p99,
        "rss_mb": resident_mb(load.pid),
        "frames": figures.frames,
        "delivered": len(figures.latencies) / max(1, wanted),
        "presence_a_second": presence / wall / load.clients,
        "server_cpu": server / wall,
        "client_cpu": own / wall,
        "closed": sum(person.socket is None or person.socket.close_code is not None for person in people),
        "same": all(stamps(people[number]) == written for number in checked),
    }


def stamps(person: Person) -> dict[str, Any]:
    """Return when each shape was last changed, as this client has it."""
    shapes: dict[str, Any] = person.elements.to_py() or {}
    return {key: shape["t"] for key, shape in shapes.items()}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(run(Load(**json.loads(sys.argv[1]))))))
