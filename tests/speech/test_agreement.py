from hypothesis import given
from hypothesis import strategies as st

from voicemind.speech.agreement import LocalAgreement

hypotheses = st.lists(st.text("abc", max_size=8), max_size=12)


def test_what_two_hypotheses_share_is_agreed() -> None:
    agreement: LocalAgreement[str] = LocalAgreement()

    assert agreement.feed("we will mee") == ()
    assert agreement.feed("we will meet") == tuple("we will mee")
    assert agreement.feed("we will meat on") == tuple("we will mee")


def test_the_first_hypothesis_agrees_with_nothing() -> None:
    assert LocalAgreement[str]().feed("word") == ()


@given(hypotheses)
def test_what_is_agreed_is_never_taken_back(texts: list[str]) -> None:
    agreement: LocalAgreement[str] = LocalAgreement()
    before: tuple[str, ...] = ()
    for text in texts:
        after = agreement.feed(text)
        assert after[: len(before)] == before
        before = after


@given(st.text("abc", max_size=20))
def test_the_same_hypothesis_twice_is_agreed_whole(text: str) -> None:
    agreement: LocalAgreement[str] = LocalAgreement()
    agreement.feed(text)

    assert agreement.feed(text) == tuple(text)


def test_items_are_compared_by_their_key_and_the_later_one_stays() -> None:
    agreement: LocalAgreement[str] = LocalAgreement(str.lower)
    agreement.feed(["so", "we", "meat"])

    assert agreement.feed(["So", "WE", "meet"]) == ("So", "WE")
    assert agreement.feed(["so", "we", "meet"]) == ("So", "WE", "meet")
