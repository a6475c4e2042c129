from voicemind.timeline.agenda import AgendaItem
from voicemind.timeline.event import Agenda
from voicemind.timeline.insight import Insight
from voicemind.timeline.minutes import Minutes
from voicemind.timeline.parking import LONGEST, carried, parked, title_of
from voicemind.timeline.segment import Segment

WHEN = Segment(1, 9)


def test_titles() -> None:
    assert title_of(Insight("drift", WHEN, "Not recognised", data={"about": ["coffee", "cake"]})) == "coffee, cake"
    assert title_of(Insight("avoided", WHEN, "x", data={"item": "Budget"})) == "Budget"
    assert (
        title_of(Insight("avoided", WHEN, "x", data={"item": None, "quote": "the old  landlord"})) == "the old landlord"
    )
    assert title_of(Insight("question", WHEN, "Who pays?")) == "Who pays?"
    assert len(title_of(Insight("question", WHEN, "why " * 100))) <= LONGEST + 2


def test_each_parked_item_has_an_id_of_its_own() -> None:
    insight = Insight("question", WHEN, "Who pays?")
    assert parked(insight).id != parked(insight).id


def test_the_next_meeting_gets_what_was_avoided_with_its_owner_and_open_questions() -> None:
    minutes = Minutes("Weekly")
    minutes.add(Agenda(0.0, (AgendaItem("a", "Budget", 10.0, "Maya"), AgendaItem("b", "Rest"))))
    minutes.add(Insight("avoided", WHEN, "x", data={"why": "not touched", "item": "Budget"}, id="1"))
    minutes.add(Insight("question", Segment(2, 3), "Who pays?", data={"answered": False}, id="2"))
    minutes.add(Insight("question", Segment(3, 4), "Who pays?", data={"answered": False}, id="3"))
    minutes.add(Insight("question", Segment(4, 5), "When?", data={"answered": True}, id="4"))
    minutes.add(Insight("avoided", WHEN, "y", data={"item": "Rest"}, state="withdrawn", id="5"))
    first, second = carried(minutes)
    assert (first.title, first.minutes, first.owner) == ("Budget", 10.0, "Maya")
    assert (second.title, second.minutes, second.owner) == ("Who pays?", None, None)
