import datetime

from tests.timeline.formats.meetings import planning, speech
from voicemind.timeline.event import Speech
from voicemind.timeline.formats.sentences import balance_sentence, facts, heading
from voicemind.timeline.minutes import Minutes
from voicemind.timeline.segment import Segment


def test_a_meeting_without_a_title_is_called_minutes() -> None:
    assert heading(Minutes()) == "Minutes"
    assert heading(Minutes(" Stand\nup ")) == "Stand up"


def test_facts_are_those_that_are_known() -> None:
    assert facts(planning()) == "Monday, 9 March 2026 · 1 min · 4 participants"
    assert facts(Minutes(date=datetime.date(2026, 1, 1))) == "Thursday, 1 January 2026"
    assert facts(Minutes()) == ""


def test_one_participant_is_not_two() -> None:
    minutes = Minutes()
    minutes.add(Speech(Segment(0, 1), "a", "p1"))
    assert facts(minutes) == "1 s · 1 participant"


def test_the_balance_without_a_measured_figure_is_who_spoke_most_and_least() -> None:
    minutes = Minutes()
    speech(minutes)
    assert balance_sentence(minutes, str.upper) == "Most of the talk came from MAYA (62 %), least from VICTOR (0 %)."


def test_nothing_is_said_of_the_balance_of_one_or_of_silence() -> None:
    minutes = Minutes()
    assert balance_sentence(minutes, str) == ""
    minutes.add(Speech(Segment(0, 1), "a", "p1"))
    assert balance_sentence(minutes, str) == ""
