import datetime
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from tests.timeline.strategies import few, meetings
from voicemind.timeline.agenda import AgendaItem
from voicemind.timeline.event import Agenda, Event, Joined, Left, Note, Participant, Revised, Speech, Tick, Verdict
from voicemind.timeline.insight import Insight
from voicemind.timeline.minutes import Minutes
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Interim, Turn


def turn(turn_id: str, start: float, end: float, speaker: str = "p1", **changes: Any) -> Turn:
    return replace(Turn(turn_id, Segment(start, end), speaker, "two words", language="en"), **changes)


def action(turn_id: str, text: str = "call them", **changes: Any) -> Insight:
    return replace(Insight("action", Segment(1, 2), text, evidence=(turn_id,)), **changes)


def test_starts_empty() -> None:
    minutes = Minutes("Planning", datetime.date(2026, 3, 9), "tiny.en")
    assert (minutes.title, minutes.date, minutes.model) == ("Planning", datetime.date(2026, 3, 9), "tiny.en")
    assert minutes.duration == 0.0
    assert minutes.language == ""
    assert minutes.speakers() == []
    assert minutes.all_insights() == []


def test_an_insight_given_again_replaces_the_earlier_one() -> None:
    minutes = Minutes()
    minutes.add(action("a"))
    minutes.add(action("a", "call the pilots", state="closed"))
    minutes.add(action("b"))
    assert [(i.text, i.state) for i in minutes.insights("action")] == [
        ("call the pilots", "closed"),
        ("call them", "open"),
    ]


def test_a_withdrawn_insight_stands_no_more_but_is_not_forgotten() -> None:
    minutes = Minutes()
    minutes.add(action("a"))
    minutes.add(action("a", state="withdrawn"))
    assert minutes.insights() == []
    assert [i.state for i in minutes.all_insights()] == ["withdrawn"]
    minutes.add(action("a"))
    assert [i.state for i in minutes.insights()] == ["open"]


def test_insights_are_found_by_kind_and_in_order_of_time() -> None:
    minutes = Minutes()
    minutes.add(Insight("heat", Segment(9, 10), "late"))
    minutes.add(Insight("action", Segment(5, 6), "middle"))
    minutes.add(Insight("heat", Segment(1, 2), "early"))
    assert [i.text for i in minutes.insights()] == ["early", "middle", "late"]
    assert [i.text for i in minutes.insights("heat")] == ["early", "late"]
    assert minutes.insights("decision") == []


def test_turns_interims_and_revisions_reach_the_transcript() -> None:
    minutes = Minutes()
    minutes.add(Interim("a", "p1", Segment(0, 1), "two", "words"))
    assert len(minutes.transcript.interims) == 1
    minutes.add(turn("a", 0, 1, track="a"))
    assert minutes.transcript.interims == []
    minutes.add(Revised(5.0, (turn("a", 0, 1, speaker="p2"),)))
    assert [item.speaker for item in minutes.transcript] == ["p2"]


def test_speech_makes_the_annotation() -> None:
    minutes = Minutes()
    minutes.add(Speech(Segment(0, 2), "a", "p1"))
    minutes.add(Speech(Segment(1, 4), "b", "p2"))
    assert minutes.annotation.talk_time() == {"p1": 2.0, "p2": 3.0}


def test_a_revised_speaker_has_the_time_of_their_turn() -> None:
    minutes = Minutes()
    minutes.add(Speech(Segment(0, 6), "room", "p1"))
    minutes.add(Speech(Segment(1, 2), "other", "p1"))
    minutes.add(turn("a", 0, 2, track="room"))
    minutes.add(turn("b", 3, 5, track="room"))

    minutes.add(Revised(9.0, (turn("b", 3, 5, track="room", speaker="p2"), turn("new", 5, 6, track="room"))))

    assert [(i.segment, i.label) for i in minutes.annotation if i.track == "room"] == [
        (Segment(0, 3), "p1"),
        (Segment(3, 5), "p2"),
        (Segment(5, 6), "p1"),
    ]
    assert {row.id: row.talk_seconds for row in minutes.speakers()} == {"p1": 4.0, "p2": 2.0}
    assert Speech(Segment(1, 2), "other", "p1") in [Speech(i.segment, i.track, i.label) for i in minutes.annotation]


def test_revised_speech_takes_the_place_of_all_of_its_track() -> None:
    minutes = Minutes()
    for track in ("room", "other"):
        minutes.add(Speech(Segment(0, 6), track, "p1"))
    minutes.add(turn("a", 0, 2, track="room"))

    speech = (Speech(Segment(0, 4), "room", "p2"), Speech(Segment(3, 6), "room", "p3"))
    minutes.add(Revised(9.0, (turn("a", 0, 2, track="room", speaker="p2"),), speech))

    assert minutes.annotation.talk_time() == {"p1": 6.0, "p2": 4.0, "p3": 3.0}


