"""The server dies in the middle of a meeting, and comes back."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import anyio
import httpx2
import pytest

from voicemind.room.player import play, read_pcm

pytestmark = pytest.mark.anyio

SAMPLE = Path(__file__).parent.parent.parent / "demo" / "planning4"


@contextmanager
def server(data: Path, port: int = 0) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server with real models in a process of its own, and its address."""
    command = [sys.executable, "-m", "voicemind", "serve", "--open", "--data", str(data), "--port", str(port)]
    process = subprocess.Popen(
        [*command, "--model", "tiny.en", "--language", "en"],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    with process.stdout:
        try:
            yield process, process.stdout.readline().split()[-1]
        finally:
            process.kill()
            process.wait()


async def turns(client: httpx2.AsyncClient) -> list[dict[str, object]]:
    answer = await client.get("/api/rooms/standup/minutes")
    found: list[dict[str, object]] = answer.json()["turns"] if answer.status_code == 200 else []
    return found


async def speak(client: httpx2.AsyncClient, seconds: int) -> None:
    """Say the beginning of the sample meeting into the room."""

    async def post(sdp: str) -> str:
        headers = {"Content-Type": "application/sdp"}
        answer = await client.post("/whip/standup?participant=maya&name=Maya", content=sdp, headers=headers)
        return answer.raise_for_status().text

    frames = read_pcm(SAMPLE / "Maya.opus")
    await play((frame for _, frame in zip(range(50 * seconds), frames, strict=False)), post)


async def test_finished_turns_outlive_a_kill_and_the_meeting_goes_on(
    tmp_path: Path, model_folder: Callable[[str], Path]
) -> None:
    for name in ("tiny.en", "silero", "minilm"):
        model_folder(name)
    with server(tmp_path) as (process, address):
        async with httpx2.AsyncClient(base_url=address, trust_env=False) as client, anyio.create_task_group() as tasks:
            tasks.start_soon(speak, client, 60)
            with anyio.fail_after(60):
                while not (before := await turns(client)):  # noqa: ASYNC110 - asked as a polling client would
                    await anyio.sleep(0.2)
            process.send_signal(signal.SIGKILL)
            tasks.cancel_scope.cancel()

    with server(tmp_path) as (_, address):
        async with httpx2.AsyncClient(base_url=address, trust_env=False) as client:
            assert [turn["id"] for turn in await turns(client)][: len(before)] == [turn["id"] for turn in before]
            with anyio.fail_after(60):
                await speak(client, 20)
                while len(after := await turns(client)) <= len(before):  # noqa: ASYNC110
                    await anyio.sleep(0.2)

    assert [turn["text"] for turn in after][: len(before)] == [turn["text"] for turn in before]
    assert {turn["speaker"] for turn in after} == {"maya"}
