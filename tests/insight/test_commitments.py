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


@pytest.mark.parametrize(
    "text",
    [
        "Could you send it by Friday?",
        "Tom, can you please send it?",
        "Would you mind sending it?",
        "It would be great if you could send it",
        "Do you think you could maybe send it",
        "I was wondering if you could send it",
        "Please send it",
        "I'd like you to send it",
    ],
)
def test_request(text: str) -> None:
    act = rules.request(text)
    assert act is not None
    assert act.what.startswith("send")


@pytest.mark.parametrize(
    "text",
    [
        "Can somebody send it?",
        "Who can send it?",
        "Someone should send it",
        "Who sends it?",
        "The report still needs a summary",
    ],
)
def test_open_request(text: str) -> None:
    assert rules.open_request(text) is not None


def test_statements_are_no_requests() -> None:
    assert rules.open_request("The discussion has to be stronger") is None
    assert rules.open_request("Who is there?") is None
    assert rules.request("You are right") is None


@pytest.mark.parametrize(
    ("predicate", "what"),
    [
        ("will send it", "send it"),
        ("'ll send it", "send it"),
        ("finishes the screens", "finishes the screens"),
        ("has the estimate by Friday", "has the estimate by Friday"),
        ("takes the Christmas week", "takes the Christmas week"),
        (", you take the notes", "take the notes"),
    ],
)
def test_assignment(predicate: str, what: str) -> None:
    act = rules.assignment(predicate)
    assert act is not None
    assert act.what == what


@pytest.mark.parametrize("predicate", ["is late", "was there", "does not know", ""])
def test_no_assignment(predicate: str) -> None:
    assert rules.assignment(predicate) is None


def test_offers() -> None:
    assert rules.offer("Shall I ask them?") is not None
    assert rules.offer("Shall we ask them?") is None
    assert rules.offered("I can ask them")
    assert not rules.offered("I will ask them")


def test_group_task_and_told() -> None:
    assert rules.group_task("We'll send it by Friday") is not None
    told = rules.told("and you proofread it, Iris?")
    assert told is not None
    assert told.what.startswith("proofread")
