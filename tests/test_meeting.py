import threading
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import anyio
import numpy as np
import pytest

from tests.fakes import ScriptedAsr, fake_models, frames, track
from voicemind.audio.files import read
from voicemind.audio.frame import SAMPLE_RATE, AudioFrame
from voicemind.backends.loading import load
from voicemind.config import Config
from voicemind.errors import BackendError
from voicemind.facts import BUFFER
from voicemind.meeting import Meeting
from voicemind.recording import replay
from voicemind.scheduler import Scheduler
from voicemind.speech.ports import Decode, Decoded, Localize, Localized
from voicemind.timeline.agenda import AgendaItem
from voicemind.timeline.event import Joined, Left, Note, Participant, Tick
from voicemind.timeline.insight import Insight
from voicemind.timeline.transcript import Interim, Turn

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def stream(parts: Iterable[AudioFrame], pause: float = 0.0) -> AsyncIterator[AudioFrame]:
    for part in parts:
        await anyio.sleep(pause)
        yield part


class Shouts:
    def feed(self, turn: Turn) -> list[Insight]:
        return [Insight("shout", turn.segment, turn.text, evidence=(turn.id,))]

    def flush(self) -> list[Insight]:
        return []


async def test_turns_and_insights_come_until_every_track_has_ended() -> None:
    async with Meeting(analyzers=[Shouts()], models=fake_models()) as meeting:
        meeting.add_track("Maya", stream(frames(track(0.5, 1.0, 1.0))))
        meeting.add_track("Tom", stream(frames(track(2.0, 1.0, 1.0))))
        found = [event async for event in meeting]

    turns = [event for event in found if isinstance(event, Turn)]
    shouts = [event for event in found if isinstance(event, Insight)]
    assert {turn.speaker for turn in turns} == {"Maya", "Tom"}
    assert [shout.evidence[0] for shout in shouts] == [turn.id for turn in sorted(turns, key=lambda t: t.time)]
    assert list(meeting.minutes.transcript) == sorted(turns, key=lambda turn: turn.segment)


async def test_leaving_waits_for_what_is_still_to_be_transcribed() -> None:
    class Slow(ScriptedAsr):
        def transcribe(self, requests: Sequence[Decode]) -> list[Decoded]:
            time.sleep(0.3)
            return super().transcribe(requests)

    async with Meeting(analyzers=[Shouts()], models=fake_models(Slow())) as meeting:
        meeting.add_track("Maya", stream(frames(track(0.5, 1.0, 1.0, 1.0, 1.0))))

    assert len(meeting.minutes.transcript) == len(meeting.minutes.insights("shout")) == 2


async def test_a_meeting_without_a_track_is_over_at_once() -> None:
    async with Meeting(analyzers=[Shouts()], models=fake_models()) as meeting:
        pass

    await meeting.finished()
    assert len(meeting.minutes.transcript) == 0


async def test_a_subscriber_sees_interims_and_ticks_too() -> None:
    async with Meeting(analyzers=[], models=fake_models()) as meeting:
        events = meeting.subscribe()
        meeting.add_track("Maya", stream(frames(track(0.5, 3.0, 1.0)), pause=0.005))
        async with events:
            found = [event async for event in events]

    assert any(isinstance(event, Interim) for event in found)
    assert [event.time for event in found if isinstance(event, Tick)] == [1.0, 2.0, 3.0, 4.0]


async def test_an_open_ended_meeting_goes_on_between_tracks() -> None:
    async with Meeting(analyzers=[], models=fake_models(), open_ended=True) as meeting:
        meeting.add_track("Maya", stream(frames(track(0.5, 1.0, 1.0))))
        with anyio.move_on_after(0.3):
            async for _ in meeting:
                pass
        assert len(meeting.minutes.transcript) == 1
        start = round(meeting.position * SAMPLE_RATE)
        meeting.add_track("Tom", stream(frames(track(0.5, 1.0, 1.0), start=start)))
        await anyio.sleep(0.2)
        meeting.end()

    assert [turn.speaker for turn in meeting.minutes.transcript] == ["Maya", "Tom"]


async def test_agenda_and_notes_reach_minutes_and_analyzers() -> None:
    noted: list[Note] = []

    class Notes:
        handles = (Note,)

        def feed(self, event: Note) -> list[Insight]:
            noted.append(event)
            return []

        def flush(self) -> list[Insight]:
            return []

    async with Meeting(analyzers=[Notes()], models=fake_models(), agenda=[AgendaItem("a", "Budget")]) as meeting:
        meeting.tell(Note(0.0, "n1", "we agreed on the budget"))
        meeting.add_track("Maya", stream(frames(track(0.5, 1.0, 1.0))))

    assert [item.title for item in meeting.minutes.agenda] == ["Budget"]
    assert [note.text for note in noted] == ["we agreed on the budget"]


