import json
from contextlib import ExitStack
from typing import Any, cast

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.server.visits import Visits, action, turn
from voicemind.room.room import Room
from voicemind.server import events
from voicemind.server.events import QUEUE, RoomEvent, RoomEvents, Watch
from voicemind.timeline.event import Joined, Left, Participant, Revised, Speech, Tick
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Interim

pytestmark = pytest.mark.anyio

MAYA = Participant("p-1", "Maya")


def hub() -> RoomEvents:
    """Events that come by ``publish`` alone."""
    return RoomEvents(cast("Room", None))


async def drain(watch: Watch) -> list[RoomEvent]:
    found = []
    with anyio.move_on_after(0.01):
        while True:
            found.append(await watch.next())
    return found


def numbers(found: list[RoomEvent]) -> list[int | None]:
    return [event.data.get("n") for event in found]


async def test_everybody_is_told_in_order_and_numbers_grow() -> None:
    room = hub()
    with room.watch() as one, room.watch() as other:
        for n in range(3):
            room.publish("turn", {"n": n})
        first, second = await drain(one), await drain(other)
    assert first == second
    assert numbers(first) == [0, 1, 2]
    assert [event.seq for event in first] == [one.seq + 1, one.seq + 2, one.seq + 3]
    assert json.loads(first[0].text) == {
        "seq": first[0].seq,
        "at": round(first[0].at, 3),
        "type": "turn",
        "data": {"n": 0},
    }


async def test_an_event_for_one_person_is_told_to_nobody_else() -> None:
    room = hub()
    with room.watch("p-1") as maya, room.watch("p-2") as tom, room.watch() as stranger:
        since = maya.seq
        room.publish("nudge", {"n": 1}, to="p-1")
        room.publish("turn", {"n": 2})
        assert numbers(await drain(maya)) == [1, 2]
        assert numbers(await drain(tom)) == numbers(await drain(stranger)) == [2]
    for person, expected in (("p-1", [1, 2]), ("p-2", [2]), (None, [2])):
        with room.watch(person, since) as back:
            assert numbers(await drain(back)) == expected


async def test_who_comes_back_is_told_what_they_missed_and_interims_are_gone() -> None:
    room = hub()
    with room.watch() as watch:
        since = watch.seq
    room.publish("turn", {"n": 1})
    room.publish("interim", {"n": 2}, numbered=False)
    room.publish("turn", {"n": 3})
    with room.watch(since=since) as back:
        room.publish("interim", {"n": 4}, numbered=False)
        found = await drain(back)
    assert numbers(found) == [1, 3, 4]
    assert [event.seq for event in found] == [since + 1, since + 2, None]
    assert json.loads(found[-1].text)["seq"] is None


async def test_who_was_away_for_too_long_or_elsewhere_is_told_to_begin_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "KEPT", 3)
    room = hub()
    with room.watch() as watch:
        since = watch.seq
    for n in range(5):
        room.publish("turn", {"n": n})
    for known in (since, since + 1, since + 6, 0):
        with room.watch(since=known) as back:
            [told] = await drain(back)
            assert (told.type, told.seq) == ("resync", since + 5)
    with room.watch(since=since + 2) as back:
        assert numbers(await drain(back)) == [2, 3, 4]


async def test_numbers_of_an_earlier_run_are_not_taken_for_those_of_this_one() -> None:
    earlier = hub()
    earlier.publish("turn", {})
    with earlier.watch() as watch:
        pass
    await anyio.sleep(0.005)
    later = hub()
    later.publish("turn", {})
    with later.watch(since=watch.seq) as back:
        assert [event.type for event in await drain(back)] == ["resync"]


async def test_who_does_not_read_is_sent_away_and_can_come_back() -> None:
    room = hub()
    with room.watch() as slow, room.watch() as quick:
        since = slow.seq
        got = []
        for n in range(QUEUE + 10):
            room.publish("turn", {"n": n})
            got.append(await quick.next())
        assert numbers([await slow.next() for _ in range(QUEUE)]) == list(range(QUEUE))
        with pytest.raises(anyio.EndOfStream):
            await slow.next()
    assert len(got) == QUEUE + 10
    assert room.watchers == 0
    with room.watch(since=since + QUEUE) as back:
        assert numbers(await drain(back)) == list(range(QUEUE, QUEUE + 10))


class Guest:
    """Somebody who comes and goes, and knows what they heard."""

    def __init__(self, room: RoomEvents, kept: int) -> None:
        self.room, self.kept = room, kept
        self.published = self.heard = self.there_were = 0
        self.stay = ExitStack()
        self.watch: Watch | None = self.stay.enter_context(room.watch())
        self.last = self.watch.seq

    async def publish(self) -> None:
        self.room.publish("turn", {"n": self.published})
        self.published += 1

    async def interim(self) -> None:
        self.room.publish("interim", {}, numbered=False)

    async def leave(self) -> None:
        self.stay.close()
        self.watch = None

    async def come(self) -> None:
        if self.watch is None:
            self.watch = self.stay.enter_context(self.room.watch(since=self.last))
            self.there_were = self.published

    async def read(self) -> None:
        for event in [] if self.watch is None else await drain(self.watch):
            if event.type == "resync":
                assert self.there_were - self.heard > self.kept
                self.heard = self.there_were
            elif event.seq is not None:
                assert event.data["n"] == self.heard
                self.heard += 1
            self.last = event.seq or self.last


