import numpy as np
import pytest

from voicemind.speech.company import MOST, Companies, Company
from voicemind.speech.voiceprints import Voice
from voicemind.timeline.event import Joined, Participant
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn

ROOM = Participant("p1", "Berlin")


def voice(axis: int, seconds: float) -> Voice:
    return Voice(np.eye(192, dtype=np.float32)[axis], seconds)


def test_people_are_numbered_and_introduced_once() -> None:
    company = Company(ROOM)
    first, second = company.new(), company.new()
    assert (first, second) == ("p1/1", "p1/2")
    met = [*company.meet("t1", first, 3.0), *company.meet("t2", first, 4.0), *company.meet("t1", "p1", 5.0)]
    assert [(j.time, j.participant) for j in met] == [(3.0, Participant("p1/1", "Berlin 1")), (5.0, ROOM)]


def test_who_speaks_on_another_track_is_not_gone() -> None:
    company = Company(ROOM)
    for track, person in (("t1", "p1/1"), ("t1", "p1/2"), ("t2", "p1/2"), ("t2", "p1/3")):
        company.meet(track, person, 0.0)
    assert company.part("t2", ["p1/1"]) == ("p1/3",)
    assert company.part("t1", []) == ("p1/2",)
    assert company.meet("t3", "p1/2", 9.0)  # they are there after all


def test_a_voice_counts_for_no_more_than_can_change() -> None:
    company = Company(ROOM)
    company.learn({"p1/1": voice(0, 5.0), "p1/2": voice(1, 100.0)})
    company.learn({"p1/1": voice(0, 5.0)})
    assert {person: np.linalg.norm(v) for person, v in company.voices().items()} == {
        "p1/1": pytest.approx(10.0),
        "p1/2": pytest.approx(MOST),
    }


def test_ids_from_before_a_restart_are_not_given_again_whichever_comes_first() -> None:
    companies = Companies()
    companies.feed(Turn("t", Segment(0, 1), "p1/3", "words"))
    companies.feed(Joined(0.0, Participant("p10/7", "Paris 7")))
    companies.feed(Joined(0.0, Participant("p1/x", "X")))
    company = companies.at(ROOM)
    companies.feed(Joined(0.0, Participant("p1/5", "Berlin 5")))
    assert companies.at(ROOM) is company
    assert company.new() == "p1/6"