async def test_the_participant_of_a_track_may_have_another_name() -> None:
    async with Meeting(analyzers=[], models=fake_models()) as meeting:
        meeting.add_track("t-1", stream(frames(track(0.5, 1.0, 1.0))), Participant("p-1", "Maya"))

    [turn] = meeting.minutes.transcript
    assert (turn.track, meeting.minutes.name(turn.speaker)) == ("t-1", "Maya")


async def test_two_meetings_share_one_scheduler() -> None:
    models = fake_models()
    async with (
        Scheduler(models.handlers()) as scheduler,
        Meeting(analyzers=[], models=models, scheduler=scheduler) as one,
        Meeting(analyzers=[], models=models, scheduler=scheduler) as two,
    ):
        one.add_track("Maya", stream(frames(track(0.5, 1.0, 1.0))))
        two.add_track("Maya", stream(frames(track(0.5, 2.0, 1.0))))

    assert [len(turn.words) for turn in one.minutes.transcript] == [3]
    assert [len(turn.words) for turn in two.minutes.transcript] == [5]


async def test_a_model_that_fails_ends_the_meeting_with_its_error() -> None:
    class Broken(ScriptedAsr):
        def transcribe(self, requests: object) -> list[Decoded]:
            raise BackendError("out of memory")

    async def run() -> None:
        async with Meeting(analyzers=[], models=fake_models(Broken())) as meeting:
            meeting.add_track("Maya", stream(frames(track(0.5, 1.0, 1.0))))

    with pytest.raises(ExceptionGroup) as caught:
        await run()
    assert caught.group_contains(BackendError, match="out of memory")


async def test_what_fails_after_the_meeting_has_failed_does_no_harm() -> None:
    asked, over = threading.Event(), threading.Event()

    class Broken(ScriptedAsr):
        def transcribe(self, requests: Sequence[Decode]) -> list[Decoded]:
            if any(request.track == "Tom" for request in requests):
                asked.set()
                over.wait(10)
            else:
                asked.wait(10)
            raise BackendError("out of memory")

    models = fake_models(Broken())

    async def run(scheduler: Scheduler) -> None:
        async with Meeting(models=models, scheduler=scheduler, open_ended=True) as meeting:
            meeting.add_track("Maya", stream(frames(track(0.5, 1.0, 1.0))))
            meeting.add_track("Tom", stream(frames(track(3.0, 1.0, 1.0)), pause=0.001))
            await meeting.finished()

    async with Scheduler(models.handlers(), workers=6) as scheduler:  # one each, whatever is asked
        with pytest.raises(ExceptionGroup):
            await run(scheduler)
        over.set()
    await anyio.sleep(0.01)  # what a callback of the loop raises fails the test


async def test_leaving_early_stops_everything() -> None:
    async with Meeting(analyzers=[], models=fake_models()) as meeting:
        meeting.add_track("Maya", stream(frames(track(*[0.5, 1.0] * 50)), pause=0.05))
        with pytest.raises(RuntimeError, match="enough"):
            async with meeting.subscribe():
                raise RuntimeError("enough")
        meeting.cancel()

    assert len(meeting.minutes.transcript) < 50


async def test_a_subscriber_that_does_not_read_is_cut_off_and_holds_nobody_up() -> None:
    second = np.zeros(SAMPLE_RATE, np.float32)
    seconds = [AudioFrame(second, i * SAMPLE_RATE) for i in range(3 * BUFFER)]
    async with Meeting(analyzers=[], models=fake_models()) as meeting:
        sleeper = meeting.subscribe()
        meeting.add_track("Maya", stream(seconds))
    async with sleeper:
        assert len([event async for event in sleeper]) == BUFFER


class Lagging(ScriptedAsr):
    def transcribe(self, requests: object) -> list[Decoded]:
        time.sleep(0.2)
        return super().transcribe(requests)  # type: ignore[arg-type]


async def test_lag_is_seen_while_it_lasts() -> None:
    async with Meeting(analyzers=[], models=fake_models(Lagging()), config=Config(workers=1)) as meeting:
        for name in "ABCDEFGHIJ":
            meeting.add_track(name, stream(frames(track(0.2, 0.5, 3.0))))
        seen = [meeting.lag async for event in meeting if isinstance(event, Turn)]

    assert max(seen) > 0.0
    assert meeting.lag == 0.0


