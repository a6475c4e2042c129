"""``voicemind demo``: a server, and the sample meeting played into one of its rooms by real peers."""

import datetime
import json
import signal
import tempfile
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import anyio

from voicemind.config import Config, ServeConfig
from voicemind.errors import InputError
from voicemind.room.opus import FRAME, RATE
from voicemind.room.player import play, read_pcm
from voicemind.room.room import Room
from voicemind.room.signaling import Offer
from voicemind.server.app import Parts
from voicemind.server.run import running
from voicemind.timeline.agenda import parse_agenda
from voicemind.timeline.event import Participant
from voicemind.timeline.minutes import Minutes

_PACKAGE = Path(__file__).resolve().parent.parent

MEETING = "planning4"


def sample() -> Path:
    """Return the folder of the sample meeting: inside an installed package, beside a checkout's."""
    inside = _PACKAGE / "demo" / MEETING
    return inside if inside.is_dir() else _PACKAGE.parent / "demo" / MEETING


def demo(
    port: int,
    config: Config,
    say: Callable[[str], None],
    *,
    seconds: float | None = None,
    stay: bool = True,
    parts: Parts | None = None,
) -> Minutes:
    """Serve, play the sample meeting (or its first ``seconds``) into a room at 1x, and return its minutes.

    ``say`` gets lines for people to read. With ``stay`` the room goes on until SIGINT or SIGTERM, so
    that people can talk along. Raises InputError for a port that cannot be used.
    """
    with tempfile.TemporaryDirectory(prefix="voicemind-demo-") as data:
        settings = ServeConfig(data=Path(data), port=port, open=True, config=config)
        return anyio.run(_demo, settings, say, seconds, stay, parts)


async def _demo(
    settings: ServeConfig, say: Callable[[str], None], seconds: float | None, stay: bool, parts: Parts | None
) -> Minutes:
    folder = sample()
    truth = json.loads(await anyio.Path(folder / "truth.json").read_text())
    agenda = parse_agenda(await anyio.Path(folder / "agenda.md").read_text())
    async with running(settings, parts) as serving:
        say("Loading the models …")
        await serving.services.rooms.engine.loaded()
        room = await serving.services.rooms.create(truth["title"], agenda)
        room.date = datetime.date.fromisoformat(truth["date"])  # "by Friday" is said of that day
        say(f"The meeting is on: open {serving.url}/r/{room.name} and join it.")
        with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(_cancel_at_signal, signals, tasks.cancel_scope)
                await _perform(room, folder, [person["name"] for person in truth["participants"]], seconds)
                if stay:
                    say("The sample is over; the room stays open. Ctrl+C ends it.")
                    await anyio.sleep_forever()
                tasks.cancel_scope.cancel()
        await room.end()
        minutes = room.minutes
        say(f"{len(minutes.transcript)} turns, {len(minutes.insights('action'))} actions.")
        return minutes


async def _cancel_at_signal(signals: object, scope: anyio.CancelScope) -> None:
    async for _ in signals:  # type: ignore[attr-defined]
        scope.cancel()


async def _perform(room: Room, folder: Path, names: list[str], seconds: float | None) -> None:
    """Let every participant of the sample join over WebRTC and say their part."""
    ready = _Barrier(len(names))
    async with anyio.create_task_group() as tasks:
        for name in names:
            tasks.start_soon(_participate, room, folder / f"{name}.opus", name, ready, seconds)


async def _participate(room: Room, recording: Path, name: str, ready: "_Barrier", seconds: float | None) -> None:
    async def post(sdp: str) -> str:
        return (await room.connect(Participant(name.lower(), name), Offer.parse(sdp))).answer

    frames = read_pcm(recording)
    if seconds is not None:
        if seconds <= 0:
            raise InputError("--seconds takes a number above 0")
        frames = islice(frames, round(seconds * RATE / FRAME))
    await play(frames, post, ready=ready.wait)


class _Barrier:
    """Lets tasks go on together once all of them are there."""

    def __init__(self, parties: int) -> None:
        self._missing = parties
        self._all = anyio.Event()

    async def wait(self) -> None:
        self._missing -= 1
        if self._missing == 0:
            self._all.set()
        await self._all.wait()
