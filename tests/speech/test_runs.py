from hypothesis import given
from hypothesis import strategies as st

from voicemind.speech.runs import LONGEST, OpenRuns
from voicemind.timeline.annotation import Labelled
from voicemind.timeline.segment import Segment, total, union


def piece(start: float, end: float, label: str = "a") -> Labelled:
    return Labelled(Segment(start, end), label, "room")


def test_a_stretch_ends_with_a_pause() -> None:
    runs = OpenRuns(0.25)
    assert runs.feed([piece(0.5, 1.0)], 1.0) == []
    assert runs.earliest_end(9.0) == 1.0
    assert runs.feed([piece(1.125, 1.5)], 2.0) == [piece(0.5, 1.5)]
    assert runs.earliest_end(2.0) == 2.0


def test_two_stretches_in_one_second() -> None:
    assert OpenRuns(0.25).feed([piece(0.0, 0.25), piece(0.75, 1.0)], 1.0) == [piece(0.0, 0.25)]


def test_a_long_one_is_given_out_in_parts() -> None:
    runs, found = OpenRuns(0.25), []
    for second in range(40):
        found += runs.feed([piece(second, second + 1)], second + 1)
    found += runs.close()
    assert [run.segment.duration for run in found] == [LONGEST, LONGEST, 10.0]


def test_joined_people_have_one_stretch() -> None:
    runs = OpenRuns(0.25)
    runs.feed([piece(0, 1, "a"), piece(0.5, 1, "b")], 1.0)
    runs.rename({"b": "a"})
    assert runs.close() == [piece(0, 1, "a")]


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 8), st.integers(0, 8)), max_size=30))
def test_no_speech_is_lost_or_made_up(pieces: list[tuple[str, int, int]]) -> None:
    said = [piece(i + min(s, e) / 8, i + max(s, e) / 8, label) for i, (label, s, e) in enumerate(pieces) if s != e]
    runs, found = OpenRuns(0.0), []
    for one in said:
        found += runs.feed([one], float(int(one.segment.start) + 1))
    found += runs.close()
    for label in "ab":
        spoken = [i.segment for i in said if i.label == label]
        assert total(spoken) == total(i.segment for i in found if i.label == label)
        assert union(spoken) == union(i.segment for i in found if i.label == label)
