import math

from hypothesis import given
from hypothesis import strategies as st

from voicemind.insight.line import EventLine
from voicemind.insight.ports import Embed, Embedded
from voicemind.timeline.agenda import AgendaItem
from voicemind.timeline.event import Agenda, Event, Joined, Left, Participant, Speech
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn

ADA = Participant("ada", "Ada")


def turn(end: float, name: str = "t") -> Turn:
    return Turn(name, Segment(end - 0.5, end), "ada", "so it is", track="ada.1")


def leaving(line: EventLine, watermark: float = math.inf, waited: float = -math.inf) -> list[Event]:
    found = []
    while event := line.next(watermark, waited):
        found.append(event)
    return found


@given(st.permutations(range(6)))
def test_events_leave_in_order_however_they_came(order: list[int]) -> None:
    expected: list[Event] = [
        Joined(1.0, ADA),
        Agenda(1.0, ()),
        Speech(Segment(0.2, 1.0), "ada.1", "ada"),
        turn(1.0),
        Left(1.0, ADA),
        turn(2.0, "u"),
    ]
    line = EventLine(embeds=False)
    for i in order:
        assert line.hold(expected[i]) == []
    assert leaving(line) == expected


def test_what_is_beyond_the_watermark_stays() -> None:
    line = EventLine(embeds=False)
    line.hold(turn(3.0))
    assert line.next(2.9, 0.0) is None
    assert not line.due(2.9)
    assert line.due(3.0)
    assert line.next(3.0, 0.0) == turn(3.0)


def test_an_event_waits_for_its_vectors_and_holds_back_who_comes_after() -> None:
    line = EventLine(embeds=True)
    [request] = line.hold(turn(1.0))
    line.hold(Speech(Segment(1.0, 2.0), "ada.1", "ada"))
    assert leaving(line) == []
    assert line.due(1.0)

    line.accept(Embedded(request, (0.6, 0.8)))

    first, second = leaving(line)
    assert isinstance(first, Turn)
    assert first.vector == (0.6, 0.8)
    assert isinstance(second, Speech)


def test_each_item_of_an_agenda_has_its_own_vector() -> None:
    line = EventLine(embeds=True)
    requests = line.hold(Agenda(0.0, (AgendaItem("a", "Budget"), AgendaItem("b", "Dates"))))
    assert [request.text for request in requests] == ["Budget", "Dates"]
    for request, vector in zip(reversed(requests), [(2.0,), (1.0,)], strict=True):
        assert leaving(line) == []
        line.accept(Embedded(request, vector))
    [agenda] = leaving(line)
    assert isinstance(agenda, Agenda)
    assert [item.vector for item in agenda.items] == [(1.0,), (2.0,)]


def test_who_has_waited_long_leaves_without_and_a_late_vector_is_nobody_s() -> None:
    line = EventLine(embeds=True)
    [request] = line.hold(turn(1.0))
    [left] = leaving(line, waited=1.0)
    assert isinstance(left, Turn)
    assert left.vector is None
    line.accept(Embedded(request, (1.0,)))
    line.accept(Embedded(Embed("unknown", "text", 1.0), (1.0,)))
    assert leaving(line) == []
