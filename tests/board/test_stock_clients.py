"""Yjs itself: y-websocket clients in Node, and pycrdt with its own provider, on a server over real sockets."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anyio
import pycrdt
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.board.clients import Client, until
from voicemind.board import protocol
from voicemind.board.content import plain
from voicemind.board.protocol import Reader
from voicemind.board.store import open_store

SCENARIOS = ("edit", "offline", "presence", "trespass")


@pytest.fixture
def address(path: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "tests.board.sync_server", "0", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield f"ws://127.0.0.1:{server.stdout.readline().strip()}/sync"
        server.terminate()


@contextmanager
def serving(data: Path) -> Iterator[str]:
    """The whole server with its board, as ``voicemind serve --open`` runs it, but without models."""
    command = [sys.executable, "-m", "voicemind.bench.board_server", str(data)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout is not None
        yield f"{server.stdout.readline().strip().replace('http', 'ws', 1)}/sync"
        server.terminate()


def run_script(node: Path, script: str, *arguments: str, seconds: float = 60) -> dict[str, Any]:
    command = ["node", script, *arguments]
    done = subprocess.run(command, cwd=node, capture_output=True, text=True, timeout=seconds, check=False)
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def run(node: Path, address: str, scenario: str) -> dict[str, Any]:
    return run_script(node, "clients.mjs", scenario, address, scenario)


async def content(address: str, room: str) -> dict[str, Any]:
    """What a pycrdt client sees who comes afterwards."""
    client = Client()
    async with connect(f"{address}/{room}", max_size=None) as socket, anyio.create_task_group() as tasks:

        async def listen() -> None:
            async for frame in socket:
                assert isinstance(frame, bytes)
                if answer := client.hear(frame):
                    await socket.send(answer)

        tasks.start_soon(listen)
        await socket.send(client.hello())
        await until(client.synced.is_set)
        tasks.cancel_scope.cancel()
    seen = {name: plain(root) for name, root in client.roots.items()}
    notes = [{"heading": note["heading"], "body": str(note["body"])} for note in client.roots["sections"]]
    return seen | {"sections": notes}


@pytest.mark.anyio
@pytest.mark.parametrize("scenario", SCENARIOS)
async def test_stock_clients_and_pycrdt_agree(node: Path, address: str, scenario: str) -> None:
    result = await anyio.to_thread.run_sync(run, node, address, scenario)
    seen = await content(address, scenario)
    assert result["a"] == result["b"] == {name: seen[name] for name in result["a"]}
    match scenario:
        case "edit":
            assert seen["title"] == "😀👍🏽  für 2027"
            assert seen["elements"]["e1"] == {
                "type": "rectangle",
                "x": 99,
                "y": -2,
                "points": [[0, 0], [3, 4.25]],
                "index": "a0",
                "strokeColor": "#ff0000",
            }
            assert seen["sections"] == [{"heading": "Notes", "body": "<paragraph>Größe  von 🍞𝛑 fällt</paragraph>"}]
            assert result["saved"] == result["sent"] == 6
        case "offline":
            assert {item["id"] for item in seen["agenda"]} == {"i1", "i2", "i3"}
            assert (seen["elements"]["e1"]["x"], seen["elements"]["e1"]["strokeColor"]) == (7, "#00ff00")
            assert seen["title"].startswith("Online ")
            assert seen["title"].endswith(" offline 🚆")
        case "presence":
            assert result["noted"]["gone"] < 1000  # milliseconds, where stock servers leave a ghost for 30 s
        case "trespass":
            assert result["noted"] == {"code": 4403, "other": None, "connected": True}
            assert seen["transcript"] == {}
            assert seen["title"] == "A real title"


class Socket(pycrdt.Channel):
    """A WebSocket as pycrdt's provider wants it, which counts what the server has to keep, and what it says it kept."""

    def __init__(self, connection: ClientConnection) -> None:
        self.sent = self.saved = 0
        self._connection = connection

    @property
    def path(self) -> str:
        return ""

    async def __anext__(self) -> bytes:
        try:
            return await self.recv()
        except ConnectionClosed:
            raise StopAsyncIteration from None

    async def send(self, message: bytes) -> None:
        self.sent += message[0] == protocol.SYNC and message[1] in (protocol.STEP2, protocol.UPDATE)
        await self._connection.send(message)

    async def recv(self) -> bytes:
        message = await self._connection.recv()
        assert isinstance(message, bytes)
        if message[0] == protocol.SAVED:
            self.saved = Reader(message[1:]).uint()
        return message


@pytest.mark.anyio
async def test_pycrdts_own_provider_syncs_both_ways(address: str, path: Path) -> None:
    ada, bob = Client(), Client()
    ada.roots["title"].insert(0, "Written before it was connected 😀")
    async with connect(f"{address}/room?ack=1") as left, connect(f"{address}/room?ack=1") as right:
        channels = Socket(left), Socket(right)
        async with pycrdt.Provider(ada.doc, channels[0]) as one, pycrdt.Provider(bob.doc, channels[1]) as two:
            await until(lambda: one.synced.is_set() and two.synced.is_set())
            await until(lambda: str(bob.roots["title"]).endswith("😀"))
            bob.roots["elements"]["e1"] = pycrdt.Map({"x": 1.5, "points": [[0, 0], [3, 4]]})
            await until(lambda: "e1" in ada.roots["elements"])
            ada.roots["elements"]["e1"]["x"] = 2.5
            bob.roots["elements"]["e1"]["strokeColor"] = "#ff0000"
            wanted = {"x": 2.5, "points": [[0, 0], [3, 4]], "strokeColor": "#ff0000"}
            await until(lambda: plain(ada.roots["elements"]["e1"]) == plain(bob.roots["elements"]["e1"]) == wanted)
            await until(lambda: all(channel.saved == channel.sent for channel in channels))

    seen = await content(address, "room")
    assert seen["title"] == "Written before it was connected 😀"
    assert seen["elements"] == {"e1": wanted}
    async with open_store(path) as store:
        log = await store.load("room")
    assert len(log.updates) == 5  # the history's name and four changes: what the provider sends back is not kept


def hold_workshop(node: Path, data: Path, **plan: int) -> dict[str, Any]:
    """Have many people edit a board, some of them offline for a while, and see what all of them have in the end."""
    with serving(data) as address:
        found = run_script(node, "workshop.mjs", address, "workshop", json.dumps(plan), seconds=600)
    with serving(data) as address:
        kept = anyio.run(content, address, "workshop")
    assert found["missing"] == []
    assert len(found["hashes"]) == 1
    assert found["same"]
    assert found["closed"] == 0
    assert found["edits"] == plan["people"] * plan["edits"]
    assert found["content"] == {name: kept[name] for name in found["content"]}
    return found


def test_a_workshop_loses_nothing_of_those_who_were_offline(node: Path, tmp_path: Path) -> None:
    hold_workshop(node, tmp_path, people=12, offline=4, edits=60, rate=40)


@pytest.mark.soak
def test_fifty_people_converge_after_ten_minutes_offline(
    node: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = hold_workshop(node, tmp_path, people=50, offline=15, edits=300, rate=10)
    with capsys.disabled():
        sys.stdout.write(f"\n{found['edits']} edits: converged {found['converged_ms']:.0f} ms after coming back, ")
        sys.stdout.write(f"all on disk after {found['saved_ms']:.0f} ms\n")
    assert found["converged_ms"] < 60_000  # a guard: what the time should be is measured on a quiet machine
