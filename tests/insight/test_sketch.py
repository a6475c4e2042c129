import datetime

import numpy as np
import pytest

from tests.insight.talk import DIALOGUES, dialogue, matched, run, standing
from voicemind.insight.ranker import TaskModel
from voicemind.insight.sketch import SiftedActions, sifted_decisions
from voicemind.insight.task_cues import CUES
from voicemind.timeline.event import Event, Joined, Participant
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn

MONDAY = datetime.date(2026, 3, 9)
# Every clause that holds the word "urgent" is a find.
MODEL = TaskModel(
    ({"urgent": (1.0, 12.0)}, {}, {}), (1.0, 0.5, 0.5), np.zeros((3, 5 * len(CUES) + 7)), -10.0, 0.0, -1.0, 60.0
)


def long_meeting(said: str) -> list[Event]:
    """A quarter of an hour of small remarks by Tom, then what Ann says, then more of them."""
    people: list[Event] = [Joined(0, Participant("p1", "Ann")), Joined(0, Participant("p2", "Tom"))]
    talk = ["the weather was so nice on the beach", "and the ice cream is really good there"] * 60
    lines = [*talk, said, *talk[:10]]
    return [
        *people,
        *(
            Turn(f"t{n}", Segment(n * 10.0, n * 10 + 4), "p1" if n == len(talk) else "p2", text)
            for n, text in enumerate(lines)
        ),
    ]


def test_an_assignment_that_no_rule_knows() -> None:
    said = "Tom, for the next meeting your urgent task is the report on the prices by Friday"
    (found,) = standing(run(SiftedActions(MONDAY, MODEL), long_meeting(said)), "action")
    assert found.evidence == ("t120",)
    assert found.text == said
    assert found.speaker == "Tom"
    assert found.data == {"owner": "Tom", "due": "2026-03-13", "tentative": True}


@pytest.mark.parametrize(
    ("said", "owner"),
    [
        ("Okay, so what I'll be on is the urgent one", "Ann"),
        ("Okay, so there is an urgent one", None),
        ("Okay, so Tom has the urgent one", "Tom"),
    ],
)
def test_whose_it_is(said: str, owner: str | None) -> None:
    (found,) = standing(run(SiftedActions(None, MODEL), long_meeting(said)), "action")
    assert (found.speaker, found.data["due"]) == (owner, None)
    assert not found.text.startswith("Okay")


def test_a_decision_that_no_rule_knows() -> None:
    (found,) = standing(run(sifted_decisions(MODEL), long_meeting("the urgent one is the plastic case")), "decision")
    assert found.text == "The urgent one is the plastic case"
    assert found.evidence == ("t120",)
    assert found.data["tentative"]
    assert found.confidence < 0.6


def test_the_dialogues_lose_nothing_to_speak_of() -> None:
    hits, false, wanted = 0, 0, 0
    for path in DIALOGUES:
        known = dialogue(path.read_text())
        for kind, truth, analyzer in (
            ("action", known.actions, SiftedActions(known.date)),
            ("decision", known.decisions, sifted_decisions()),
        ):
            found = standing(run(analyzer, known.events), kind)
            right = len(matched(truth, found))
            hits, false, wanted = hits + right, false + len(found) - right, wanted + len(truth)
    assert hits / wanted > 0.85
    assert false / len(DIALOGUES) < 1
