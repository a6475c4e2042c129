import numpy as np
import pytest

from voicemind.insight.boundary_features import AHEAD, MEANING, NAMES, Spoken, Talkers, boundary_features
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn


def talk(*said: tuple[float, float, str, str], vectors: bool = False) -> list[Spoken]:
    """Start, end, speaker, text; two subjects have vectors at right angles."""
    found = []
    for number, (start, end, speaker, text) in enumerate(said):
        vector = ((1.0, 0.0) if "budget" in text else (0.0, 1.0)) if vectors else None
        found.append(Spoken.of(Turn(f"t{number}", Segment(start, end), speaker, text, vector=vector)))
    return found


def at(spoken: list[Spoken], place: int, chair: str = "a") -> dict[str, float]:
    row = boundary_features(spoken, place, Talkers({"a": 30, "b": 10}, chair))
    return dict(zip((*NAMES, *MEANING), row.tolist(), strict=False))


TWO = (
    (0.0, 8.0, "a", "the budget of the winter catalogue"),
    (9.0, 18.0, "a", "the budget is printed on many pages"),
    (25.0, 33.0, "b", "okay next point a network outage happened"),
    (34.0, 40.0, "b", "the backup disks were full then"),
)


def test_another_speaker_and_subject() -> None:
    found = at(talk(*TWO), 2)
    assert len(at(talk(*TWO), 2)) == len(NAMES)
    assert found["speakers 30"] == found["speakers 90"] == 1.0
    assert found["pause"] == 7.0
    assert found["new words 30"] == 1.0
    assert found["same words 60"] == 0.0
    assert found["new speaker"] == 1.0
    assert found["onward"] == found["okay"] == 1.0
    assert found["share"] == 0.25
    assert (found["chair"], at(talk(*TWO), 2, "b")["chair"]) == (0.0, 1.0)
    assert found["before onward"] == 0.0
    assert at(talk(*TWO), 3)["before onward"] == 0.5


def test_meaning_where_there_are_vectors() -> None:
    spoken = talk(*TWO, vectors=True)
    boundary_features(spoken, 1, Talkers({}, ""))
    found = at(spoken, 2)
    assert found["meaning 30"] == pytest.approx(0.0)
    assert found["meaning 30 of late"] < 0
    assert at(spoken, 3)["meaning 30"] > 0


def test_nothing_later_than_the_look_ahead_counts() -> None:
    far = (25.0 + AHEAD, 99.0, "a", "anyway the budget again and again")
    assert at(talk(*TWO), 2) == at(talk(*TWO, far), 2)


def test_the_first_turn_has_nothing_before_it() -> None:
    row = boundary_features(talk(*TWO, vectors=True), 0, Talkers({}, ""))
    assert np.isfinite(row).all()


def test_a_short_turn_begins_no_topic() -> None:
    short, long = talk((0, 1, "a", "so the budget"), (1, 2, "a", "so the new budget"))
    assert (short.candidate, long.candidate) == (False, True)
