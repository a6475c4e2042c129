import pytest

from voicemind.insight import replies


@pytest.mark.parametrize(
    "text", ["Yes.", "Sure, no problem", "Okay", "Of course", "Will do", "I can do that", "Gladly"]
)
def test_accepts(text: str) -> None:
    assert replies.accepts(text)
    assert replies.welcomes(text)


@pytest.mark.parametrize("text", ["No.", "Sorry, I can't", "I'm afraid not", "Well, I don't have time", "Not really"])
def test_declines(text: str) -> None:
    assert replies.declines(text)
    assert not replies.accepts(text)
    assert not replies.agrees(text)


def test_no_problem_is_a_yes() -> None:
    assert replies.accepts("No problem")
    assert not replies.declines("No problem")


def test_thanks_welcome_but_do_not_agree() -> None:
    for text in ("Thank you", "Great", "Perfect"):
        assert replies.welcomes(text)
        assert not replies.agrees(text)
        assert not replies.urges(text)
    assert replies.urges("That would help a lot, thanks")
    assert replies.urges("Yes, please do")


@pytest.mark.parametrize("text", ["Works for me", "Nine makes sense.", "Me too", "Fine with me", "No, me neither"])
def test_agrees(text: str) -> None:
    assert replies.agrees(text)


@pytest.mark.parametrize(
    "text", ["Actually, no, leave it", "Never mind", "Oh, forget it", "Scratch that", "Don't bother"]
)
def test_takes_back(text: str) -> None:
    assert replies.takes_back(text)


@pytest.mark.parametrize(
    "text", ["Leave it with me", "Let's leave it there", "I would drop it completely", "Leave it to Tom"]
)
def test_does_not_take_back(text: str) -> None:
    assert not replies.takes_back(text)


def test_takes_back_what_it_names() -> None:
    assert replies.takes_back_named("We don't need the survey any more")
    assert not replies.takes_back_named("We need the survey")


def test_instead_and_reported() -> None:
    assert replies.instead("Priya does it instead")
    assert replies.reported("I said we would look at it")
    assert not replies.reported("We would look at it")
