import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import anyio
import pycrdt
import pytest

from tests.fakes import ScriptedAsr, fake_models, track
from tests.room.host import LOCAL
from tests.room.offers import CHROME
from tests.test_recording import write
from voicemind.audio.frame import AudioFrame
from voicemind.backends.loading import Models
from voicemind.config import Config
from voicemind.errors import ModelUnavailable, RoomEnded, SignalError, UnknownRoom, UnknownSession
from voicemind.room.peer import Post
from voicemind.room.player import play, read_pcm
from voicemind.room.registry import Rooms, open_rooms
from voicemind.room.room import Room
from voicemind.room.signaling import Offer
from voicemind.timeline.agenda import AgendaItem
from voicemind.timeline.event import Participant
from voicemind.timeline.transcript import Interim, Turn

pytestmark = pytest.mark.anyio


@contextlib.asynccontextmanager
async def rooms(data: Path, models: Models | None = None) -> AsyncIterator[Rooms]:
    async def load() -> Models:
        return models or fake_models()

    async with open_rooms(data, load, Config(), LOCAL) as found:
        yield found


def post_to(room: Room, name: str, sessions: list[str] | None = None) -> Post:
    async def post(sdp: str) -> str:
        connected = await room.connect(Participant(f"p-{name}", name), Offer.parse(sdp))
        if sessions is not None:
            sessions.append(connected.session.id)
        return connected.answer

    return post


@pytest.fixture
def speech(tmp_path: Path) -> Path:
    return write(tmp_path / "speech.wav", track(0.5, 1.5, 1.0))


async def test_what_is_said_stands_in_the_document_and_in_the_minutes(tmp_path: Path, speech: Path) -> None:
    async with rooms(tmp_path / "data") as found:
        room = await found.create("Weekly", [AgendaItem("a", "Budget")])
        facts = room.subscribe()
        assert room.state == "waiting"
        await play(read_pcm(speech), post_to(room, "Maya"))
        assert room.state == "live"
        await room.end()

        [turn] = room.board.document.turns()
        assert turn.speaker == "p-Maya"
        assert [t.id for t in room.minutes.transcript] == [turn.id]
        assert room.minutes.name(turn.speaker) == "Maya"
        assert room.board.document.meeting()["state"] == room.state == "ended"
        assert room.board.document.talk()["shares"] == {"p-Maya": 1.0}
        assert [(p.name, p.present) for p in room.participants] == [("Maya", False)]
        facts.close()


async def test_watchers_see_interims_and_turns_as_they_come(tmp_path: Path, speech: Path) -> None:
    seen: list[object] = []
    async with rooms(tmp_path / "data") as found, anyio.create_task_group() as tasks:
        room = await found.create("Weekly")
        facts = room.subscribe()

        async def watch() -> None:
            async with facts:
                async for fact in facts:
                    seen.append(fact)  # noqa: PERF401 - what has come counts, whenever the watch ends

        tasks.start_soon(watch)
        await play(read_pcm(speech), post_to(room, "Maya"))
        await room.end()
        tasks.cancel_scope.cancel()

    assert any(isinstance(fact, Interim) for fact in seen)
    assert any(isinstance(fact, Turn) for fact in seen)


async def test_a_meeting_goes_on_after_a_restart(tmp_path: Path, speech: Path) -> None:
    async with rooms(tmp_path / "data") as found:
        room = await found.create("Weekly")
        name, began = room.name, 0.0
        await play(read_pcm(speech), post_to(room, "Maya"))
        with anyio.fail_after(60):
            while not room.board.document.turns():  # noqa: ASYNC110 - the document has no event for it
                await anyio.sleep(0.05)
        began = room.started or 0.0

    async with rooms(tmp_path / "data") as found:
        room = await found.open(name)
        assert room.state == "live"
        assert room.started == pytest.approx(began, abs=1e-3)
        assert [turn.speaker for turn in room.minutes.transcript] == ["p-Maya"]
        await play(read_pcm(speech), post_to(room, "Tom"))
        await room.end()

        first, second = room.board.document.turns()
        assert (first.speaker, second.speaker) == ("p-Maya", "p-Tom")
        assert second.segment.start > first.segment.end
        assert {p.name for p in room.participants} == {"Maya", "Tom"}
        assert set(room.minutes.annotation.labels()) == {"p-Maya", "p-Tom"}


async def somebody_is_there(room: Room) -> None:
    with anyio.fail_after(60):
        while not room.minutes.participants:  # noqa: ASYNC110
            await anyio.sleep(0.05)


