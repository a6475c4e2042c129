from hypothesis import given
from hypothesis import strategies as st

from voicemind.insight.heard import Heard
from voicemind.timeline.event import Revised, Speech
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn

SAID = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 9), st.sampled_from("abc")), min_size=1, max_size=12)


def speech(said: list[tuple[int, int, str]]) -> list[Speech]:
    found = [Speech(Segment(start, start + long), "mix", who) for start, long, who in said]
    return sorted(found, key=lambda one: one.time)


@given(SAID, SAID)
def test_after_a_revision_it_is_as_if_nothing_else_had_been_heard(first: list, second: list) -> None:  # type: ignore[type-arg]
    revised, plain = Heard(), Heard()
    for one in speech(first):
        revised.add(one)
    revised.revise(Revised(99, (), tuple(speech(second))))
    revised.settle()
    for one in speech(second):
        plain.add(one)
    assert {who: revised.speech[who].total for who in "abc"} == {who: plain.speech[who].total for who in "abc"}
    assert (revised.anyone.total, revised.overlap.total) == (plain.anyone.total, plain.overlap.total)
    assert {who: revised.floor[who].longest for who in "abc"} == {who: plain.floor[who].longest for who in "abc"}


def test_turns_are_those_of_whose_they_are_now() -> None:
    heard, turn = Heard(), Turn("t", Segment(0, 5), "a", "words", track="mix")
    heard.add_turn(turn)
    heard.revise(Revised(6, (Turn("t", Segment(0, 5), "b", "words", track="mix"),)))
    assert heard.turns("a", Segment(0, 9)) == []
    assert heard.turns("b", Segment(4, 9)) == [("t", turn.segment)]
    assert heard.turns("b", Segment(6, 9)) == []
