"""The server behind a real port."""

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Thread

import anyio
import httpx2
import pytest
from websockets.asyncio.client import connect

from tests.board.clients import Client
from tests.board.conftest import node as node  # the stock clients in Node
from tests.board.test_stock_clients import run as run_stock_clients
from tests.room.offers import CHROME
from tests.server.serving import Row, client_of, end, stream
from tests.server.visits import turn
from voicemind.config import ServeConfig
from voicemind.errors import BoardError, InputError
from voicemind.room.player import play, read_pcm
from voicemind.server.app import Parts
from voicemind.server.run import Serving, running, serve

pytestmark = pytest.mark.anyio


@pytest.fixture
async def serving(config: ServeConfig, parts: Parts) -> AsyncIterator[Serving]:
    async with running(replace(config, open=True), parts) as found:
        yield found


async def test_the_page_and_its_parts_are_served(serving: Serving) -> None:
    assert serving.url == f"http://127.0.0.1:{serving.url.rpartition(':')[2]}"
    async with client_of(serving) as client:
        assert "the page" in (await client.get("/r/weekly")).text
        assert (await client.get("/healthz")).json() == {"status": "ok", "degraded": []}
        headers = (await client.get("/healthz")).headers
        assert "server" not in headers
        assert headers["x-content-type-options"] == "nosniff"


async def test_a_meeting_is_heard_and_can_be_watched_in_every_way(serving: Serving, speech: Path) -> None:
    async with client_of(serving) as client, httpx2.AsyncClient(base_url=serving.url, trust_env=False) as anybody:
        room = (await client.post("/api/rooms", json={"title": "Weekly", "agenda": ["Budget"]})).json()["room"]
        sessions: list[str] = []

        async def post(sdp: str) -> str:
            answer = await anybody.post(
                f"/whip/{room}?participant=maya&name=Maya",
                content=sdp,
                headers={"Content-Type": "application/sdp"},
            )
            assert (answer.status_code, answer.headers["content-type"]) == (201, "application/sdp")
            sessions.append(answer.headers["location"])
            return answer.text

        async with (
            stream(client, f"/api/rooms/{room}/events") as events,
            connect(f"{serving.url.replace('http', 'ws')}/events/{room}") as socket,
            anyio.create_task_group() as tasks,
        ):
            tasks.start_soon(play, read_pcm(speech), post)
            joined = await events.until("participant_joined")
            assert joined["data"] == {"id": "maya", "name": "Maya"}
            interim = await events.until("interim")
            assert (interim["seq"], interim["data"]["speaker"]) == (None, "maya")
            said = await events.until("turn")
            assert (said["data"]["speaker"], said["data"]["track"]) == ("maya", "maya.1")
            assert str(said["seq"]) == events.last_id
            heard: list[Row] = []
            with anyio.fail_after(60):
                while not heard or heard[-1]["type"] != "turn":
                    heard.append(json.loads(await socket.recv()))
            assert heard[-1] == said

        info = (await client.get(f"/api/rooms/{room}")).json()
        assert (info["state"], info["title"]) == ("live", "Weekly")
        assert abs(info["started"] - time.time()) < 60
        assert (await end(client, room))["state"] == "done"
        minutes = (await client.get(f"/api/rooms/{room}/minutes")).json()
        assert [row["id"] for row in minutes["turns"]] == [said["data"]["id"]]
        assert [row["name"] for row in minutes["speakers"]] == ["Maya"]
        assert (await client.get(f"/api/rooms/{room}/talk")).json()["shares"] == {"maya": 1.0}
        over = await client.post(f"/whip/{room}", content=CHROME, headers={"Content-Type": "application/sdp"})
        assert over.status_code == 409
        assert sessions[0].startswith(f"/whip/{room}/")


async def test_an_event_stream_resumes_where_it_broke_off(serving: Serving) -> None:
    room = await serving.services.rooms.open("weekly", create=True)
    async with client_of(serving) as client:
        async with stream(client, "/api/rooms/weekly/events") as events:
            await room.board.write(lambda document: document.add_turn(turn(1)))
            assert (await events.next())["type"] == "document_changed"
        await room.board.write(lambda document: document.add_turn(turn(2)))
        await anyio.sleep(0.4)
        async with stream(client, "/api/rooms/weekly/events", events.last_id) as again:
            found = [await again.next() for _ in range(3)]
        assert [event["type"] for event in found] == ["saved", "document_changed", "saved"]
        assert [event["seq"] for event in found] == [int(events.last_id) + n for n in (1, 2, 3)]
        async with stream(client, "/api/rooms/weekly/events", "1") as stranger:
            assert (await stranger.next())["type"] == "resync"


