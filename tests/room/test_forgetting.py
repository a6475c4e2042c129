"""Who does not wish to be heard by the engine is not, and who wishes to be forgotten is."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio
import pytest

from tests.fakes import EnergyVad, ScriptedAsr, fake_models, track
from tests.room.host import LOCAL
from tests.test_recording import write
from voicemind.audio.frame import AudioFrame, Samples
from voicemind.audio.tracks import Tracks
from voicemind.backends.loading import Models
from voicemind.config import Config
from voicemind.errors import UnknownSession
from voicemind.room.peer import Post
from voicemind.room.player import play, read_pcm
from voicemind.room.registry import Rooms, open_rooms
from voicemind.room.room import Room
from voicemind.room.signaling import Offer
from voicemind.timeline.event import Consent, Participant

pytestmark = pytest.mark.anyio

MERGER = "the merger is off"
PLAN = "we ship on Friday"


class Spy(EnergyVad):
    """Listens in where the voice activity of every track is detected."""

    loudest = 0.0

    def __call__(self, samples: Samples) -> float:
        Spy.loudest = max(Spy.loudest, float(abs(samples).max()))
        return super().__call__(samples)


@asynccontextmanager
async def room_at(data: Path, asr: ScriptedAsr) -> AsyncIterator[tuple[Room, Rooms]]:
    Spy.loudest = 0.0

    async def load() -> Models:
        return replace(fake_models(asr), new_vad=Spy)

    async with open_rooms(data, load, Config(), LOCAL) as found:
        yield await found.open("weekly", create=True), found


def post_to(room: Room, name: str, heard: bool | None = None) -> Post:
    async def post(sdp: str) -> str:
        connected = await room.connect(Participant(f"p-{name}", name), Offer.parse(sdp), heard=heard)
        return connected.answer

    return post


async def turns_of(room: Room, speaker: str, count: int) -> None:
    with anyio.fail_after(60):
        while sum(turn.speaker == speaker for turn in room.board.document.turns()) < count:  # noqa: ASYNC110
            await anyio.sleep(0.02)


@pytest.fixture
def speech(tmp_path: Path) -> Path:
    return write(tmp_path / "speech.wav", track(0.5, 1.5, 1.0))


async def test_who_is_not_heard_reaches_people_alone(tmp_path: Path, speech: Path) -> None:
    asr, heard = ScriptedAsr(), list[AudioFrame]()
    async with room_at(tmp_path / "data", asr) as (room, _), room.subscribe() as facts:
        async with anyio.create_task_group() as tasks:
            quiet = write(tmp_path / "quiet.wav", track(4.0))
            tasks.start_soon(play, read_pcm(quiet), post_to(room, "Tom"), heard.append)
            await play(read_pcm(speech), post_to(room, "Maya", heard=False))
        told: Any = room.board.document.meeting()["participants"]
        await room.end()

        assert {key: person["heard"] for key, person in told.items()} == {"p-Maya": False, "p-Tom": True}
        assert any(abs(frame.samples).max() > 0.1 for frame in heard)
        assert Spy.loudest < 0.001
        assert asr.requests == []
        assert room.board.document.turns() == []
        assert {found.label.owner for found in Tracks(tmp_path / "data" / "tracks" / "weekly").all()} <= {"p-Tom"}
        there = [facts.receive_nowait() for _ in range(facts.statistics().current_buffer_used)]
        wishes = [fact for fact in there if isinstance(fact, Consent)]
        assert {(wish.participant.name, wish.heard) for wish in wishes} == {("Maya", False)}


async def test_a_wish_holds_from_its_moment_on_and_over_a_restart(tmp_path: Path) -> None:
    parts = [0.5, *[0.7] * 16]
    speech = write(tmp_path / "speech.wav", track(*parts))
    asr = ScriptedAsr()
    async with room_at(tmp_path / "data", asr) as (room, _), anyio.create_task_group() as tasks:
        with pytest.raises(UnknownSession):
            await room.listen("p-Maya", False)
        tasks.start_soon(play, read_pcm(speech), post_to(room, "Maya"))
        await turns_of(room, "p-Maya", 1)
        await room.listen("p-Maya", False)
        began = room.position
        await anyio.sleep(3)
        ended = room.position
        await room.listen("p-Maya", True)
        before = len(room.board.document.turns())
        await turns_of(room, "p-Maya", before + 1)
        await room.listen("p-Maya", False)
        tasks.cancel_scope.cancel()
    deaf = [r for r in asr.requests if began + 0.1 < r.start / 16_000 + len(r.samples) / 32_000 < ended - 0.1]
    assert deaf == []
    assert all(t.segment.end < began + 0.3 or t.segment.start > ended - 0.1 for t in room.board.document.turns())

    asr.requests.clear()
    async with room_at(tmp_path / "data", asr) as (room, _):
        assert [(p.name, p.heard) for p in room.participants] == [("Maya", False)]
        await play(read_pcm(write(tmp_path / "more.wav", track(0.3, 1.0, 0.5))), post_to(room, "Maya"))
        assert asr.requests == []


async def test_who_is_forgotten_is_nowhere_and_the_meeting_goes_on(tmp_path: Path) -> None:
    data, asr = tmp_path / "data", ScriptedAsr({("p-Maya.2", 0): MERGER, ("p-Tom.1", 0): PLAN, ("p-Maya.2", 1): MERGER})
    talk = write(tmp_path / "talk.wav", track(0.5, 1.0, 3.0, 1.0, 3.0, 1.0, 3.0, 1.0, 1.0))
    once = write(tmp_path / "once.wav", track(1.5, 1.0, 1.0, 1.0, 1.0))
    async with room_at(data, asr) as (room, _), anyio.create_task_group() as tasks:
        await room.sound.keep(True)
        tasks.start_soon(play, read_pcm(talk), post_to(room, "Tom"))
        await turns_of(room, "p-Tom", 1)
        await play(read_pcm(once), post_to(room, "Maya"))
        await turns_of(room, "p-Maya", 1)
        tom = [turn for turn in room.board.document.turns() if turn.speaker == "p-Tom"]
        assert await room.forget("p-Maya") >= 1

        left = room.board.document.turns()
        assert {turn.speaker for turn in left} == {"p-Tom"}
        assert set(tom) <= set(left)
        assert "p-Maya" not in {turn.speaker for turn in room.minutes.transcript}
        assert {found.label.owner for found in await room.sound.all()} == {"p-Tom"}
        for file in data.rglob("*"):
            assert not file.is_file() or MERGER.encode() not in file.read_bytes(), file
        await turns_of(room, "p-Tom", len(left) + 1)
        assert PLAN in room.board.document.turns()[0].text
        tasks.cancel_scope.cancel()
    assert {turn.speaker for turn in room.minutes.transcript} == {"p-Tom"}
