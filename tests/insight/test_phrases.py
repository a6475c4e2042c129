import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicemind.insight.phrases import content, is_content, key_phrases, overlap, stem, tokens


@pytest.mark.parametrize(
    "family",
    [
        "price prices pricing priced",
        "launch launches launched launching",
        "estimate estimates estimated",
        "finish finishes finished",
        "plan plans planned planning",
        "hire hired hiring",
        "write writes writing",
        "policy policies",
        "audit audits",
        "ship shipping",
    ],
)
def test_inflections_share_a_stem(family: str) -> None:
    assert len({stem(word) for word in family.split()}) == 1


@pytest.mark.parametrize(("one", "other"), [("beta", "better"), ("plan", "plant"), ("date", "data")])
def test_other_words_do_not(one: str, other: str) -> None:
    assert stem(one) != stem(other)


@given(st.text(alphabet=st.characters(categories=["L", "N", "P"]), max_size=30))
def test_stem_never_fails_and_is_no_longer(word: str) -> None:
    assert len(stem(word)) <= len(word.lower())


def test_tokens_write_numbers_in_digits() -> None:
    assert tokens("Version two, isn't it?") == ["Version", "2", "isn't", "it"]


def test_content_leaves_out_what_holds_sentences_together() -> None:
    assert content("I think we should move it to the summer, and do it well") == [stem("move"), stem("summer")]
    assert not is_content("don't")
    assert is_content("42")


@given(st.frozensets(st.text()), st.frozensets(st.text()))
def test_overlap_is_symmetric_and_a_share(left: frozenset[str], right: frozenset[str]) -> None:
    assert overlap(left, right) == overlap(right, left)
    assert 0.0 <= overlap(left, right) <= 1.0
    assert overlap(left, left) == float(bool(left))


def test_key_phrases_mark_a_stretch_against_the_rest() -> None:
    texts = ["They make a cinnamon roll that is bigger than your head.", "Who needs eleven cinnamon rolls?"]
    background = {"head": 9, "bigg": 9, "cinnamon": 2, "rol": 2}
    assert key_phrases(texts, background, 20)[0] == "cinnamon roll"


def test_key_phrases_of_nothing() -> None:
    assert key_phrases(["", "and so on, it is"], {}, 0) == []
