import pytest

from voicemind.insight.settlements import proposal, settlement


@pytest.mark.parametrize(
    "text",
    [
        "Then it is decided.",
        "So we have decided to keep it",
        "Agreed then, 29 dollars",
        "Let's go with the wooden one then",
        "Okay, then we take the steel shed",
        "The band it is",
        "Then the accounts are approved",
        "We'll go with thirty days",
        "So no logos on the shirts",
        "Let's make that the rule",
    ],
)
def test_settled(text: str) -> None:
    found = settlement(text)
    assert found is not None
    assert found.weight >= 0.55


@pytest.mark.parametrize(
    "text",
    [
        "Let us start with the beta",
        "Let's move on",
        "We could go with the blue one",
        "If it is decided",
        "We decided that last year",
        "and then we went home",
        "So no problem",
        "Yes it is",
        "What it is",
        "",
    ],
)
def test_not_settled(text: str) -> None:
    found = settlement(text)
    assert found is None or found.weight < 0.55


def test_firm_words_add_weight() -> None:
    plain, firm = settlement("We move the launch"), settlement("Then we move the launch")
    assert plain is not None
    assert firm is not None
    assert firm.weight > plain.weight


@pytest.mark.parametrize("text", ["I propose twenty nine dollars", "Shall we drop it?", "Let's take the train"])
def test_proposal(text: str) -> None:
    assert proposal(text) is not None


@pytest.mark.parametrize("text", ["Shall we start?", "Let's take a break", "Let us breathe", "I would like that", ""])
def test_no_proposal(text: str) -> None:
    assert proposal(text) is None
