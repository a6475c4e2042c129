import pytest

from voicemind.insight import asking


@pytest.mark.parametrize(
    "text",
    [
        "Does the city still pay for the cleaning?",
        "Do we know whether the organ is repaired by then",
        "And what about the fees of last year?",
        "I wonder when the keys are due",
    ],
)
def test_asks(text: str) -> None:
    assert asking.asks(text)


@pytest.mark.parametrize(
    "text",
    [
        "Could you send the list to me?",
        "Shall we take the gym?",
        "Can I borrow your copy of it?",
        "It is the middle one, right?",
        "How are you all today?",
        "Which day?",
        "Shouldn't we talk about the fourth floor?",
        "",
    ],
)
def test_does_not_ask(text: str) -> None:
    assert not asking.asks(text)


@pytest.mark.parametrize(
    "text", ["I have no idea.", "Nor have I.", "We will see", "They never said.", "I haven't heard a word", "No clue."]
)
def test_unknown(text: str) -> None:
    assert asking.unknown(text)


@pytest.mark.parametrize("text", ["At nine.", "Yes, they do", "I know him", "I don't know him", ""])
def test_known(text: str) -> None:
    assert not asking.unknown(text)


@pytest.mark.parametrize(
    "text",
    ["Let us not talk about it now.", "I'd rather not discuss it here", "Not this again", "Let's not go there"],
)
def test_deflects(text: str) -> None:
    assert asking.deflects(text)


@pytest.mark.parametrize("text", ["Let us talk about it now", "It is not so bad", "Let's not forget the cake"])
def test_does_not_deflect(text: str) -> None:
    assert not asking.deflects(text)


def test_listens() -> None:
    assert asking.listens("Mm-hm.")
    assert asking.listens("Oh, okay")
    assert not asking.listens("Oh, at nine")


def test_finds_out() -> None:
    assert asking.finds_out("I don't know, but I'll ask them tomorrow")
    assert not asking.finds_out("I'll take the bus")
