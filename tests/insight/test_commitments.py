import pytest

from voicemind.insight import commitments as rules


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("I'll send it.", "send it"),
        ("Sure, no problem, I will also send it", "send it"),
        ("By Friday I'll have the draft ready", "have the draft ready"),
        ("Once the numbers are in, I'll send the report", "send the report"),
        ("I’m going to call them", "call them"),
        ("I was hoping to send it on Monday", "send it on Monday"),
        ("My action is to ask legal", "ask legal"),
    ],
)
def test_commitment(text: str, what: str) -> None:
    act = rules.commitment(text)
    assert act is not None
    assert act.what == what


@pytest.mark.parametrize("text", ["I said we would look", "I would drop it", "She will send it", "I won't send it", ""])
def test_no_commitment(text: str) -> None:
    assert rules.commitment(text) is None


def test_a_condition_weighs_less() -> None:
    plain, bound = rules.commitment("I will bring the cards"), rules.commitment("If we go, I will bring the cards")
    assert plain is not None
    assert bound is not None
    assert bound.weight < plain.weight


@pytest.mark.parametrize(
    "text",
    ["I'll do that.", "Leave it with me", "I can take that one", "I will.", "On it!", "No, let me do it, I know him"],
)
def test_taking_on(text: str) -> None:
    assert rules.taking_on(text)


def test_promised() -> None:
    assert rules.promised("Leave that to me.")
    assert rules.promised("I will do that")
    assert not rules.promised("I can do that")


def test_not_taking_on() -> None:
    assert not rules.taking_on("I will send it")


def test_offers() -> None:
    assert rules.offer("Shall I ask them?") is not None
    assert rules.offer("Shall we ask them?") is None
    assert rules.offered("I can ask them")
    assert not rules.offered("I will ask them")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("You'll have the draft by Friday", "deliver the draft by Friday"),
        ("Leave the website to me", "handle the website"),
        ("They will be on your desk on Monday", "deliver them on your desk on Monday"),
    ],
)
def test_what_others_will_have(text: str, what: str) -> None:
    act = rules.commitment(text)
    assert act is not None
    assert act.what == what


def test_a_question_delivers_nothing() -> None:
    assert rules.commitment("You will have the copy, right?") is None


def test_a_hedge_takes_nothing_on() -> None:
    assert not rules.taking_on("I can do it, but this week is full")
    assert rules.taking_on("So that's on me")
