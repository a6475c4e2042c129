"""The server dies in the middle of a meeting, and comes back."""

import difflib
import logging
import math
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest

from voicemind.audio.frame import SAMPLE_RATE
from voicemind.audio.tracks import Tracks
from voicemind.config import Config
from voicemind.recording import replay
from voicemind.room.opus import FRAME, RATE
from voicemind.room.player import play, read_pcm
from voicemind.timeline.transcript import Word

pytestmark = pytest.mark.anyio

logger = logging.getLogger(__name__)

SAMPLE = Path(__file__).parent.parent.parent / "demo" / "planning4"
ENGLISH = Config(model="tiny.en", language="en")

Row = dict[str, Any]


@contextmanager
def server(data: Path, *flags: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server with real models in a process of its own, and its address."""
    command = [sys.executable, "-m", "voicemind", "serve", "--open", "--data", str(data), "--port", "0", *flags]
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


class Standup:
    """A meeting over the network, in which people play what they say in the sample."""

    def __init__(self, client: httpx2.AsyncClient, tasks: anyio.abc.TaskGroup) -> None:
        self.client = client
        self.begun = 0.0  # unix time at which everybody began to play
        self._tasks = tasks

    async def minutes(self) -> list[Row]:
        """The turns as the server tells them; none before the first."""
        answer = await self.client.get("/api/rooms/standup/minutes")
        found: list[Row] = answer.json()["turns"] if answer.status_code == 200 else []
        return found

    async def until(self, enough: Callable[[list[Row]], object]) -> list[Row]:
        """Ask for the turns until there are enough, as a polling client would."""
        with anyio.fail_after(90):
            while not enough(turns := await self.minutes()):  # noqa: ASYNC110
                await anyio.sleep(0.2)
        return turns

    async def started(self) -> float:
        """Unix time at which the meeting's clock stood at zero."""
        return float((await self.client.get("/api/rooms/standup")).json()["started"])

    async def listens(self) -> None:
        """Wait until the models are loaded."""
        with anyio.fail_after(90):
            while (await self.client.get("/readyz")).status_code != 200:  # noqa: ASYNC110
                await anyio.sleep(0.1)

    async def play(self, excerpts: Mapping[str, tuple[float, float]]) -> None:
        """Let people say a part of the sample, from one second to another, and return when they begin."""
        waiting = len(excerpts)
        all_there = anyio.Event()

        async def ready() -> None:
            nonlocal waiting
            waiting -= 1
            if not waiting:
                self.begun = time.time()
                all_there.set()
            await all_there.wait()

        for name, (start, end) in excerpts.items():
            self._tasks.start_soon(self._speak, name, start, end, ready)
        with anyio.fail_after(60):
            await all_there.wait()

    async def _speak(self, name: str, start: float, end: float, ready: Callable[[], Any]) -> None:
        async def post(sdp: str) -> str:
            headers = {"Content-Type": "application/sdp"}
            query = f"participant={name.lower()}&name={name}"
            answer = await self.client.post(f"/whip/standup?{query}", content=sdp, headers=headers)
            return answer.raise_for_status().text

        frames = islice(read_pcm(SAMPLE / f"{name}.opus"), *(round(second * RATE / FRAME) for second in (start, end)))
        await play(frames, post, ready=ready)


@asynccontextmanager
async def meeting(address: str) -> AsyncIterator[Standup]:
    """The meeting on a server; who still speaks at the end is cut off."""
    async with httpx2.AsyncClient(base_url=address, trust_env=False) as client, anyio.create_task_group() as tasks:
        yield Standup(client, tasks)
        tasks.cancel_scope.cancel()


def spoken(turns: Iterable[Row]) -> list[tuple[str, float, float, str]]:
    """Turns without what is rounded when they are written down."""
    return [(turn["id"], turn["start"], turn["end"], turn["text"]) for turn in turns]


def text_of(turns: Iterable[Row], speaker: str) -> str:
    """All that somebody says."""
    return " ".join(turn["text"] for turn in turns if turn["speaker"] == speaker)


def recorded(data: Path) -> dict[str, list[str]]:
    """The words that the same model finds in what is on disk and not known to be transcribed, by track."""
    found = {}
    for track in Tracks(data / "tracks" / "standup").unheard():
        minutes = replay([part.path for part in track.parts], config=ENGLISH)
        found[track.label.track] = [word for turn in minutes.transcript for word in normal(turn.text)]
    return found


def heard(expected: Mapping[str, list[str]], turns: Iterable[Row]) -> bool:
    """Whether the turns say what is expected of each track, but for a word or two: sound may be cut elsewhere."""
    texts = {track: " ".join(t["text"] for t in turns if t["id"].startswith(f"{track}-")) for track in expected}
    return all(share_found(words, texts[track]) > 0.8 for track, words in expected.items())


def said(name: str, start: float, end: float) -> list[Word]:
    """What somebody says in the sample between two seconds, with the same model."""
    minutes = replay(tracks={name: SAMPLE / f"{name}.opus"}, config=ENGLISH, limit=end + 3)
    words = [word for turn in minutes.transcript for word in turn.words]
    return [word for word in words if start <= word.segment.start and word.segment.end <= end]


def normal(text: str) -> list[str]:
    """Words in lower case; a number may be written either way."""
    return ["4" if word == "four" else word for word in re.findall(r"[a-z0-9']+", text.lower())]


def share_found(expected: list[str], text: str) -> float:
    """How much of ``expected`` stands in a text, in its order."""
    matcher = difflib.SequenceMatcher(None, expected, normal(text), autojunk=False)
    return sum(block.size for block in matcher.get_matching_blocks()) / max(1, len(expected))


def recorded_until(data: Path, participant: str) -> float:
    """Second of the meeting up to which somebody's latest track is on disk."""
    found = [t for t in Tracks(data / "tracks" / "standup").all() if t.label.owner == participant]
    return max((frame.end for track in found for frame in track.read()), default=-math.inf) / SAMPLE_RATE


async def kill_while(
    data: Path, excerpts: Mapping[str, tuple[float, float]], after: float, *, wait: bool = True
) -> tuple[list[Row], Row]:
    """Play, kill the server so many seconds later; return the turns that were finished, and when things were.

    With ``wait`` it is killed later where nothing is finished yet: the machine may have other things to do.
    """
    with server(data) as (process, address):
        async with meeting(address) as standup:
            await standup.listens()
            await standup.play(excerpts)
            await anyio.sleep(standup.begun + after - time.time())
            finished, zero = await standup.until(len if wait else lambda _: True), await standup.started()
            process.send_signal(signal.SIGKILL)
            killed = time.time()
            process.wait()
    return finished, {"zero": zero, "begun": standup.begun - zero, "killed": killed - zero}


async def test_what_was_said_before_a_kill_is_transcribed_after_it(
    tmp_path: Path, model_folder: Callable[[str], Path]
) -> None:
    for name in ("tiny.en", "silero", "minilm"):
        model_folder(name)
    # Maya asks, which is finished when Victor is in the middle of his answer.
    finished, times = await kill_while(tmp_path, {"Maya": (14.4, 60), "Victor": (14.4, 60)}, after=9.5)
    lost = times["killed"] - recorded_until(tmp_path, "victor")
    until = 14.4 + times["killed"] - times["begun"] - 1.0
    expected = [word for w in said("Victor", 14.4, until) for word in normal(w.text)]
    assert {turn["speaker"] for turn in finished} == {"maya"}
    assert lost <= 1.0
    assert len(expected) > 10

    with server(tmp_path) as (_, address):
        async with meeting(address) as standup:
            # Nobody has come back yet: what was recorded is transcribed all the same, in its place.
            after = await standup.until(lambda turns: share_found(expected, text_of(turns, "victor")) > 0.8)
            assert spoken(turn for turn in after if turn["speaker"] == "maya") == spoken(finished)
            answer = [turn for turn in after if turn["speaker"] == "victor"]
            assert answer[0]["start"] == pytest.approx(times["begun"] + 17.7 - 14.4, abs=0.7)
            assert answer[-1]["end"] <= times["killed"] + 0.1  # windows are filled up

            await standup.play({"Victor": (46.0, 56.0)})
            later = await standup.until(lambda turns: turns[-1]["start"] > times["killed"])
            assert spoken(later)[: len(after)] == spoken(after)
            assert later[-1]["speaker"] == "victor"
            assert len({turn["id"] for turn in later}) == len(later)
    assert not list((tmp_path / "tracks").rglob("victor%2E1.*")), "what is transcribed and not kept goes"


@pytest.mark.soak
async def test_twenty_kills_in_mid_sentence_lose_nothing_that_was_finished(
    tmp_path: Path, model_folder: Callable[[str], Path]
) -> None:
    for name in ("tiny.en", "silero", "minilm"):
        model_folder(name)
    excerpts = {"Maya": (0.6, 40.0), "Tom": (28.7, 50.0), "Priya": (52.0, 65.0)}
    moments = random.Random(4)  # noqa: S311 - any moments will do
    losses: list[float] = []
    for _ in range(20):
        finished, times = await kill_while(tmp_path, excerpts, after=moments.uniform(6, 10), wait=False)
        losses += [times["killed"] - recorded_until(tmp_path, name.lower()) for name in excerpts]
        logger.info("seconds lost: %s", [round(loss, 2) for loss in losses[-3:]])
        expected = recorded(tmp_path)
        assert expected
        with server(tmp_path) as (_, address):
            async with meeting(address) as standup:
                await standup.until(partial(heard, expected))
                after = spoken(await standup.minutes())
        assert set(spoken(finished)) <= set(after)
        assert len({turn[0] for turn in after}) == len(after)
    assert max(losses) <= 1.0