async def test_an_agenda_that_people_write_meanwhile_is_in_the_minutes(tmp_path: Path, speech: Path) -> None:
    async with rooms(tmp_path / "data") as found:
        room = await found.open("standup", create=True)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(play, read_pcm(speech), post_to(room, "Maya"))
            await somebody_is_there(room)
            await room.board.write(lambda document: document.found("Standup", [AgendaItem("a", "Budget")]))
        await room.end()

    assert [item.title for item in room.minutes.agenda] == ["Budget"]
    assert room.minutes.title == "Standup"


async def test_what_people_write_meanwhile_is_read_like_what_they_say(tmp_path: Path, speech: Path) -> None:
    client: pycrdt.Doc[Any] = pycrdt.Doc()
    client.get("sections", type=pycrdt.Array).append(
        pycrdt.Map({"id": "s", "heading": "TODO: Maya: send the price list to legal by Friday"})
    )
    async with rooms(tmp_path / "data") as found:
        room = await found.open("standup", create=True)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(play, read_pcm(speech), post_to(room, "Maya"))
            await somebody_is_there(room)
            await room.board.write(lambda document: document.apply(client.get_update()))
        await room.end()

    (action,) = room.minutes.insights("action")
    assert action.evidence == ("note:s",)
    assert "price list" in action.text


async def test_nobody_joins_after_the_end(tmp_path: Path, speech: Path) -> None:
    async with rooms(tmp_path / "data") as found:
        room = await found.create("Weekly")
        await room.end()

        with pytest.raises(RoomEnded, match="new room"):
            await play(read_pcm(speech), post_to(room, "Maya"))


async def test_a_session_that_is_over_is_unknown(tmp_path: Path) -> None:
    async with rooms(tmp_path / "data") as found:
        room = await found.create("Weekly")

        with pytest.raises(UnknownSession):
            await room.disconnect("nobody")

        connected = await room.connect(Participant("p-Maya", "Maya"), Offer.parse(CHROME))
        await room.disconnect(connected.session.id)
        with pytest.raises(UnknownSession):
            await room.disconnect(connected.session.id)


async def test_people_hear_each_other_where_no_model_can_be_had(tmp_path: Path, speech: Path) -> None:
    async def load() -> Models:
        raise ModelUnavailable("no source gives tiny.en")

    heard: list[AudioFrame] = []
    async with open_rooms(tmp_path / "data", load, Config(), LOCAL) as found:
        room = await found.create("Weekly")
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(play, read_pcm(speech), post_to(room, "Maya"))
            await play(read_pcm(speech), post_to(room, "Tom"), heard.append)
        assert found.engine.failure is not None
        assert not found.engine.ready
        await room.end()

    assert heard
    assert len(room.minutes.transcript) == 0


async def test_a_room_is_opened_once_and_kept(tmp_path: Path) -> None:
    async with rooms(tmp_path / "data") as found:
        with pytest.raises(UnknownRoom):
            await found.open("nowhere")
        opened: list[Room] = []

        async def open_it() -> None:
            opened.append(await found.open("standup", create=True))

        async with anyio.create_task_group() as tasks:
            for _ in range(10):
                tasks.start_soon(open_it)
        assert len({id(room) for room in opened}) == 1
        assert found.all() == [opened[0]]

    async with rooms(tmp_path / "data") as found:
        assert (await found.open("standup")).name == "standup"


async def test_two_people_of_one_name_are_two_speakers(tmp_path: Path, speech: Path) -> None:
    async with rooms(tmp_path / "data", fake_models(ScriptedAsr())) as found:
        room = await found.create("Weekly")

        def post(identity: str) -> Post:
            async def post(sdp: str) -> str:
                return (await room.connect(Participant(identity, "Sam"), Offer.parse(sdp))).answer

            return post

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(play, read_pcm(speech), post("one"))
            tasks.start_soon(play, read_pcm(speech), post("two"))
        await room.end()

    assert {turn.speaker for turn in room.minutes.transcript} == {"one", "two"}


async def test_who_comes_back_before_their_connection_was_missed_is_there_once(tmp_path: Path, speech: Path) -> None:
    async with rooms(tmp_path / "data") as found:
        room = await found.create("Weekly")
        sessions: list[str] = []

        async def cut_off() -> None:
            with pytest.raises(SignalError, match="lost"):
                await play(read_pcm(speech), post_to(room, "Maya", sessions))

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(cut_off)
            await anyio.sleep(1.0)
            await play(read_pcm(speech), post_to(room, "Maya", sessions))
        assert len(set(sessions)) == 2
        await room.end()
        assert [(p.name, p.present) for p in room.participants] == [("Maya", False)]
