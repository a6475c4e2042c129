from collections.abc import Iterable

import pytest

from tests.insight.talk import run, standing
from voicemind.insight.floor import FloorTakes
from voicemind.insight.overlaps import Overlaps, collides, responds
from voicemind.timeline.event import Event, Joined, Participant, Speech, Tick
from voicemind.timeline.insight import Insight
from voicemind.timeline.segment import Segment

Said = tuple[str, float, float]


def events(speech: Iterable[Said], end: int = 0) -> list[Event]:
    spoken: list[Event] = [Speech(Segment(a, b), who, who) for who, a, b in speech]
    last = max([end, *(int(e.time) + 1 for e in spoken)])
    return sorted([*spoken, *(Tick(float(t)) for t in range(1, last + 1))], key=lambda e: e.time)


def overlaps(*speech: Said, end: int = 0) -> Insight:
    (found,) = run(Overlaps(), events(speech, end)).values()
    return found


def test_a_listener_response_goes_to_who_is_listened_to() -> None:
    found = overlaps(("ann", 0, 10), ("bob", 4, 4.6))
    assert found.data == {
        "pairs": [{"by": "bob", "of": "ann", "floor_takes": 0, "listener_responses": 1}],
        "collisions": [],
    }
    assert found.text == "0 floor takes, 1 listener responses, 0 collisions"


def test_a_floor_take() -> None:
    found = overlaps(("ann", 0, 10.5), ("bob", 10, 15))
    assert found.data["pairs"] == [{"by": "bob", "of": "ann", "floor_takes": 1, "listener_responses": 0}]


def test_two_who_begin_together_collide_once() -> None:
    found = overlaps(("bob", 0, 4), ("ann", 0.5, 3))
    assert found.data == {"pairs": [], "collisions": [{"between": ["ann", "bob"], "count": 1}]}


@pytest.mark.parametrize(
    "bob",
    [
        (10.6, 15),  # no overlap
        (10.3, 15),  # an end talked into
        (5, 7),  # a try that is given up
        (9.8, 10.6),  # short, but it does not end inside
    ],
)
def test_other_overlaps_are_none_of_them(bob: tuple[float, float]) -> None:
    assert run(Overlaps(), events([("ann", 0, 10.5), ("bob", *bob)])) == {}


def test_two_short_ones_do_not_respond_to_each_other() -> None:
    assert not responds(Segment(0, 0.5), Segment(0, 0.9))
    assert collides(Segment(0, 0.5), Segment(0, 0.9))
    assert not collides(Segment(0, 0.5), Segment(0, 5))


def test_counts_stay_when_the_speech_is_long_past() -> None:
    speech = [("ann", 0.0, 10.0), ("bob", 4.0, 4.6), ("ann", 300.0, 310.0), ("bob", 304.0, 304.6)]
    found = overlaps(*speech, end=600)
    assert found.data["pairs"][0]["listener_responses"] == 2


def test_each_unit_is_counted_once_over_a_long_meeting() -> None:
    speech = [
        s for k in range(100) for s in (("ann", 20.0 * k, 20.0 * k + 10.5), ("bob", 20.0 * k + 10, 20.0 * k + 15))
    ]
    found = overlaps(*speech)
    takes = standing(run(FloorTakes(), events(speech)), "floor_take")
    assert found.data["pairs"] == [{"by": "bob", "of": "ann", "floor_takes": 100, "listener_responses": 0}]
    assert len(takes) == 100


def test_names_and_news() -> None:
    analyzer = Overlaps()
    analyzer.feed(Joined(0, Participant("ann", "Ann B.")))
    given = [i for event in events([("ann", 0, 10), ("bob", 4, 4.6)], end=200) for i in analyzer.feed(event)]
    assert [i.data["pairs"][0]["of"] for i in given] == ["Ann B."]  # given out once, as long as nothing changes
    assert analyzer.flush() == []


def test_nobody_speaks() -> None:
    assert run(Overlaps(), [Tick(float(t)) for t in range(1, 30)]) == {}