async def test_live_gives_what_replay_gives(model_folder: Callable[[str], Path], data: Path) -> None:
    """60 s of real speech on two tracks, live at 1x: the same turns and the same insights."""
    seconds = 60
    speech = data / "speech"
    tracks = {"Reader": speech / "clips/lj-long-a.flac", "Tom": speech / "meetings/planning4/tracks/Tom.flac"}
    end = seconds * SAMPLE_RATE
    cut = {name: [frame for frame in read(path, 0.1) if frame.end <= end] for name, path in tracks.items()}
    models = load(Config(model="tiny.en", language="en"))

    async def live(parts: list[AudioFrame]) -> AsyncIterator[AudioFrame]:
        began = anyio.current_time()
        for part in parts:
            await anyio.sleep_until(began + part.end / SAMPLE_RATE)
            yield part

    async with (
        Scheduler(models.handlers()) as scheduler,  # not live: a machine that is busy must not make the test fail
        Meeting(models=models, scheduler=scheduler) as meeting,
    ):
        for name, parts in cut.items():
            meeting.add_track(name, live(parts))

    minutes = replay(tracks=tracks, models=models, limit=seconds)
    assert len(minutes.transcript) >= 8
    assert list(meeting.minutes.transcript) == list(minutes.transcript)
    assert [turn.words for turn in meeting.minutes.transcript] == [turn.words for turn in minutes.transcript]
    assert meeting.minutes.annotation == minutes.annotation
    assert meeting.minutes.all_insights() == minutes.all_insights()
    assert minutes.all_insights()


class OneVoice:
    """Hears one person all the time."""

    def localize(self, requests: Sequence[Localize]) -> list[Localized]:
        activity = np.zeros((589, 3), bool)
        activity[:, 0] = True
        vectors = (np.eye(192, dtype=np.float32)[0], None, None)
        return [Localized(request, activity, vectors, (9.9, 0.0, 0.0)) for request in requests]


async def test_people_at_one_microphone_become_participants() -> None:
    models = replace(fake_models(), new_diarizer=OneVoice)
    async with Meeting(analyzers=[], models=models) as meeting:
        meeting.add_track("room", stream(frames(track(0.5, 1.0, 2.0))), Participant("mic", "Hall"), shared=True)
        turns = [event async for event in meeting]

    assert [turn.speaker for turn in meeting.minutes.transcript] == [turn.speaker for turn in turns] == ["mic/1"]
    assert meeting.minutes.name("mic/1") == "Hall 1"
    assert meeting.minutes.annotation.labels() == ["mic/1"]


async def test_a_shared_microphone_is_nobody() -> None:
    """It comes and goes for all to see; the figures are of the people at it."""
    room = Participant("mic", "Hall", shared=True)
    async with Meeting(models=replace(fake_models(), new_diarizer=OneVoice)) as meeting:
        meeting.tell(Joined(0.0, room))
        facts = meeting.subscribe()
        meeting.add_track("mic.1", stream(frames(track(0.5, 1.0, 2.0, 3.0))), room)
        meeting.tell(Left(0.0, room))
        async with facts:
            assert Left(0.0, room) in [fact async for fact in facts]
    assert [row.id for row in meeting.minutes.speakers()] == ["mic/1"]
    [balance] = [i for i in meeting.minutes.insights("balance") if i.data["scope"] == "meeting"]
    assert [one["name"] for one in balance.data["speakers"]] == ["Hall 1"]


async def test_models_that_tell_voices_apart_are_loaded_for_a_shared_microphone_only() -> None:
    def load_none() -> OneVoice:
        raise BackendError("nothing asked for them")

    models = replace(fake_models(), new_diarizer=load_none)
    async with Meeting(analyzers=[], models=models) as meeting:
        meeting.add_track("Maya", stream(frames(track(0.5, 1.0, 1.0))))
    with pytest.raises(ExceptionGroup) as failed:
        async with Meeting(analyzers=[], models=models) as meeting:
            meeting.add_track("room", stream(frames(track(0.5, 1.0, 1.0))), shared=True)
    assert failed.group_contains(BackendError, match="nothing asked")


async def test_a_microphone_is_one_participant_where_voices_are_not_told_apart() -> None:
    async with Meeting(analyzers=[], models=fake_models(), config=Config(diarizer="none")) as meeting:
        meeting.add_track("room", stream(frames(track(0.5, 1.0, 1.0))), shared=True)
    assert [turn.speaker for turn in meeting.minutes.transcript] == ["room"]
