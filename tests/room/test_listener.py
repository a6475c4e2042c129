import contextlib
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import anyio
import pytest

from tests.fakes import ScriptedAsr, fake_models, track
from tests.room.host import LOCAL
from tests.room.test_room import post_to
from tests.test_recording import write
from voicemind.audio.tracks import Tracks
from voicemind.backends.loading import Models
from voicemind.config import Config, RoomConfig
from voicemind.room.player import play, read_pcm
from voicemind.room.registry import Rooms, open_rooms
from voicemind.room.room import Room
from voicemind.speech.ports import Decode, Decoded
from voicemind.timeline.agenda import AgendaItem

pytestmark = pytest.mark.anyio


class Stuck(ScriptedAsr):
    """Answers nothing from its second final on, until it is let go."""

    def __init__(self, finals: int = 1) -> None:
        super().__init__()
        self.left = finals
        self.free = threading.Event()

    def transcribe(self, requests: Sequence[Decode]) -> list[Decoded]:
        self.left -= sum(request.final for request in requests)
        if self.left < 0:
            self.free.wait(20)
        return super().transcribe(requests)


@contextlib.asynccontextmanager
async def rooms(data: Path, models: Models | None = None, room: RoomConfig | None = None) -> AsyncIterator[Rooms]:
    async def load() -> Models:
        return models or fake_models()

    async with open_rooms(data, load, Config(), LOCAL, room) as found:
        yield found


async def until(condition: Callable[[], object]) -> None:
    with anyio.fail_after(60):
        while not condition():  # noqa: ASYNC110 - what is looked at has no event for it
            await anyio.sleep(0.05)


@pytest.fixture
def speech(tmp_path: Path) -> Path:
    """Two utterances: at 0.3 s and at 2.0 s."""
    return write(tmp_path / "speech.wav", track(0.3, 0.8, 0.9, 0.8, 0.7))


def recorded(data: Path) -> list[Path]:
    return sorted((data / "tracks").rglob("*.flac"))


async def interrupted(data: Path, speech: Path) -> str:
    """A meeting that stops when the second thing said is not transcribed yet; the room's name."""
    asr = Stuck()
    async with rooms(data, fake_models(asr)) as found:
        room = await found.create("Weekly")
        with anyio.move_on_after(30):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(play, read_pcm(speech), post_to(room, "Maya"))
                await until(lambda: room.board.document.turns() and asr.left < 0)
                await anyio.sleep(0.6)  # the rest is said meanwhile
                tasks.cancel_scope.cancel()
        asr.free.set()  # its answer comes too late, as after a kill
    return room.name


async def test_what_was_recorded_and_not_transcribed_is_transcribed_in_its_place(tmp_path: Path, speech: Path) -> None:
    name = await interrupted(tmp_path / "data", speech)
    assert recorded(tmp_path / "data")

    async with rooms(tmp_path / "data") as found:
        await until(found.all)  # nobody has come: the room is opened for what it left
        [room] = found.all()
        assert room.name == name
        await until(lambda: len(room.board.document.turns()) == 2)
        first, second = room.board.document.turns()
        assert first.track == second.track == "p-Maya.1"
        assert second.segment.start - first.segment.start == pytest.approx(1.7, abs=0.3)
        assert [turn.id for turn in room.minutes.transcript] == [first.id, second.id]
        await until(lambda: not recorded(tmp_path / "data"))

        await play(read_pcm(speech), post_to(room, "Maya"))  # a new track, which has a name of its own
        await room.end()
        assert [turn.track for turn in room.board.document.turns()] == ["p-Maya.1"] * 2 + ["p-Maya.2"] * 2


async def test_a_room_that_is_recorded_says_so_and_can_be_heard_and_deleted(tmp_path: Path, speech: Path) -> None:
    async with rooms(tmp_path / "data") as found:
        room = await found.create("Weekly")
        assert room.sound.state == {"kept": False, "days": None, "failure": None}
        await room.sound.keep(True)
        async with anyio.create_task_group() as tasks:
            for name in ("Maya", "Tom"):
                tasks.start_soon(play, read_pcm(speech), post_to(room, name))
        await room.end()
        assert room.board.document.meeting()["recording"] == {"kept": True, "days": None, "failure": None}
        tracks = {track.label.owner: track for track in await room.sound.all()}
        assert {track.label.name: track.settled for track in tracks.values()} == {"Maya": None, "Tom": None}
        ends = [turn.segment.end for turn in room.board.document.turns() if turn.speaker == "p-Tom"]
        assert list(tracks["p-Tom"].read())[-1].end / 16_000 == pytest.approx(max(ends), abs=0.5)
        assert await room.sound.delete_of("p-Maya") == 1
        assert await room.sound.delete(tracks["p-Tom"].label.track)
        assert not await room.sound.all()
    async with rooms(tmp_path / "data") as found:
        assert (await found.open(room.name)).sound.kept


async def test_a_meeting_rests_when_everybody_left_and_goes_on_when_they_come_back(
    tmp_path: Path, speech: Path
) -> None:
    async with rooms(tmp_path / "data", room=RoomConfig(idle=1.0)) as found:
        room = await found.create("Weekly", [AgendaItem("a", "Budget")])
        name = room.name
        await play(read_pcm(speech), post_to(room, "Maya"))
        await until(lambda: not found.all())

        room = await found.open(name)
        assert room.state == "live"
        before = room.board.document.turns()
        avoided = [insight for insight in room.board.document.insights() if insight.kind == "avoided"]
        assert len(before) == 2
        assert [insight.state for insight in avoided] == ["open"]  # the minutes were complete
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(play, read_pcm(speech), post_to(room, "Tom"))
            await until(lambda: len(room.board.document.turns()) > 2)
            [insight] = [insight for insight in room.board.document.insights() if insight.kind == "avoided"]
            assert insight.state == "withdrawn"  # there is time to come to it
        await room.end()
        assert room.board.document.turns()[:2] == before
        assert {turn.speaker for turn in room.minutes.transcript} == {"p-Maya", "p-Tom"}
        [insight] = [insight for insight in room.board.document.insights() if insight.kind == "avoided"]
        assert insight.state == "open"


async def test_sound_that_does_not_fit_into_memory_is_read_from_the_recording(
    tmp_path: Path, speech: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("voicemind.room.listener.AHEAD", 10)
    loading = anyio.Event()

    async def load() -> Models:
        await loading.wait()
        return fake_models()

    async with open_rooms(tmp_path / "data", load, Config(), LOCAL) as found:
        room = await found.create("Weekly")
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(play, read_pcm(speech), post_to(room, "Maya"))
            await anyio.sleep(2.5)  # both are begun, and the models are not there yet
            loading.set()
        await room.end()
        assert len(room.board.document.turns()) == 2
    assert not recorded(tmp_path / "data")  # it is transcribed, and was not to be kept


async def test_a_model_that_fails_ends_neither_the_room_nor_the_meeting(tmp_path: Path, speech: Path) -> None:
    class Fails(ScriptedAsr):
        failed = False

        def transcribe(self, requests: Sequence[Decode]) -> list[Decoded]:
            if requests[0].final and not self.failed:
                self.failed = True
                raise RuntimeError("out of memory")
            return super().transcribe(requests)

    async with rooms(tmp_path / "data", fake_models(Fails())) as found:
        room: Room = await found.create("Weekly")
        await play(read_pcm(speech), post_to(room, "Maya"))
        await until(lambda: len(room.board.document.turns()) == 2)  # the first one from the recording
        await room.end()
        assert not Tracks(tmp_path / "data" / "tracks" / room.name).unheard()
