import pytest

from voicemind.insight.verbs import promise


@pytest.mark.parametrize(
    "what",
    [
        "finish the screens",
        "sets that up",
        "notify them",
        "add a column",
        "talk to legal",
        "look into it",
        "let them know",
    ],
)
def test_work(what: str) -> None:
    assert promise(what, dated=False) == pytest.approx(0.15)


@pytest.mark.parametrize(
    "what",
    ["be late", "tell you a story", "go back", "take a break", "share my screen", "just say", "", "not go there"],
)
def test_no_promise(what: str) -> None:
    assert promise(what, dated=False) is None


@pytest.mark.parametrize("what", ["tell you", "have the draft ready", "take the picture"])
def test_a_date_makes_a_task_of_talk(what: str) -> None:
    assert (promise(what, dated=True) or 0.0) > (promise(what, dated=False) or -1.0)


def test_private_life_weighs_less() -> None:
    assert (promise("ride my bike", dated=False) or 0.0) < 0
    assert promise("bring the cards", dated=False) == pytest.approx(-0.2)
    assert promise("be late", dated=True) is None
