import pytest

from voicemind.insight import requests as rules


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


@pytest.mark.parametrize("text", ["Ines, you have the copy, right?", "Tom, you know the plan", "Tom, you said so"])
def test_what_somebody_has_is_no_task(text: str) -> None:
    assert rules.told(text) is None
    assert rules.assignment(text.partition(" ")[0][-1] + text.partition(" ")[2]) is None


def test_indirect_requests() -> None:
    for text in ("Could I ask you to do the list?", "It would be good to have it by Friday"):
        assert rules.request(text) is not None


def test_group_task_and_told() -> None:
    assert rules.group_task("We'll send it by Friday") is not None
    told = rules.told("and you proofread it, Iris?")
    assert told is not None
    assert told.what.startswith("proofread")
