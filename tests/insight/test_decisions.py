import pytest

from tests.insight.talk import DIALOGUES, dialogue, matched, run, standing
from voicemind.insight.decisions import Decisions
from voicemind.timeline.insight import Insight


def decisions(text: str) -> list[Insight]:
    return standing(run(Decisions(), dialogue(text).events), "decision")


def only(text: str) -> Insight:
    found = decisions(text)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    "said",
    [
        "Then it is decided. The spreadsheet export is out of version two.",
        "Agreed then. Twenty nine dollars per person, with fifteen percent off for the year.",
        "Then we move the launch to April twenty first, and this time the date is firm.",
        "Let's go with the wooden shed then.",
        "Okay, so from next week we have soup on Tuesdays instead of pasta.",
        "We have decided to keep the barrier open until nine.",
        "So we're agreed, the team plan costs twenty nine dollars.",
        "Fine, we'll go with thirty days of backups.",
        "Then the annual accounts are approved.",
    ],
)
def test_said_outright(said: str) -> None:
    found = only(f"Maya> {said}")
    assert found.speaker == "Maya"
    assert found.id == "decision:t000"
    assert found.evidence == ("t000",)


def test_what_was_decided_follows_the_cue() -> None:
    assert (
        only("Maya> Then it is decided. The export is out of version two.").text == "The export is out of version two"
    )


def test_what_was_decided_stood_before() -> None:
    found = only("Tom> Do you want to drop the third experiment?\nMaya> Yes.\nTom> Then it is decided.\nMaya> Good.")
    assert "third experiment" in found.text
    assert found.evidence == ("t000", "t002")


def test_few_words_are_told_in_context() -> None:
    found = only("Tom> And the cover, red or green?\nMaya> Green sells better.\nTom> Then we go for green.")
    assert "cover" in found.text


def test_proposal_needs_everybody() -> None:
    proposed = "Maya> I think we should keep the barrier open until nine.\n"
    assert only(f"{proposed}Tom> Yes, nine makes sense.\nPriya> Agreed.").evidence == ("t000", "t002")
    assert not decisions(f"{proposed}Tom> Yes, nine makes sense.\nPriya> I see trouble there.")
    assert not decisions(f"{proposed}Tom> Yes, nine makes sense.\nPriya> No, that is too late.")


def test_thanks_agree_to_nothing() -> None:
    assert not decisions(
        "Priya> Could we ship reading offline first?\nTom> That could be two weeks.\n"
        "Victor> Thank you. And I am sorry.\nMaya> Perfect."
    )


def test_said_again_is_one_decision() -> None:
    found = only(
        "Maya> Then we move the launch to April twenty first.\nTom> Works for me.\n"
        "Maya> To recap, then we move the launch to April twenty first."
    )
    assert found.evidence == ("t000", "t002")


def test_reversed() -> None:
    found = run(
        Decisions(),
        dialogue(
            "Ruth> All right, let's go with the wooden shed then.\nBen> Okay.\nBen> It is not allowed.\n"
            "Ruth> Okay, then we take the steel shed instead of the wooden one."
        ).events,
    )
    assert [(i.text.split()[-1], i.state) for i in found.values()] == [("then", "withdrawn"), ("one", "open")]


def test_other_figure_takes_the_place() -> None:
    found = only(
        "Maya> So we're agreed, the launch is on April seventh.\nTom> Fine.\n"
        "Maya> So we're agreed, the launch is on April twenty first."
    )
    assert "twenty first" in found.text


def test_taken_back_at_once() -> None:
    assert not decisions("Maya> Let's go with the blue poster then.\nTom> Hm.\nMaya> Actually, no, scratch that.")


@pytest.mark.parametrize(
    "said",
    [
        "Let us start with the beta.",
        "Let's take a break.",
        "We could go with the blue one.",
        "If we go with the blue one, it is cheaper.",
        "We have not decided yet.",
        "We decided that last year.",
        "So we keep losing customers.",
        "I see it differently, actually.",
        "Have we decided?",
        "We took the train and then we went home.",
        "We cannot do all three.",
        "What it is, I do not know.",
        "",
    ],
)
def test_no_decision_in(said: str) -> None:
    assert not decisions(f"Tom> {said}")


def test_the_next_agenda_item_is_not_what_was_decided() -> None:
    meeting = dialogue("@agenda Lunch menu; School trip\nAda> Then it is decided.\nAda> Lunch menu.")
    assert not run(Decisions(), meeting.events)


def test_dialogues() -> None:
    """Thirty-three meetings of other kinds, which the rules know: they must not unlearn them."""
    of = found = false = 0
    for path in DIALOGUES:
        meeting = dialogue(path.read_text())
        given = standing(run(Decisions(), meeting.events), "decision")
        pairs = matched(meeting.decisions, given)
        of, found, false = of + len(meeting.decisions), found + len(pairs), false + len(given) - len(pairs)
        assert len(given) - len(pairs) <= 1, path.name
    assert of == 48
    assert found >= 0.75 * of
    assert false <= 0.2 * found


def test_a_decision_is_reversed() -> None:
    found = decisions(
        "Ada> Good, so all customers get a free month.\nTom> Fine.\n"
        "Ada> I have changed my mind. Instead of a free month we pay back the fees of the week.\nTom> That works.\n"
        "Ada> Then that is what we do. The fees of the week are paid back, and there is no free month."
    )
    assert len(found) == 1
    assert "paid back" in found[0].text or "pay back" in found[0].text


def test_how_things_are_is_no_decision() -> None:
    assert not decisions("Tom> We travel twice a year.\nAda> That makes sense.\nTom> Yes.")


def test_what_one_person_does_is_a_task_and_no_decision() -> None:
    assert not decisions("Ada> Perfect, so Tom sends the insurance list on Friday.\nTom> Yes.")


def test_choices_named_and_summed_up() -> None:
    (found,) = decisions(
        "Ada> Blue shirts or green shirts for the team?\nTom> Blue.\nEve> Blue, of course.\nAda> Blue, then."
    )
    assert found.text.startswith("Blue, then")
