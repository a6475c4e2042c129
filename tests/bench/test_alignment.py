from hypothesis import given
from hypothesis import strategies as st

from voicemind.bench.alignment import align

WORDS = st.lists(st.sampled_from("abcd"), max_size=8)


def test_a_text_that_stops_early_stands_for_the_beginning() -> None:
    assert align(["the", "cat", "sat", "on", "the", "mat"], ["the", "cat"]) == ([(0, 0), (1, 1)], 2)


def test_wrong_words_are_left_out() -> None:
    reference = ["we", "meet", "on", "monday", "at", "nine"]
    said = ["we", "eat", "on", "monday", "uh", "nine"]
    assert align(reference, said) == ([(0, 0), (2, 2), (3, 3), (5, 5)], 6)


def test_nothing_stands_for_nothing() -> None:
    assert align([], []) == ([], 0)
    assert align(["a"], []) == ([], 0)
    assert align([], ["a"]) == ([], 0)


@given(WORDS, WORDS)
def test_pairs_are_equal_words_in_order(reference: list[str], said: list[str]) -> None:
    pairs, length = align(reference, said)
    assert all(reference[i] == said[j] for i, j in pairs)
    assert pairs == sorted(pairs)
    assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == len(pairs)
    assert all(i < length for i, _ in pairs)


@given(WORDS, st.integers(0, 8))
def test_every_word_of_a_true_beginning_is_found(reference: list[str], count: int) -> None:
    said = reference[:count]
    assert align(reference, said) == ([(i, i) for i in range(len(said))], len(said))
