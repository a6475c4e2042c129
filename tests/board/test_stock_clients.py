"""Yjs itself: two y-websocket clients in Node, and pycrdt beside them, on a server over real sockets."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest
from websockets.asyncio.client import connect

from tests.board.clients import Client, until
from voicemind.board.content import plain

SCENARIOS = ("edit", "offline", "presence", "trespass")


@pytest.fixture
def address(path: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "tests.board.sync_server", "0", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield f"ws://127.0.0.1:{server.stdout.readline().strip()}/sync"
        server.terminate()


def run(node: Path, address: str, scenario: str) -> dict[str, Any]:
    command = ["node", "clients.mjs", scenario, address, scenario]
    done = subprocess.run(command, cwd=node, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


async def content(address: str, room: str) -> dict[str, Any]:
    """What a pycrdt client sees who comes afterwards."""
    client = Client()
    async with connect(f"{address}/{room}") as socket, anyio.create_task_group() as tasks:

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