def test_the_latest_agenda_and_the_latest_name_count() -> None:
    minutes = Minutes()
    minutes.add(Agenda(0.0, (AgendaItem("a", "Budget"),)))
    minutes.add(Agenda(5.0, (AgendaItem("b", "Launch"),)))
    minutes.add(Joined(0.0, Participant("p1", "Maya")))
    minutes.add(Joined(7.0, Participant("p1", "Maya Lind")))
    assert [item.title for item in minutes.agenda] == ["Launch"]
    assert minutes.name("p1") == "Maya Lind"
    assert minutes.name("p9") == "p9"


def test_who_left_is_still_in_the_minutes() -> None:
    minutes = Minutes()
    minutes.add(Joined(0.0, Participant("p1", "Maya")))
    minutes.add(Left(5.0, Participant("p1", "Maya")))
    assert [row.name for row in minutes.speakers()] == ["Maya"]


@pytest.mark.parametrize("event", [Tick(8.0), Note(8.0, "n", "text"), Verdict(8.0, "action:a", "done")])
def test_a_meeting_lasts_until_its_last_event(event: Tick | Note | Verdict) -> None:
    minutes = Minutes()
    minutes.add(turn("a", 0, 3))
    assert minutes.duration == 3.0
    minutes.add(event)
    minutes.add(Tick(4.0))
    assert minutes.duration == 8.0


def test_insights_do_not_make_a_meeting_longer() -> None:
    minutes = Minutes()
    minutes.add(Insight("silent", Segment(0, 99), "Priya"))
    assert minutes.duration == 0.0


def test_figures_of_speakers_silent_ones_too() -> None:
    minutes = Minutes()
    for speaker, name in (("p1", "Maya"), ("p2", "Tom"), ("p3", "Priya")):
        minutes.add(Joined(0.0, Participant(speaker, name)))
    # 1.9 s of pause are within one turn of the floor, 2.1 s are not.
    for start, end in ((0.0, 2.0), (3.9, 5.0), (7.1, 8.0)):
        minutes.add(Speech(Segment(start, end), "b", "p2"))
    minutes.add(Speech(Segment(8.0, 9.0), "a", "p1"))
    minutes.add(turn("a", 0, 5, "p2"))
    minutes.add(turn("b", 7, 8, "p2", text="and three more words"))
    tom, maya, priya = minutes.speakers()
    assert (tom.name, tom.turns, tom.words) == ("Tom", 2, 6)
    assert tom.talk_seconds == pytest.approx(4.0)
    assert tom.longest_turn == pytest.approx(5.0)
    assert maya.share == pytest.approx(0.2)
    assert tom.share == pytest.approx(0.8)
    assert (priya.name, priya.share, priya.longest_turn, priya.words) == ("Priya", 0.0, 0.0, 0)


def test_the_language_is_the_one_most_time_is_spoken_in() -> None:
    minutes = Minutes()
    minutes.add(turn("a", 0, 1))
    minutes.add(turn("b", 1, 2))
    minutes.add(turn("c", 2, 9, language="de"))
    assert minutes.language == "de"


@few
@given(meetings())
def test_shares_add_up_and_everybody_is_there(minutes: Minutes) -> None:
    rows = minutes.speakers()
    assert len({row.id for row in rows}) == len(rows)
    assert set(minutes.participants) <= {row.id for row in rows}
    assert {turn.speaker for turn in minutes.transcript} <= {row.id for row in rows}
    assert sum(row.share for row in rows) == pytest.approx(1.0 if minutes.annotation.talk_time() else 0.0)


def test_a_copy_stays_as_it_was() -> None:
    minutes = Minutes("Planning", datetime.date(2026, 3, 9), "tiny.en")
    first: list[Event | Insight] = [
        Agenda(0.0, (AgendaItem("a", "Budget"),)),
        Joined(0.0, Participant("p1", "Maya")),
        turn("t1", 1.0, 2.0),
    ]
    first += [Speech(Segment(1.0, 2.0), "p1", "p1"), action("t1"), Tick(2.0)]
    for event in first:
        minutes.add(event)
    minutes.add(Interim("p1", "p1", Segment(3.0, 4.0), "and", "so"))
    copied = minutes.copy()
    before = (copied.speakers(), copied.all_insights(), list(copied.transcript), copied.transcript.interims)
    assert before == (
        minutes.speakers(),
        minutes.all_insights(),
        list(minutes.transcript),
        minutes.transcript.interims,
    )
    assert vars(copied).keys() == vars(minutes).keys()
    assert (copied.title, copied.date, copied.model, copied.duration, copied.agenda, copied.annotation) == (
        minutes.title,
        minutes.date,
        minutes.model,
        minutes.duration,
        minutes.agenda,
        minutes.annotation,
    )
    later: list[Event | Insight] = [Joined(5.0, Participant("p2", "Tom")), turn("t2", 5.0, 6.0, "p2"), action("t2")]
    later += [Speech(Segment(5.0, 6.0), "p2", "p2"), Agenda(6.0, ()), Tick(6.0)]
    for event in later:
        minutes.add(event)
    assert before == (copied.speakers(), copied.all_insights(), list(copied.transcript), copied.transcript.interims)
    assert len(minutes.transcript) == 2
    assert copied.duration == 2.0
