from hypothesis import given
from hypothesis import strategies as st

from voicemind.bench.wording import errors_by_part, normalised, word_errors


def test_words_have_one_spelling() -> None:
    assert normalised("Mr. Smith's colour, twenty-nine dollars") == "mister smith is color $29"


def test_errors_are_counted_in_words() -> None:
    assert word_errors("a b c", "a x c d") == 2
    assert word_errors("", "a b") == 2
    assert word_errors("a b", "") == 2


def test_errors_belong_to_the_part_that_has_them() -> None:
    errors, words = errors_by_part("a b c d e f", ["a x", "", "d e q"])

    assert errors == [1, 0, 2]  # x for b; c is left out before d, and q for f
    assert words == [2, 0, 4]
    assert errors_by_part("a b", ["", ""]) == ([0, 2], [0, 2])
    assert errors_by_part("", ["a b", "c"]) == ([2, 1], [0, 0])
    assert errors_by_part("a b", []) == ([], [])


@given(st.lists(st.sampled_from("abc"), min_size=1), st.lists(st.lists(st.sampled_from("abc")), min_size=1))
def test_the_parts_have_all_errors_together(reference: list[str], parts: list[list[str]]) -> None:
    errors, words = errors_by_part(" ".join(reference), [" ".join(part) for part in parts])

    assert sum(errors) == word_errors(" ".join(reference), " ".join(word for part in parts for word in part))
    assert sum(words) == len(reference)
