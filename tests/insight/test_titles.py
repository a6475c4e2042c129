import pytest

from tests.insight.talk import items
from voicemind.insight.titles import Titles, postpones

TITLES = Titles(
    items(
        "Feedback from the beta",
        "Scope of version two",
        "Price of the team plan",
        "Launch date",
        "Accessibility audit",
    )
)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Now, scope.", "Scope of version two"),
        ("Let us start with the beta.", "Feedback from the beta"),
        ("The price, I propose twenty nine dollars per person each month for the team plan.", "Price of the team plan"),
        ("Last big one, the launch.", "Launch date"),
        ("What about the accessibility audit?", "Accessibility audit"),
        ("I believe you, but they do not see the traces.", None),
        ("My customers can wait two more weeks, if the date is firm.", None),
        ("", None),
    ],
)
def test_opened(text: str, title: str | None) -> None:
    place = TITLES.opened(text)
    assert (None if place is None else TITLES.items[place].title) == title


def test_reading_out_the_agenda() -> None:
    assert TITLES.lists("The scope of version two, the price of the team plan, the launch date, and the audit.")
    assert not TITLES.lists("Now, scope. The floor plans, the export, and working offline.")


def test_named_best_first() -> None:
    assert TITLES.named("the launch date and the price of the plan")[0] == 3
    assert TITLES.named("nothing of that kind") == []


def test_shared_and_common_words_say_less() -> None:
    titles = Titles(items("Budget update", "Travel budget update"))
    assert titles.weight(1, "travel") > titles.weight(1, "budget")
    assert titles.opened("Now, the budget.") == 0
    assert titles.opened("The update.") is None


def test_shares_are_shares() -> None:
    shares = TITLES.shares(frozenset({"launch", "dat", "pric", "xyz"}))
    assert shares[3] == pytest.approx(1.0)
    assert 0 < shares[2] < 1
    assert 0 not in shares


@pytest.mark.parametrize(
    "text",
    [
        "The fire drill has to wait until next time.",
        "The supermarket we do another day.",
        "Can that wait?",
        "Let's not do that today.",
        "The cameras we leave for later.",
        "We have no time for the party.",
        "Let's take that offline.",
    ],
)
def test_postpones(text: str) -> None:
    assert postpones(text)


@pytest.mark.parametrize("text", ["We are out of time.", "I keep it open until nine.", "On Thursday it rained.", ""])
def test_does_not_postpone(text: str) -> None:
    assert not postpones(text)


def test_titles_without_words() -> None:
    titles = Titles(items("???", "The"))
    assert titles.opened("The.") is None
    assert titles.named("???") == []