@given(
    st.lists(st.sampled_from(["publish", "interim", "leave", "come", "read"]), max_size=40),
    st.integers(min_value=1, max_value=8),
)
def test_whoever_comes_and_goes_hears_all_in_order_or_that_something_is_missing(steps: list[str], kept: int) -> None:
    async def run() -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(events, "KEPT", kept)
            guest = Guest(hub(), kept)
            with guest.stay:
                for step in [*steps, "come", "read"]:
                    await getattr(guest, step)()
            assert guest.heard == guest.published

    anyio.run(run)


def gathered(visits: Visits, *facts: Any) -> list[tuple[str, dict[str, Any]]]:
    """What a room tells of facts."""
    room = visits.room()

    async def gather() -> list[RoomEvent]:
        room_events = visits.services.events(room)
        await anyio.sleep(0.05)
        with room_events.watch() as watch:
            for fact in facts:
                room._facts.publish(fact)
            return await drain(watch)

    return [(event.type, dict(event.data)) for event in visits.run(gather)]


def test_facts_of_the_meeting_are_events(visits: Visits) -> None:
    said = Interim("ada.1", "ada", Segment(1, 2), "so far", "maybe")
    told = gathered(
        visits,
        turn(1),
        Revised(5.0, (turn(2),)),
        said,
        action(1),
        Speech(Segment(1.0, 2.0), "ada.1", "ada"),
        Joined(3.0, MAYA),
        Left(4.0, MAYA),
        Tick(5.0),
    )
    kinds = ["turn", "turn", "interim", "insight", "speaker", "participant_joined", "participant_left", "talk"]
    assert [kind for kind, _ in told] == kinds
    by_kind = dict(told)
    assert by_kind["turn"] == {
        "id": "t2",
        "start": 2.0,
        "end": 3.0,
        "speaker": "ada",
        "text": "turn 2",
        "confidence": 1.0,
        "track": "ada.1",
        "language": "en",
    }
    assert by_kind["interim"] == {"track": "ada.1", "speaker": "ada", "text": "so far maybe"}
    assert by_kind["speaker"] == {"speaker": "ada", "track": "ada.1", "start": 1.0, "end": 2.0}
    assert by_kind["participant_joined"] == by_kind["participant_left"] == {"id": "p-1", "name": "Maya"}
    assert by_kind["insight"]["id"] == "action:t1"


def test_talk_is_told_when_it_has_changed(visits: Visits) -> None:
    room = visits.room()
    visits.run(lambda: room.board.write(lambda document: document.set_talk(shares={"ada": 1.0})))
    assert gathered(visits, Tick(1.0), Tick(2.0)) == [("talk", {"shares": {"ada": 1.0}})]
    assert gathered(visits, Tick(3.0)) == []


def test_lag_and_rung_are_told_when_they_have_changed(visits: Visits, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Room, "lag", 2.34)
    monkeypatch.setattr(Room, "rung", 1)
    found = gathered(visits, Tick(1.0), Tick(2.0))
    assert [data for kind, data in found if kind == "lag"] == [{"seconds": 2.3, "rung": 1}]


def test_changes_of_the_document_are_told_together_once_they_are_saved(visits: Visits) -> None:
    room = visits.room()

    async def change() -> list[RoomEvent]:
        room_events = visits.services.events(room)
        await anyio.sleep(0.05)
        with room_events.watch() as watch:
            for n in range(3):
                await room.board.write(lambda document, n=n: document.add_turn(turn(n)))  # type: ignore[misc]
            await room.board.write(lambda document: document.put_verdict("x", {"done": True}))
            return [await watch.next(), await watch.next()]

    changed, saved = visits.run(change)
    assert changed.type == "document_changed"
    assert changed.data["keys"] == sorted(changed.data["keys"])
    assert {"transcript", "verdicts"} <= set(changed.data["keys"])
    assert saved.type == "saved"
    assert saved.data["seq"] >= 4


def test_a_gap_in_what_the_room_tells_is_told(visits: Visits) -> None:
    room = visits.room()

    async def lose() -> list[RoomEvent]:
        room_events = visits.services.events(room)
        await anyio.sleep(0.05)
        with room_events.watch() as watch:
            for number in range(5000):  # more than a subscriber of the room may be behind
                room._facts.publish(turn(number))
            found: list[RoomEvent] = []
            while not found or found[-1].type != "resync":
                found.append(await watch.next())
            await anyio.sleep(0.3)
            room._facts.publish(turn(5001))
            return [*found, await watch.next()]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(events, "QUEUE", 10_000)
        found = visits.run(lose)
    assert 4096 <= len(found) - 2 < 5000
    assert found[-1].data["id"] == "t5001"


def test_watchers_are_sent_away_when_the_room_closes(visits: Visits) -> None:
    room = visits.room()

    async def close() -> tuple[str, int]:
        room_events = visits.services.events(room)
        await anyio.sleep(0.05)
        with room_events.watch() as watch:
            room._facts.publish(turn(1))
            room._facts.close()
            said = (await watch.next()).type
            with pytest.raises(anyio.EndOfStream), anyio.fail_after(60):
                await watch.next()
        return said, room_events.watchers

    assert visits.run(close) == ("turn", 0)
