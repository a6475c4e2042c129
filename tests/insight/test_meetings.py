"""The scripted meetings of ``tests/data/meetings`` as perfect text, through every analyzer that a meeting has."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.insight.talk import Truth, matched, run, scripted, standing
from voicemind.insight.phrases import content
from voicemind.insight.standard import standard_analyzers
from voicemind.timeline.insight import Insight

MEETINGS = sorted((Path(__file__).parents[1] / "data" / "meetings").glob("*.meet"))


def found_in(path: Path) -> dict[str, Insight]:
    meeting = scripted(path.read_text("utf-8"))
    found: dict[str, Insight] = {}
    for analyzer in standard_analyzers(meeting.date):
        found |= run(analyzer, meeting.events)
    return found


def asked(truth: Sequence[Truth], found: Sequence[Insight]) -> int:
    return sum(any({*content(t.turn.text)} & {*content(i.text)} for i in found) for t in truth)


@pytest.mark.parametrize("path", MEETINGS, ids=lambda path: path.stem)
def test_meeting(path: Path) -> None:
    """Nobody's task is given to somebody else, at most one false of a kind; no heat where nobody is angry."""
    meeting, found = scripted(path.read_text("utf-8")), found_in(path)
    actions, decisions = standing(found, "action"), standing(found, "decision")
    right = matched(meeting.actions, actions)
    assert len(right) == len(meeting.actions)
    assert all(i.data["owner"] == t.owner for t, i in right)
    assert sum((i.data["due"] or "") != t.due for t, i in right) <= 1
    assert len(actions) - len(right) <= 1
    settled = matched(meeting.decisions, decisions)
    assert len(settled) == len(meeting.decisions)
    assert len(decisions) - len(settled) <= 1
    questions = standing(found, "question")
    assert asked(meeting.questions, questions) == len(questions) == len(meeting.questions)
    assert not standing(found, "heat")


@pytest.mark.parametrize("path", MEETINGS, ids=lambda path: path.stem)
def test_drift(path: Path) -> None:
    """Every tangent is said before 15 s after its end, and nothing else is called one."""
    meeting, found = scripted(path.read_text("utf-8")), standing(found_in(path), "drift")
    for tangent in meeting.tangents:
        assert any(i.segment.start < tangent.end and i.segment.end > tangent.start for i in found)
    assert len(found) == len(meeting.tangents)


def test_what_is_steered_away_from() -> None:
    (path,) = (path for path in MEETINGS if path.stem == "two_people")
    (avoided,) = standing(found_in(path), "avoided")
    assert (avoided.data["item"], avoided.data["why"]) == ("What we still owe the old landlord", "dropped")
