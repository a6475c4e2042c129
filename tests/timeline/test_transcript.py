import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Interim, Transcript, Turn


def turn(turn_id: str, start: float, end: float, text: str = "words", track: str = "a") -> Turn:
    return Turn(turn_id, Segment(start, end), "maya", text, track=track)


def interim(start: float, end: float, track: str = "a") -> Interim:
    return Interim(track, "maya", Segment(start, end), "so far", "and may be")


def test_turns_come_in_order_of_their_start_whenever_they_were_added() -> None:
    transcript = Transcript()
    for item in (turn("c", 5, 6), turn("a", 1, 9), turn("b", 1, 2)):
        transcript.add(item)
    assert [item.id for item in transcript] == ["b", "a", "c"]
    assert len(transcript) == 3


def test_a_turn_replaces_the_one_of_its_id() -> None:
    transcript = Transcript()
    transcript.add(turn("a", 1, 2, "wrong"))
    transcript.add(turn("a", 1, 3, "right"))
    assert [item.text for item in transcript] == ["right"]
    assert transcript["a"].segment == Segment(1, 3)
    assert "a" in transcript
    assert "b" not in transcript
    with pytest.raises(KeyError):
        transcript["b"]


def test_one_interim_a_track_and_the_latest_counts() -> None:
    transcript = Transcript()
    for item in (interim(0, 1), interim(0, 2), interim(0, 1, "b")):
        transcript.add(item)
    assert {item.track: item.segment.end for item in transcript.interims} == {"a": 2, "b": 1}


def test_a_final_ends_the_interim_of_its_own_utterance() -> None:
    transcript = Transcript()
    transcript.add(interim(1, 2))
    transcript.add(interim(1, 2, "b"))
    transcript.add(turn("a", 1, 2.5))
    assert [item.track for item in transcript.interims] == ["b"]


def test_a_final_leaves_the_interim_of_the_next_utterance() -> None:
    transcript = Transcript()
    transcript.add(interim(3, 4))
    transcript.add(turn("a", 1, 2.5))
    assert len(transcript.interims) == 1


def test_text_of_an_interim_has_no_loose_space() -> None:
    assert interim(0, 1).text == "so far and may be"
    assert Interim("a", "maya", Segment(0, 1), "", "maybe").text == "maybe"
    assert Interim("a", "maya", Segment(0, 1), "sure", "").text == "sure"


def test_vector_and_lateness_do_not_make_another_turn() -> None:
    assert turn("a", 1, 2) == Turn("a", Segment(1, 2), "maya", "words", track="a", vector=(1.0,), late=True)


def test_a_turn_happens_when_it_is_over() -> None:
    assert turn("a", 1, 2).time == 2


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 9), st.integers(0, 9)), max_size=20))
def test_order_of_arrival_does_not_matter_for_the_latest_version(rows: list[tuple[str, int, int]]) -> None:
    transcript = Transcript()
    for turn_id, start, length in rows:
        transcript.add(turn(turn_id, start, start + length))
    latest = {turn_id: Segment(start, start + length) for turn_id, start, length in rows}
    assert {item.id: item.segment for item in transcript} == latest
    assert [item.segment for item in transcript] == sorted(latest.values())