async def test_what_was_never_heard_is_resumed_too(serving: Serving) -> None:
    """Somebody whose connection breaks before the first event has a number to come back with."""
    room = await serving.services.rooms.open("weekly", create=True)
    async with client_of(serving) as client:
        async with client.stream("GET", "/api/rooms/weekly/events") as response:
            lines = response.aiter_lines()
            while not (line := await anext(lines)).startswith("id: "):
                pass
        serving.services.events(room).publish("turn", {"n": 1})
        async with stream(client, "/api/rooms/weekly/events", line.removeprefix("id: ")) as events:
            assert (await events.next())["data"] == {"n": 1}


async def test_yjs_clients_sync_through_the_server(serving: Serving) -> None:
    one, other = Client(), Client()
    one.roots["title"].insert(0, "From one")
    for client in (one, other):
        async with connect(f"{serving.url.replace('http', 'ws')}/sync/weekly?ack=1") as socket:
            await socket.send(client.hello())
            with anyio.fail_after(60):
                while not (client.synced.is_set() and client.saved):
                    frame = await socket.recv()
                    assert isinstance(frame, bytes)
                    if answer := client.hear(frame):
                        await socket.send(answer)
    assert str(other.roots["title"]) == "From one"


@pytest.mark.parametrize("scenario", ["edit", "offline", "presence", "trespass"])
async def test_stock_clients_sync_through_the_server(serving: Serving, node: Path, scenario: str) -> None:
    address = f"{serving.url.replace('http', 'ws')}/sync"
    result = await anyio.to_thread.run_sync(run_stock_clients, node, address, scenario)
    assert result["a"] == result["b"]
    if scenario == "trespass":
        assert result["noted"]["code"] == 4403


async def test_a_malformed_frame_is_one_client_s_own_trouble(serving: Serving) -> None:
    address = f"{serving.url.replace('http', 'ws')}/sync/weekly"
    async with connect(address) as good, connect(address) as bad:
        await good.send(Client().hello())
        for _ in range(3):
            await bad.send(b"\xff\xff\xff")
        with anyio.fail_after(60):
            await bad.wait_closed()
            assert bad.close_code == 4400
            await good.recv()
        assert good.close_code is None


async def test_a_malformed_offer_is_one_client_s_own_trouble(serving: Serving) -> None:
    async with client_of(serving) as client:
        for body in ("", "v=0\r\nnonsense", CHROME.replace("opus", "pcma"), "\x00" * 100_000):
            answer = await client.post("/whip/weekly", content=body, headers={"Content-Type": "application/sdp"})
            assert 400 <= answer.status_code < 500
            assert answer.headers["content-type"] == "application/problem+json"
        wrong = await client.post("/whip/weekly", content=CHROME, headers={"Content-Type": "text/plain"})
        assert wrong.status_code == 415
        assert (await client.get("/healthz")).json()["status"] == "ok"


async def test_a_session_is_trickled_to_and_ended(serving: Serving) -> None:
    async with client_of(serving) as client:
        made = await client.post("/whip/weekly", content=CHROME, headers={"Content-Type": "application/sdp"})
        place, etag = made.headers["location"], made.headers["etag"]
        fragment = "a=ice-ufrag:EsAw\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\na=end-of-candidates\r\n"
        headers = {"Content-Type": "application/trickle-ice-sdpfrag"}
        assert (await client.patch(place, content=fragment, headers=headers)).status_code == 428
        headers["If-Match"] = etag
        assert (await client.patch(place, content=fragment, headers=headers)).status_code == 204
        assert (await client.patch(place, content="nonsense", headers=headers)).status_code == 400
        assert (await client.delete(place)).status_code == 200
        gone = await client.delete(place)
        assert (gone.status_code, gone.headers["content-type"]) == (404, "application/problem+json")
        assert (await client.patch(place, content=fragment, headers=headers)).status_code == 404


async def test_a_server_stops_at_once_although_somebody_listens(config: ServeConfig, parts: Parts) -> None:
    async with AsyncExitStack() as server:
        serving = await server.enter_async_context(running(replace(config, open=True), parts))
        async with (
            client_of(serving) as client,
            stream(client, "/api/rooms/weekly/events") as events,
            connect(f"{serving.url.replace('http', 'ws')}/sync/weekly") as socket,
        ):
            began = time.monotonic()
            await server.aclose()
            assert time.monotonic() - began < 2
            with pytest.raises(anyio.EndOfStream):
                await events.next()
            with anyio.fail_after(60):
                await socket.wait_closed()
            assert socket.close_code == 1012  # stock clients come back after it


async def test_an_error_inside_comes_out_as_it_is(config: ServeConfig, parts: Parts) -> None:
    with pytest.raises(InputError, match="mine"):
        async with running(config, parts):
            raise InputError("mine")


