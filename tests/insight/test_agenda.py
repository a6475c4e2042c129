from tests.insight.talk import DIALOGUES, dialogue, items, run, standing
from voicemind.insight.agenda import AgendaCoverage
from voicemind.timeline.event import Agenda, Tick
from voicemind.timeline.insight import Insight
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn

PLANNING = """@agenda Feedback from the beta; Scope of version two; Launch date; Accessibility audit
Maya> Good morning. Today the beta feedback, the scope of version two, the launch date, and the accessibility audit.
Maya> Let us start with the beta.
Victor> Mostly good news. Forty two people used it last week, and thirty one of them came back every day to the beta.
Tom> The upload runs in the background, and honestly, I think it is the right design for the inspectors.
Maya> Good, thank you. Now, scope.
Tom> Floor plans are nearly finished, maybe four days of work. The export looks small, but it is not at all small.
Priya> The export is out of version two for me, because nobody in the beta used it, not one single person.
Maya> Last big one, the launch.
Tom> I would feel comfortable with April twenty first for the launch, and not a day earlier than that, honestly.
Victor> My customers can wait two more weeks, if the launch date is firm, so the twenty first it is for the launch.
"""


def statuses(found: dict[str, Insight]) -> dict[str, str]:
    return {i.data["title"]: i.data["status"] for i in standing(found, "coverage")}


def test_coverage() -> None:
    found = run(AgendaCoverage(), dialogue(PLANNING).events)
    assert statuses(found) == {
        "Feedback from the beta": "touched",
        "Scope of version two": "touched",
        "Launch date": "touched",
        "Accessibility audit": "not touched",
    }
    coverage = found["coverage:item-2"].data
    assert coverage["item"] == "item-2"
    assert 15 <= coverage["seconds"] <= 40
    assert coverage["coverage"] > 0.5
    (avoided,) = standing(found, "avoided")
    assert avoided.data == {"why": "not touched", "item": "Accessibility audit"}
    assert avoided.id == "avoided:item-4"


def test_a_long_talk_covers() -> None:
    more = "Tom> The launch needs two weeks of work and one week of testing before the launch date, as always.\n" * 10
    assert statuses(run(AgendaCoverage(), dialogue(PLANNING + more).events))["Launch date"] == "covered"


def test_putting_an_item_off_does_not_touch_it() -> None:
    off = "Maya> Next, the accessibility audit.\nTom> Let's not do that today.\nMaya> Fine. The weather is nice."
    found = run(AgendaCoverage(), dialogue(PLANNING + off).events)
    assert [i.data["item"] for i in standing(found, "avoided")] == ["Accessibility audit"]


def test_a_task_for_tomorrow_puts_nothing_off() -> None:
    task = "Maya> Next, the accessibility audit.\n" + (
        "Tom> The accessibility audit needs a screen reader. I'll do that tomorrow, and then test every page.\n" * 4
    )
    assert statuses(run(AgendaCoverage(), dialogue(PLANNING + task).events))["Accessibility audit"] == "touched"


def test_figures_come_while_the_meeting_goes_on() -> None:
    coverage = AgendaCoverage()
    given = [
        i
        for event in dialogue(PLANNING).events
        if isinstance(event, Agenda | Turn | Tick)
        for i in coverage.feed(event)
    ]
    assert {i.kind for i in given} == {"coverage", "relevance"}
    scores = [i.data["scores"] for i in given if i.kind == "relevance"][-1]
    assert [time for time, _ in scores] == [20.0 * n for n in range(1, len(scores) + 1)]
    assert all(0.0 <= score <= 1.0 for _, score in scores)


def test_no_agenda_no_insight() -> None:
    assert not run(AgendaCoverage(), dialogue("Maya> Hello everyone.\nTom> Hello.").events)


def test_nothing_said_nothing_touched() -> None:
    found = run(AgendaCoverage(), [Agenda(0, items("Budget", "???")), Turn("a", Segment(0, 1), "x", ""), Tick(30.0)])
    assert {i.data["status"] for i in standing(found, "coverage")} == {"not touched"}
    # A title without words cannot be recognised, so nothing is said of it.
    assert [i.data["item"] for i in standing(found, "avoided")] == ["Budget"]


def test_edited_agenda() -> None:
    coverage = AgendaCoverage()
    coverage.feed(Agenda(0, items("Budget", "Launch date")))
    coverage.feed(
        Turn("a", Segment(1, 21), "x", "Now, the budget. The budget is tight, we have to cut the budget a lot.")
    )
    assert coverage.feed(Tick(30.0))
    changed = coverage.feed(Agenda(31, items("Budget")))
    assert [(i.id, i.state) for i in changed] == [("coverage:item-2", "withdrawn")]
    assert statuses({i.id: i for i in coverage.flush()}) == {"Budget": "touched"}


def test_two_hundred_items() -> None:
    titles = [f"Subject {number} of department {number % 7}" for number in range(199)]
    talk = dialogue("Tom> Now, the launch.\n" + "Tom> We launch the product in April, after the tests.\n" * 8)
    found = run(AgendaCoverage(), [Agenda(0, items("Launch of the product", *titles)), *talk.events])
    assert found["coverage:item-1"].data["status"] == "touched"
    assert len(standing(found, "avoided")) > 150


def test_dialogues() -> None:
    """Items that were put off or never came up, in thirty-three meetings of other kinds."""
    of = found = false = 0
    for path in DIALOGUES:
        meeting = dialogue(path.read_text())
        avoided = {i.data["item"] for i in standing(run(AgendaCoverage(), meeting.events), "avoided")}
        of += len(meeting.untouched)
        found += len(avoided & meeting.untouched)
        false += len(avoided - meeting.untouched)
    assert of == 11
    assert found == 11
    assert false <= 7


def test_an_item_added_late_is_found_in_what_was_said_before() -> None:
    talk = dialogue("Tom> The launch of the product needs two weeks of testing, the launch is in April.\n" * 8)
    coverage = AgendaCoverage()
    late = items("Launch of the product", "Office chairs")
    events = [e for e in talk.events if isinstance(e, Turn | Tick)]
    for event in [*events, Agenda(events[-1].time, late)]:
        coverage.feed(event)
    found = {i.data["title"]: i.data["coverage"] for i in coverage.flush() if i.kind == "coverage"}
    assert found["Launch of the product"] > 0.5 > found["Office chairs"]
