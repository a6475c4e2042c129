"""What was said, and what lets people in, is in no log; not even at its most talkative."""

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import anyio
import httpx2
import pytest
from websockets.asyncio.client import connect

from tests.board.clients import Client
from tests.server.serving import client_of, end, stream
from voicemind.config import Config, ServeConfig
from voicemind.room.player import play, read_pcm
from voicemind.server.app import Parts
from voicemind.server.run import running

pytestmark = pytest.mark.anyio

SAMPLE = Path(__file__).parent.parent.parent / "demo" / "planning4" / "Maya.opus"
CLIENTS = ("httpx", "httpcore", "hpack", "websockets.client")
"""Who speaks for the test's own side of a connection."""
SDP = {"Content-Type": "application/sdp"}
NOTE = "nobody else's business"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def meet(config: ServeConfig, parts: Parts | None, recording: Path, patience: float) -> tuple[set[str], set[str]]:
    """Hold a meeting in every way there is, with mishaps; returns what lets people in, and what was said."""
    async with running(config, parts) as serving, client_of(serving) as owner:
        room = (await owner.post("/api/rooms", json={"title": NOTE})).json()
        secrets = {(config.data / "owner.key").read_text().strip(), serving.sign_in.partition("?token=")[2]}
        secrets |= {link.partition("?token=")[2] for link in room["links"].values()}
        place = f"/api/rooms/{room['room']}"
        await serving.services.rooms.engine.loaded()
        invited = {"Authorization": f"Bearer {room['links']['write'].partition('?token=')[2]}"}
        seat = (await owner.post(f"{place}/join", json={"name": "Maya"}, headers=invited)).json()["token"]
        secrets.add(seat)

        async def post(sdp: str) -> str:
            answer = await owner.post(f"/whip/{room['room']}?token={seat}", content=sdp, headers=SDP)
            return answer.raise_for_status().text

        address = serving.url.replace("http", "ws")
        async with (
            connect(f"{address}/sync/{room['room']}?token={seat}") as board,
            connect(f"{address}/events/{room['room']}", subprotocols=[f"yauth-{seat}"]) as events,  # type: ignore[list-item]
            stream(owner, f"{place}/events?token={seat}"),
        ):
            await board.send(Client().hello())
            with anyio.fail_after(patience):
                async with anyio.create_task_group() as tasks:
                    tasks.start_soon(play, read_pcm(recording), post)
                    while json.loads(await events.recv())["type"] != "turn":
                        pass
                    tasks.cancel_scope.cancel()
            await board.send(b"\xff" + NOTE.encode())
        await misbehave(owner, place, seat)
        await end(owner, room["room"])
        said = {turn["text"] for turn in (await owner.get(f"{place}/minutes")).json()["turns"]}
    assert said
    return secrets, said | {NOTE}


async def misbehave(owner: httpx2.AsyncClient, place: str, seat: str) -> None:
    """Ask for what cannot be, with a good token in the address and words in the body."""
    for body in (f'{{"kind": "{NOTE}"}}', NOTE):
        headers = {"Content-Type": "application/json", "Authorization": ""}
        answer = await owner.post(f"{place}/corrections?token={seat}", content=body, headers=headers)
        assert 400 <= answer.status_code < 500
    await owner.post(f"/whip/{place.rpartition('/')[2]}?token={seat}", content=NOTE, headers=SDP)


def check(caplog: pytest.LogCaptureFixture, secrets: set[str], said: set[str]) -> None:
    """Look through everything that was logged, as it would be written with every detail."""
    formatter = logging.Formatter()
    ours = [record for record in caplog.records if not record.name.startswith(CLIENTS)]
    assert ours, "the log was not listened to"
    for record in ours:
        line = formatter.format(record)
        for word in secrets | said:
            assert word.strip() not in line, f"{record.name} tells {word!r}"


async def test_no_secret_and_no_word_is_logged(
    config: ServeConfig, parts: Parts, speech: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    check(caplog, *await meet(config, parts, speech, 20))


@pytest.mark.soak
async def test_no_secret_and_no_word_of_real_speech_is_logged(
    config: ServeConfig, model_folder: Callable[[str], Path], caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("tiny.en", "silero", "minilm"):
        model_folder(name)
    caplog.set_level(logging.DEBUG)
    real = replace(config, config=Config(model="tiny.en", language="en"))
    check(caplog, *await meet(real, None, SAMPLE, 120))
