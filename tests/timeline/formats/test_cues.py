from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tests.timeline.strategies import few, meetings
from voicemind.timeline.event import Joined, Participant
from voicemind.timeline.formats.cues import LINE, LONGEST, Cue, cues, wrap
from voicemind.timeline.minutes import Minutes
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn, Word

TALE = (
    "I rode my bike up to the old lighthouse, forty kilometers against the wind, and when I finally arrived, "
    "the cafe was closed. Closed, on a Saturday! So I sat on the wall with a banana and looked at the seagulls."
)


def timed(text: str, start: float = 0.0, pace: float = 0.375, **pauses: float) -> Turn:
    """A turn with a word every ``pace`` seconds; a pause in seconds before the words that are named."""
    words, time = [], start
    for word in text.split():
        time += pauses.get(word, 0.0)
        words.append(Word(word, Segment(time, time + pace)))
        time += pace
    return Turn(f"t{start}", Segment(start, time), "p1", text, tuple(words))


def made(*turns: Turn) -> list[Cue]:
    minutes = Minutes()
    minutes.add(Joined(0.0, Participant("p1", "Al")))
    minutes.add(Joined(0.0, Participant("p2", "Bo")))
    for turn in turns:
        minutes.add(turn)
    return cues(minutes)


def test_a_short_turn_is_one_cue_with_the_times_of_its_words() -> None:
    (cue,) = made(timed("Good morning all.", start=2.0))
    assert (cue.segment, cue.text, cue.label) == (Segment(2.0, 3.125), "Good morning all.", "Al")


def test_a_long_turn_is_cut_where_a_reader_breathes() -> None:
    texts = [cue.text for cue in made(timed(TALE))]
    assert " ".join(texts) == TALE
    assert all(text[-1] in ".,!" for text in texts)
    assert all(len(wrap(f"Al: {text}")) <= 2 for text in texts)


def test_word_times_are_kept_where_a_turn_is_cut() -> None:
    turn = timed(TALE)
    starts = {round(word.segment.start, 3) for word in turn.words}
    assert {round(cue.segment.start, 3) for cue in made(turn)} <= starts


def test_a_long_pause_ends_a_cue() -> None:
    found = made(timed("Let me think about it.", about=3.0))
    assert [cue.text for cue in found] == ["Let me think", "about it."]
    assert found[1].segment.start == 0.375 * 3 + 3.0


def test_slow_speech_is_cut_by_time() -> None:
    found = made(timed("one two three four five six seven eight", pace=2.0))
    assert all(cue.segment.duration <= LONGEST for cue in found)
    assert len(found) == 3


def test_without_word_times_the_text_is_spread_over_the_turn() -> None:
    found = made(Turn("a", Segment(10.0, 30.0), "p1", TALE))
    assert " ".join(cue.text for cue in found) == TALE
    assert (found[0].segment.start, found[-1].segment.end) == (10.0, 30.0)
    assert all(cue.segment.duration <= LONGEST for cue in found)


def test_words_that_are_not_those_of_a_corrected_text_are_passed_over() -> None:
    words = timed("we meet on monday").words
    (cue,) = made(Turn("a", Segment(0.0, 5.0), "p1", "We meet on Tuesday.", words))
    assert (cue.text, cue.segment) == ("We meet on Tuesday.", Segment(0.0, 5.0))


def test_spelling_and_spaces_are_those_of_the_text() -> None:
    words = (Word(" Twenty", Segment(1, 2)), Word("-nine", Segment(2, 3)), Word("dollars", Segment(3, 4)))
    (cue,) = made(Turn("a", Segment(0, 9), "p1", "“Twenty-nine dollars!”", words))
    assert (cue.text, cue.segment) == ("“Twenty-nine dollars!”", Segment(1, 4))


def test_text_without_spaces_is_cut_too() -> None:
    text = "明日の会議では予算と発売日を決めます" * 12
    found = made(Turn("a", Segment(0.0, 40.0), "p1", text))
    assert "".join(cue.text for cue in found) == text
    assert all(len(line) <= LINE for cue in found for line in wrap(cue.text))


def test_turns_of_one_speaker_that_follow_closely_share_a_cue() -> None:
    assert [cue.text for cue in made(timed("Yes."), timed("Of course.", start=1.0))] == ["Yes. Of course."]
    assert len(made(timed("Yes."), timed("Of course.", start=2.0))) == 2


def test_the_label_is_there_where_the_speaker_changes() -> None:
    other = Turn("b", Segment(5.0, 6.0), "p2", "No.")
    found = made(timed("Yes."), timed("Sure.", start=3.0), other, timed("Yes.", start=8.0))
    assert [cue.label for cue in found] == ["Al", "", "Bo", "Al"]


def test_a_short_cue_stays_a_second_where_there_is_room() -> None:
    first, second = made(timed("Yes."), Turn("b", Segment(0.7, 0.8), "p2", "No."))
    assert first.segment == Segment(0.0, 0.7)
    assert second.segment == Segment(0.7, 1.7)


def test_lines_are_of_about_equal_length_and_break_after_a_clause() -> None:
    assert wrap("The phone only sends it when the signal is strong enough.") == [
        "The phone only sends it when",
        "the signal is strong enough.",
    ]
    assert wrap("The launch date, and the accessibility audit of May.") == [
        "The launch date,",
        "and the accessibility audit of May.",
    ]
    assert wrap("short") == ["short"]


@given(st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=200))
def test_one_endless_word_is_broken(text: str) -> None:
    lines = wrap(text)
    assert "".join(lines) == text
    assert all(len(line) <= LINE for line in lines)


@few
@given(meetings())
def test_cues_of_any_meeting_fit(minutes: Minutes) -> None:
    found = cues(minutes)
    assert [cue.segment.start for cue in found] == sorted(cue.segment.start for cue in found)
    for cue in found:
        assert 0.0 <= cue.segment.start <= cue.segment.end <= cue.segment.start + LONGEST + 1e-6
        assert cue.text
    for speaker in {cue.speaker for cue in found}:
        own = [cue.segment for cue in found if cue.speaker == speaker]
        assert all(a.end <= b.start or a.start == b.start for a, b in pairwise(own))
