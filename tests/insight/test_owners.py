import pytest

from voicemind.insight.owners import owners
from voicemind.timeline.agenda import AgendaItem
from voicemind.timeline.event import Participant

PEOPLE = [
    Participant("a", "Industrial designer"),
    Participant("b", "User interface designer"),
    Participant("c", "Marketing expert"),
    Participant("d", "Priya Raman"),
]


@pytest.mark.parametrize(
    ("title", "owner", "whose"),
    [
        ("Marketing report", None, {"c"}),
        ("Interface specialist presentation", None, {"b"}),
        ("Presentation of the designers", None, set()),  # two people's part names neither
        ("Users: what the marketing expert found", None, set()),  # what explains a heading names nobody
        ("Budget", "Priya", {"d"}),
        ("Marketing report", "Priya", {"d"}),
        ("Priya's numbers", None, {"d"}),
        ("???", None, set()),
    ],
)
def test_whose_an_item_is(title: str, owner: str | None, whose: set[str]) -> None:
    assert owners(AgendaItem("i", title, owner=owner), PEOPLE) == whose


def test_nobody_is_there() -> None:
    assert owners(AgendaItem("i", "Budget", owner="Priya"), []) == frozenset()
