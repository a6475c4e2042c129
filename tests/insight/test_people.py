import pytest

from voicemind.insight.people import Roster
from voicemind.timeline.event import Participant


@pytest.fixture
def roster() -> Roster:
    roster = Roster()
    for name in ("Priya", "Tom", "Victor", "Maya Lind", "Will", "May", "I", "Mark"):
        roster.add(Participant(name.split()[0].lower(), name))
    return roster


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("Tom, could you send it?", "tom"),
        ("Could you send it, Tom?", "tom"),
        ("Can you do that Victor?", "victor"),
        ("Tom?", "tom"),
        ("Tom can you send it", "tom"),
        ("So, Mark, what do you think?", "mark"),
        ("Will, can you send it?", "will"),
        ("Okay Pria, please send it", "priya"),  # as a recogniser hears a name that it does not know
        ("Viktor, can you help?", "victor"),
        ("Will you send it?", None),
        ("May I ask?", None),
        ("Mark my words.", None),
        ("I, for one, agree.", None),
        ("In May, we ship.", None),
        ("Maya is right.", None),
        ("", None),
    ],
)
def test_addressee(roster: Roster, text: str, person: str | None) -> None:
    assert roster.addressee(text) == person


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("So, Priya finishes the screens", ("priya", "finishes the screens")),
        ("Tom'll do it", ("tom", "'ll do it")),
        ("Will will send it", ("will", "will send it")),
        ("Then Maya Lind will send it", ("maya", "will send it")),
        ("Will, you make the schedule", ("will", ", you make the schedule")),
        ("Will you send it", None),
        ("May I go", None),
        ("Mark the date", None),
        ("I will go", None),
        ("", None),
    ],
)
def test_subject(roster: Roster, text: str, subject: tuple[str, str] | None) -> None:
    assert roster.subject(text) == subject


def test_without_address(roster: Roster) -> None:
    assert roster.without_address("Actually no, Tom, let me do that") == "Actually no, let me do that"
    assert roster.without_address("Priya, please send it") == "please send it"
    assert roster.without_address("Well, I will send it") == "Well, I will send it"


def test_a_name_that_two_share_names_neither() -> None:
    roster = Roster()
    roster.add(Participant("a", "Tom Hall"))
    roster.add(Participant("b", "Tom Reed"))
    assert roster.find("Tom") is None
    assert roster.find("Hall") == "a"


def test_new_name() -> None:
    roster = Roster()
    roster.add(Participant("a", "Speaker 1"))
    roster.add(Participant("a", "Ines"))
    assert roster.find("Ines") == "a"
    assert roster.name("a") == "Ines"
    assert roster.name("b") == "b"
    assert len(roster) == 1
