import datetime
from dataclasses import replace
from typing import ClassVar

from tests.insight.talk import dialogue
from voicemind.insight.actions import Actions
from voicemind.insight.floor import FloorTakes
from voicemind.insight.heat import Heat
from voicemind.insight.revision import Revisable
from voicemind.timeline.event import Event, Joined, Participant, Revised, Speech, Tick
from voicemind.timeline.insight import Insight
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn

TALK = "Tom> I will send the estimate by Friday.\nMaya> Good.\nPriya> I will draft the page by Monday."


def fed() -> tuple[Revisable, dict[str, Insight], list[Turn]]:
    analyzer = Revisable(lambda: Actions(datetime.date(2026, 3, 9)))
    events = dialogue(TALK).events
    found = {i.id: i for e in events if isinstance(e, Joined | Turn) for i in analyzer.feed(e)}
    return analyzer, found, [e for e in events if isinstance(e, Turn)]


def test_a_relabelled_turn_changes_its_owner() -> None:
    analyzer, found, turns = fed()
    assert found["action:t000"].speaker == "Tom"
    assert analyzer.feed(Revised(20.0, (replace(turns[0], speaker="maya"),))) == []
    changed = analyzer.feed(Tick(31.0))
    assert [(i.id, i.speaker) for i in changed] == [("action:t000", "Maya")]
    assert analyzer.feed(Tick(90.0)) == []
    assert analyzer.flush() == []


def test_a_corrected_text_withdraws() -> None:
    analyzer, _, turns = fed()
    analyzer.feed(Revised(20.0, (replace(turns[0], text="I would send the estimate."),)))
    changed = analyzer.flush()
    assert [(i.id, i.state) for i in changed] == [("action:t000", "withdrawn")]


def test_what_does_not_matter_is_not_read_again() -> None:
    made = 0

    class Counting:
        handles: ClassVar[tuple[type[Event], ...]] = (Turn,)

        def __init__(self) -> None:
            nonlocal made
            made += 1

        def feed(self, event: Event) -> list[Insight]:
            return []

        def flush(self) -> list[Insight]:
            return []

    analyzer = Revisable(Counting)
    turn = dialogue("Tom> Hello.").turns[0]
    analyzer.feed(turn)
    analyzer.feed(Revised(5.0, (replace(turn, confidence=0.5),)))
    analyzer.feed(Tick(40.0))
    assert made == 1
    analyzer.feed(Revised(50.0, (replace(turn, text="Hallo."),)))
    analyzer.feed(Tick(100.0))
    assert made == 2


class Reading:
    """Says what it was fed, in that order."""

    handles: ClassVar[tuple[type[Event], ...]] = (Joined, Turn)

    def __init__(self) -> None:
        self.said = ""

    def feed(self, event: Event) -> list[Insight]:
        self.said += f"{event.id} " if isinstance(event, Turn) else ""
        return [Insight("order", Segment(0, 1), self.said, id="order")]

    def flush(self) -> list[Insight]:
        return []


def test_a_turn_that_was_cut_is_read_part_by_part_in_order_of_time() -> None:
    analyzer = Revisable(Reading)
    first, after = Turn("a", Segment(0, 10), "p", "one two"), Turn("b", Segment(11, 12), "p", "three")
    for event in (first, after):
        analyzer.feed(event)
    parts = (replace(first, segment=Segment(0, 4), text="one"), Turn("a.5000", Segment(5, 10), "q", "two"))
    analyzer.feed(Revised(13.0, parts))
    assert [i.text for i in analyzer.feed(Tick(40.0))] == ["a a.5000 b "]
    analyzer.feed(Revised(41.0, (replace(parts[1], speaker="r"),)))
    assert [i.text for i in analyzer.flush()] == []  # read again, and the same comes out


def test_the_vector_of_a_text_stays_with_it() -> None:
    vectors: list[object] = []

    class Looking(Reading):
        def feed(self, event: Event) -> list[Insight]:
            vectors.append(event.vector if isinstance(event, Turn) else None)
            return []

    analyzer = Revisable(Looking)
    turn = Turn("a", Segment(0, 1), "p", "one", vector=(0.5,))
    analyzer.feed(turn)
    analyzer.feed(Revised(2.0, (replace(turn, speaker="q", vector=None),)))
    analyzer.flush()
    assert vectors == [(0.5,), (0.5,)]


def test_floor_takes_of_voices_that_were_one_are_withdrawn() -> None:
    analyzer = Revisable(FloorTakes)
    speech = [Speech(Segment(0, 5), "room", "room/1"), Speech(Segment(4.5, 9), "room", "room/2")]
    taken = [i for event in speech for i in analyzer.feed(event)]
    assert [i.data for i in taken] == [{"by": "room/2", "of": "room/1"}]
    analyzer.feed(Revised(10.0, (), tuple(replace(one, speaker="room/1") for one in speech), gone=("room/2",)))
    assert [(i.id, i.state) for i in analyzer.feed(Tick(40.0))] == [(taken[0].id, "withdrawn")]


def test_who_is_gone_is_not_there_when_all_is_read_again() -> None:
    people: list[str] = []

    class Meeting(Reading):
        def feed(self, event: Event) -> list[Insight]:
            people.append(event.participant.id if isinstance(event, Joined) else "")
            return []

    analyzer = Revisable(Meeting)
    for event in (Joined(0.0, Participant("a", "A")), Joined(1.0, Participant("b", "B"))):
        analyzer.feed(event)
    people.clear()
    analyzer.feed(Revised(2.0, (), (), gone=("b",)))
    analyzer.flush()
    assert people == ["a"]


def test_quiet_is_told_to_an_analyzer_that_wants_to_know() -> None:
    lines = "Ann> That is wrong and you know it.\nBob> No, you are wrong, that is ridiculous.\n" * 3
    events = [e for e in dialogue(lines).events if not isinstance(e, Tick)]
    time = max(e.time for e in events)
    analyzer = Revisable(Heat)
    found = {i.id: i for e in events if isinstance(e, analyzer.handles) for i in analyzer.feed(e)}
    assert [i.state for i in found.values()] == ["open"]
    later = [i for t in range(300) for i in analyzer.feed(Tick(time + t))]
    assert [i.state for i in later] == ["closed"]
