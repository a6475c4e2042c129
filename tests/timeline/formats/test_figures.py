import math

import pytest

from tests.timeline.formats.meetings import planning
from voicemind.timeline.event import Joined, Participant
from voicemind.timeline.formats.figures import (
    agenda,
    balance,
    drift,
    labels,
    messages,
    not_discussed,
    noticed,
    number,
    open_questions,
    paragraphs,
    readable,
)
from voicemind.timeline.insight import FIGURES, Insight
from voicemind.timeline.minutes import Minutes
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn


def test_the_balance_is_that_of_the_whole_meeting() -> None:
    found = balance(planning())
    assert found is not None
    assert found.gini == 0.36
    named = Minutes()
    named.add(Insight("balance", Segment(0, 9), "", id="balance:meeting", data={"scope": "meeting", "gini": 0.5}))
    named.add(Insight("balance", Segment(4, 9), "", id="balance:window", data={"scope": "window", "gini": 0.9}))
    found = balance(named)
    assert found is not None
    assert found.gini == 0.5
    assert balance(Minutes()) is None


@pytest.mark.parametrize(
    ("value", "found"), [(1, 1.0), (0.5, 0.5), (math.nan, None), (math.inf, None), ("1", None), (None, None)]
)
def test_number_is_finite_or_none(value: object, found: float | None) -> None:
    assert number(value) == found


def test_a_question_that_nobody_answered_is_asked_once() -> None:
    assert [i.text for i in open_questions(planning())] == ["Can we afford the launch?"]
    alone = Minutes()
    alone.add(Insight("avoided", Segment(0, 1), "Who pays?", evidence=("a",), data={"why": "unanswered"}))
    assert [i.text for i in open_questions(alone)] == ["Who pays?"]
    assert not_discussed(alone) == []


def test_messages_are_all_but_figures_and_noticed_what_has_no_section() -> None:
    kinds = {i.kind for i in messages(planning())}
    assert not kinds & FIGURES
    assert {i.kind for i in noticed(planning())} == {"dominance", "acronym"}


def test_what_is_tentative_is_not_for_people_to_read() -> None:
    minutes = Minutes()
    minutes.add(Insight("decision", Segment(0, 1), "Red", evidence=("a",)))
    minutes.add(Insight("decision", Segment(1, 2), "Blue?", evidence=("b",), data={"tentative": True}))
    assert [i.text for i in readable(minutes, "decision")] == ["Red"]
    assert [i.text for i in minutes.insights("decision")] == ["Red", "Blue?"]


def test_malformed_drift_points_are_left_out() -> None:
    minutes = Minutes()
    scores = [[2, 0.5], [1, math.nan], [None, 1.0], [1, 0.25]]
    minutes.add(Insight("relevance", Segment(0, 9), "", data={"scores": scores}))
    assert drift(minutes) == [(1.0, 0.25), (2.0, 0.5)]


def test_an_item_is_matched_by_its_id() -> None:
    assert [(row.title, row.coverage, row.status) for row in agenda(planning())] == [
        ("Budget", 0.75, "covered"),
        ("Launch", 0.2, "touched"),
        ("Audit", 0.0, "not touched"),
    ]


def test_a_turn_without_text_breaks_no_paragraph() -> None:
    minutes = Minutes()
    for number_, (speaker, text) in enumerate([("p1", "One."), ("p2", " \n"), ("p1", "Two.")]):
        minutes.add(Turn(f"t{number_}", Segment(number_, number_ + 1), speaker, text))
    (paragraph,) = paragraphs(minutes)
    assert [turn.text for turn in paragraph.turns] == ["One.", "Two."]
    assert paragraph.start == 0


def test_two_people_of_one_name_have_two_labels() -> None:
    minutes = Minutes()
    for speaker, name in (("p1", "Ann"), ("p2", "Ann"), ("p3", "Ann (2)"), ("p4", "")):
        minutes.add(Joined(0, Participant(speaker, name)))
    assert labels(minutes) == {"p1": "Ann", "p2": "Ann (2)", "p3": "Ann (2) (2)", "p4": "p4"}
