import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.insight.talk import run, standing
from voicemind.insight.floor import HOLD, LEAD, OVERLAP, YIELD, FloorTakes
from voicemind.insight.units import IPU_GAP
from voicemind.timeline.event import Joined, Participant, Speech
from voicemind.timeline.segment import Segment, union


def takes(*speech: tuple[str, float, float]) -> list[tuple[float, str, str]]:
    events = sorted((Speech(Segment(a, b), who, who) for who, a, b in speech), key=lambda s: s.time)
    found = standing(run(FloorTakes(), events), "floor_take")
    return [(i.segment.start, i.data["by"], i.data["of"]) for i in found]


def test_a_floor_take() -> None:
    assert takes(("ann", 0, 10.5), ("bob", 10, 15)) == [(10, "bob", "ann")]


@pytest.mark.parametrize(
    "bob",
    [
        (5, 5.8),  # a listener response: ends inside Ann's speech
        (10.3, 15),  # overlaps for too short a time
        (10.6, 15),  # no overlap
        (7, 15),  # Ann does not stop within two seconds
        (10, 11.2),  # Bob does not go on
        (0.5, 15),  # Ann had not spoken for a second: a collision
    ],
)
def test_no_floor_take(bob: tuple[float, float]) -> None:
    assert takes(("ann", 0, 10.5), ("bob", *bob)) == []


def test_speech_that_pauses_shortly_goes_on() -> None:
    # Ann only took a breath: she did not give up the floor.
    assert takes(("ann", 0, 10.5), ("bob", 10, 13), ("ann", 10.7, 20)) == []


def test_later_speech_withdraws() -> None:
    floor = FloorTakes()
    floor.feed(Speech(Segment(0, 10.5), "a", "ann"))
    (given,) = floor.feed(Speech(Segment(10, 13), "b", "bob"))
    (again,) = floor.feed(Speech(Segment(10.7, 20), "a", "ann"))
    assert (again.id, again.state) == (given.id, "withdrawn")


def test_names() -> None:
    events = [Joined(0, Participant("a", "Ann")), Joined(0, Participant("b", "Bob"))]
    found = run(FloorTakes(), [*events, Speech(Segment(0, 10.5), "a", "a"), Speech(Segment(10, 13), "b", "b")])
    (take,) = found.values()
    assert take.data == {"by": "Bob", "of": "Ann"}
    assert take.segment == Segment(10, 10.5)
    assert take.text == "Bob took the floor from Ann"


def by_definition(speech: list[tuple[str, float, float]]) -> list[tuple[float, str]]:
    units = {
        who: union((Segment(a, b) for w, a, b in speech if w == who), IPU_GAP - 1e-9)
        for who in {w for w, _, _ in speech}
    }
    found = []
    for who, own in units.items():
        for unit in own:
            holders = [
                other.end
                for w, others in units.items()
                for other in others
                if w != who and other.start < unit.start - LEAD and other.end > unit.start + OVERLAP
            ]
            if holders and max(holders) - unit.start <= YIELD and unit.end - max(holders) >= HOLD:
                found.append((unit.start, who))
    return sorted(found)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 200), st.integers(1, 60)), max_size=25))
def test_the_definition_holds_in_any_order_of_ends(raw: list[tuple[str, int, int]]) -> None:
    speech = [(who, start / 8, start / 8 + length / 8) for who, start, length in raw]
    assert sorted((start, by) for start, by, _ in takes(*speech)) == by_definition(speech)
