from hypothesis import given
from hypothesis import strategies as st

from voicemind.timeline.pieces import cut, families, family, gathered, reworded
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn, Word


def said(text: str, turn_id: str = "t", start: float = 0.0, speaker: str = "a") -> Turn:
    """A turn of one word a second."""
    words = tuple(Word(word, Segment(start + i, start + i + 1), 0.5) for i, word in enumerate(text.split()))
    return Turn(turn_id, Segment(start, start + len(words)), speaker, text, words, 0.5, "mic")


def texts(turns: list[Turn]) -> list[tuple[str, str]]:
    return [(turn.id, turn.text) for turn in turns]


def test_a_part_belongs_to_the_turn_it_was_cut_from() -> None:
    assert [family(name) for name in ("mic-00001000", "mic-00001000.250", "ada.1-00001000", "t1", ".5")] == [
        "mic-00001000",
        "mic-00001000",
        "ada.1-00001000",
        "t1",
        ".5",
    ]
    turns = [said("c", "t.2000", 2), said("x", "u"), said("a b", "t")]
    assert {root: texts(found) for root, found in families(turns).items()} == {
        "t": [("t", "a b"), ("t.2000", "c")],
        "u": [("u", "x")],
    }


def test_a_turn_is_cut_between_two_words() -> None:
    first, rest = cut([said("a b c d")], 1.9)
    assert (first.id, first.text, first.segment) == ("t", "a b", Segment(0, 2))
    assert (rest.id, rest.text, rest.segment) == ("t.1900", "c d", Segment(2, 4))
    assert texts(cut([first, rest], 3.0)) == [("t", "a b"), ("t.1900", "c"), ("t.3000", "d")]


def test_where_there_is_nothing_to_cut_it_stays() -> None:
    for time in (-1.0, 0.2, 4.0, 99.0):
        assert cut([said("a b c d")], time) == [said("a b c d")]
    wordless = Turn("t", Segment(0, 4), "a", "a b c d")
    assert cut([wordless], 2.0) == [wordless]


def test_what_was_one_turn_is_put_together_again() -> None:
    pieces = [said("a b"), said("c", "t.2000", 2, "b"), said("d e f", "t.3000", 3, "c")]
    [whole] = gathered(pieces, "t", Segment(0, 6))
    assert (whole.id, whole.text, whole.segment, whole.speaker) == ("t", "a b c d e f", Segment(0, 6), "c")
    assert [word.text for word in whole.words] == ["a", "b", "c", "d", "e", "f"]


def test_what_became_part_of_a_longer_turn_is_cut_out() -> None:
    assert texts(gathered([said("a b c d e")], "t.1000", Segment(1, 3))) == [
        ("t", "a"),
        ("t.1000", "b c"),
        ("t.3000", "d e"),
    ]
    assert texts(gathered([said("a b c d e")], "t", Segment(2, 5))) == [("t.0", "a b"), ("t", "c d e")]


def test_a_turn_that_is_as_it_was_stays_as_it_is() -> None:
    pieces = [said("a b"), said("c", "t.2000", 2)]
    assert gathered(pieces, "t.2000", Segment(2.02, 2.98)) == pieces
    assert gathered(pieces, "t", Segment(7, 9)) == pieces


def test_words_that_stayed_keep_their_times() -> None:
    turn = reworded(said("we met two bees today"), "we need two more bees today")
    assert turn.text == "we need two more bees today"
    assert [(word.text, word.segment.start, word.segment.end) for word in turn.words] == [
        ("we", 0, 1),
        ("need", 1, 2),
        ("two", 2, 3),
        ("more", 3, 3),
        ("bees", 3, 4),
        ("today", 4, 5),
    ]
    assert [word.confidence for word in turn.words] == [0.5, 1, 0.5, 1, 0.5, 0.5]
    assert turn.confidence == 1


def test_new_words_share_the_time_of_what_they_stand_for() -> None:
    turn = reworded(said("a b c"), "a xx yyyyyy c")
    assert [word.segment for word in turn.words] == [Segment(0, 1), Segment(1, 1.25), Segment(1.25, 2), Segment(2, 3)]
    assert reworded(said("a"), "x y").words[0].segment == Segment(0, 0.5)
    assert [word.text for word in reworded(said("a b c"), "c").words] == ["c"]
    assert reworded(said("a b"), "a b") == said("a b")
    assert reworded(Turn("t", Segment(0, 1), "a", "a"), "b c").text == "b c"


cuts = st.lists(st.floats(-1, 9, allow_nan=False), max_size=5)
spans = st.lists(
    st.tuples(st.sampled_from(["t", "t.2000", "t.5000"]), st.integers(0, 8), st.integers(0, 8)), max_size=4
)


@given(cuts, spans)
def test_no_word_is_lost_or_said_twice_and_no_id_given_twice(
    times: list[float], seen: list[tuple[str, int, int]]
) -> None:
    pieces = [said("a b c d e f g h")]
    for time in times:
        pieces = cut(pieces, time)
    for turn_id, start, end in seen:
        pieces = gathered(pieces, turn_id, Segment(start, end))
        assert [word.text for piece in pieces for word in piece.words] == list("abcdefgh")
        assert " ".join(piece.text for piece in pieces) == "a b c d e f g h"
        assert len({piece.id for piece in pieces}) == len(pieces)
        assert gathered(pieces, turn_id, Segment(start, end)) == pieces