async def test_rooms_that_cannot_be_read_are_an_error_of_one_line(config: ServeConfig, parts: Parts) -> None:
    (config.data / "boards.sqlite").mkdir(parents=True)
    with pytest.raises(BoardError, match=r"boards\.sqlite"):
        async with running(config, parts):
            pass


async def test_only_the_first_start_is_the_first(config: ServeConfig, parts: Parts) -> None:
    for first in (True, False):
        async with running(config, parts) as serving, client_of(serving) as client:
            assert serving.first is first
            link = serving.link("weekly", "read")
            assert link.startswith(f"{serving.url}/r/weekly?token=")
            assert (await client.get("/api/recordings")).status_code == 200
            async with httpx2.AsyncClient(base_url=serving.url, trust_env=False) as stranger:
                assert (await stranger.get("/api/recordings")).status_code == 401


async def test_https_with_a_certificate_of_its_own(config: ServeConfig, parts: Parts) -> None:
    async with running(replace(config, tls=True), parts) as serving:
        assert serving.url.startswith("https://127.0.0.1:")
        verify = str(config.data / "tls-certificate.pem")
        context = ssl.create_default_context(cafile=verify)
        async with httpx2.AsyncClient(base_url=serving.url, verify=context, trust_env=False) as client:
            assert (await client.get("/healthz")).json()["status"] == "ok"


@contextmanager
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        yield taken.getsockname()[1]


async def test_a_port_that_is_in_use_is_bad_input(config: ServeConfig, parts: Parts) -> None:
    with taken_port() as port, pytest.raises(InputError, match=f"port {port} is in use; .*--port"):
        async with running(replace(config, port=port), parts):
            pass


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"port": 70_000}, "no port"),
        ({"host": "192.0.2.1"}, "no address"),
        ({"host": "no such host"}, "no address"),
        ({"host": "0.0.0.0", "open": True}, "loopback"),  # noqa: S104
        ({"ice_servers": ("http://x",)}, "no ICE server"),
        ({"certificate": (Path("no.pem"), Path("no.pem"))}, "no such file"),
        ({"ice_addresses": ("home",)}, "no IP address"),
    ],
)
async def test_settings_that_cannot_be_are_bad_input(
    config: ServeConfig, settings: dict[str, object], said: str
) -> None:
    with pytest.raises(InputError, match=said):
        async with running(replace(config, **settings)):  # type: ignore[arg-type]
            pass


PROGRAM = """
import sys
from pathlib import Path
from voicemind.config import Config, ServeConfig
from voicemind.server.run import serve
config = ServeConfig(Path(sys.argv[1]), port=0, open=True, config=Config(model="tiny.en", language="en"))
serve(config, lambda serving: print(serving.url, flush=True))
"""


@contextmanager
def process(data: Path) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """A server as its own process, with the real models where they are on this machine."""
    with subprocess.Popen([sys.executable, "-c", PROGRAM, str(data)], stdout=subprocess.PIPE, text=True) as started:
        try:
            assert started.stdout is not None
            yield started, started.stdout.readline().strip()
        finally:
            started.kill()


def test_a_server_answers_within_three_seconds_and_never_loads_torch(tmp_path: Path, model_folder: object) -> None:
    began = time.monotonic()
    with process(tmp_path / "data") as (server, url), httpx2.Client(base_url=url, trust_env=False) as client:
        assert client.get("/healthz").json()["status"] == "ok"
        assert time.monotonic() - began < 3
        assert client.get("/readyz").status_code in (200, 503)
        while (ready := client.get("/readyz").json())["models"]["state"] == "loading":
            assert time.monotonic() - began < 120
            time.sleep(0.2)
        assert ready["models"]["state"] == "ready", ready
        maps = Path(f"/proc/{server.pid}/maps").read_text()
        assert "onnxruntime" in maps
        assert "libtorch" not in maps
        server.send_signal(signal.SIGTERM)
        assert server.wait(5) == 0


def test_an_interrupted_server_ends_with_keyboard_interrupt(tmp_path: Path) -> None:
    with process(tmp_path / "data") as (server, _):
        server.send_signal(signal.SIGINT)
        assert server.wait(10) == -signal.SIGINT


def test_serve_says_that_it_answers_only_when_it_does(config: ServeConfig, parts: Parts) -> None:
    answers: list[int] = []

    def ask(url: str) -> None:
        answers.append(httpx2.get(f"{url}/healthz", trust_env=False).status_code)
        os.kill(os.getpid(), signal.SIGTERM)

    serve(config, lambda serving: Thread(target=ask, args=(serving.url,)).start(), parts)
    assert answers == [200]
