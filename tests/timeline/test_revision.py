from hypothesis import given
from hypothesis import strategies as st

from voicemind.timeline.annotation import Annotation, Labelled
from voicemind.timeline.event import Revised, Speech
from voicemind.timeline.revision import revise
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn

HEARD = Annotation([Labelled(Segment(0, 10), "a", "mix"), Labelled(Segment(2, 4), "b", "other")])


def test_speech_takes_the_place_of_all_on_its_tracks() -> None:
    found = revise(HEARD, Revised(11, (), (Speech(Segment(1, 3), "mix", "c"),)), {})
    assert list(found) == [Labelled(Segment(1, 3), "c", "mix"), Labelled(Segment(2, 4), "b", "other")]


def test_a_turn_takes_its_time_from_who_had_it() -> None:
    turn = Turn("t", Segment(5, 10), "c", "words", track="mix")
    found = revise(HEARD, Revised(11, (turn,)), {"t": "a"})
    assert found.talk_time() == {"a": 5, "b": 2, "c": 5}
    assert revise(HEARD, Revised(11, (turn,)), {}) == HEARD  # whose it was is not known


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 10), st.sampled_from("abc")), max_size=8))
def test_what_is_given_stays_as_it_is_and_no_time_is_lost(said: list[tuple[int, int, str]]) -> None:
    before = HEARD.copy()
    turns = tuple(Turn(str(i), Segment(s, s + d), who, "words", track="mix") for i, (s, d, who) in enumerate(said))
    found = revise(HEARD, Revised(40, turns), dict.fromkeys(map(str, range(len(said))), "a"))
    assert before == HEARD
    assert found.speech() == HEARD.speech()
