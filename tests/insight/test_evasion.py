from tests.insight.talk import dialogue, run, standing
from voicemind.insight.evasion import Evasions
from voicemind.timeline.insight import Insight

RAISED = "Ann> And then there is the old landlord, he says that we owe him the water of two years.\n"
AWAY = "Bob> Let us not talk about it now.\n"
ON = "Ann> The new place has a roof terrace.\nBob> We could make portraits up there in the evening, with the harbour.\n"


def avoided(text: str) -> list[Insight]:
    return standing(run(Evasions(), dialogue(text).events), "avoided")


def test_what_is_steered_away_from_is_dropped() -> None:
    (found,) = avoided(RAISED + AWAY + ON * 3)
    assert found.speaker == "Ann"
    assert found.evidence == ("t000", "t001")
    assert (found.data["why"], found.data["by"], found.data["item"]) == ("dropped", "Bob", None)
    assert "water of two years" in found.data["quote"]


def test_its_agenda_item_is_named() -> None:
    (found,) = avoided("@agenda Rent; What we owe the old landlord\n" + RAISED + AWAY + ON * 3)
    assert found.data["item"] == "What we owe the old landlord"


def test_a_question_that_is_steered_away_from_is_unanswered() -> None:
    (found,) = avoided("Ann> What happens when they ask about the runway?\nBob> Let's not go there.\n" + ON * 3)
    assert found.data["why"] == "unanswered"


def test_nothing_is_dropped_when_the_talk_goes_on_about_it() -> None:
    more = "Ann> But the landlord wants the water of two years.\nBob> The landlord and his water, well.\n"
    assert not avoided(RAISED + AWAY + more + ON * 3)


def test_taken_up_later_it_is_withdrawn() -> None:
    back = "Ann> The landlord called about the water.\nBob> Fine, we pay the landlord for the water.\n"
    assert not avoided(RAISED + AWAY + ON * 4 + back)


def test_nothing_was_raised() -> None:
    assert not avoided("Bob> Let us not talk about it now.\n" + ON * 3)
