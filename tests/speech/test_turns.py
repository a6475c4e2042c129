from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from voicemind.speech.turns import Voices
from voicemind.timeline.annotation import Annotation, Labelled
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn, Word


def voices(*spans: tuple[float, float, str]) -> Voices:
    return Voices("mix", Annotation(Labelled(Segment(start, end), who) for start, end, who in spans))


def turn(text: str, start: float = 0.0, each: float = 0.5) -> Turn:
    """A turn whose words take so many seconds each."""
    words = tuple(
        Word(word, Segment(start + i * each, start + (i + 1) * each), 0.5 + i / 100)
        for i, word in enumerate(text.split())
    )
    end = words[-1].segment.end if words else start + 1
    return Turn("mix-00000000", Segment(start, end), "mix", text, words, track="mix")


def said(turns: list[Turn]) -> list[tuple[str, str]]:
    return [(part.speaker, part.text) for part in turns]


def test_each_says_their_own_words() -> None:
    parts = voices((0, 1.5, "A"), (1.5, 3, "B")).turns(turn("I think so. Me too then"))
    assert said(parts) == [("A", "I think so."), ("B", "Me too then")]
    assert [part.segment for part in parts] == [Segment(0, 1.5), Segment(1.5, 3)]
    assert len({part.id for part in parts}) == 2


def test_one_speaker_keeps_the_turn_whole() -> None:
    whole = turn("all of it is mine")
    assert voices((0, 5, "A")).turns(whole) == [
        Turn("mix-00000000", whole.segment, "A", whole.text, whole.words, track="mix")
    ]


def test_a_word_that_nobody_says_goes_with_its_neighbours() -> None:
    assert said(voices((0, 0.5, "A"), (1.0, 3, "B")).turns(turn("yes maybe no"))) == [("A", "yes maybe"), ("B", "no")]


def test_a_change_goes_to_the_end_of_a_sentence_one_word_off() -> None:
    assert said(voices((0, 1.0, "A"), (1.0, 3, "B")).turns(turn("that is right. and you know"))) == [
        ("A", "that is right."),
        ("B", "and you know"),
    ]
    assert said(voices((0, 2.0, "A"), (2.0, 4, "B")).turns(turn("that is right. and you know too"))) == [
        ("A", "that is right."),
        ("B", "and you know too"),
    ]


def test_who_speaks_goes_on_where_another_speaks_over_them() -> None:
    assert said(voices((0, 4, "A"), (1, 2, "B")).turns(turn("one two three four five six"))) == [
        ("A", "one two three four five six")
    ]


def test_without_words_it_is_the_nearest_voice() -> None:
    assert [part.speaker for part in voices((0, 1, "A"), (5, 9, "B")).turns(turn("", 4.5))] == ["B"]


def test_speech_is_told_once_and_when_it_is_over() -> None:
    shared = voices((0, 2, "A"), (1, 3, "B"))
    assert [(s.speaker, s.segment) for s in shared.until(2)] == [("A", Segment(0, 2))]
    assert [(s.speaker, s.segment) for s in shared.until(9)] == [("B", Segment(1, 3))]
    assert shared.until(99) == []


spans = st.tuples(st.floats(0, 20), st.floats(0.05, 6), st.sampled_from("ABC")).map(
    lambda item: (item[0], item[0] + item[1], item[2])
)


@given(st.lists(spans, min_size=1, max_size=8), st.integers(1, 30), st.floats(0.05, 0.8))
def test_no_word_is_lost_or_comes_twice(items: list[tuple[float, float, str]], count: int, each: float) -> None:
    whole = turn(" ".join(f"w{i}{'.' if i % 4 == 3 else ''}" for i in range(count)), 1.0, each)
    parts = voices(*items).turns(whole)

    assert [word for part in parts for word in part.words] == list(whole.words)
    assert len({part.id for part in parts}) == len(parts)
    assert all(one.speaker != other.speaker for one, other in pairwise(parts))
    assert {part.speaker for part in parts} <= {who for *_, who in items}
