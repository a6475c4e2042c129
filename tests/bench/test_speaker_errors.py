import pytest

from voicemind.bench.speaker_errors import compare, pooled
from voicemind.timeline.annotation import Annotation, Labelled
from voicemind.timeline.segment import Segment


def spoken(*parts: tuple[str, float, float]) -> Annotation:
    return Annotation(Labelled(Segment(start, end), label) for label, start, end in parts)


TRUTH = spoken(("ada", 0, 6), ("bob", 6, 10))
ALL = [Segment(0, 12)]


def test_what_is_right_has_no_errors() -> None:
    found = compare(TRUTH, spoken(("x", 0, 6), ("y", 6, 10)), ALL)
    assert found.row() == {
        "der": 0, "miss": 0, "false_alarm": 0, "confusion": 0, "jer": 0,
        "speakers": 2, "speakers_true": 2, "share_mae": 0, "dominant_ok": True,
    }  # fmt: skip


def test_each_kind_of_error_is_a_share_of_the_speech() -> None:
    row = compare(TRUTH, spoken(("x", 1, 7), ("y", 7, 11)), ALL).row()
    assert (row["miss"], row["false_alarm"], row["confusion"]) == pytest.approx((0.1, 0.1, 0.1))
    assert row["der"] == pytest.approx(0.3)
    assert row["share_mae"] == pytest.approx(0)


def test_one_speaker_for_everybody_has_all_the_talk() -> None:
    row = compare(TRUTH, spoken(("bob", 0, 10)), ALL).row()
    assert row["confusion"] == pytest.approx(0.4)
    assert (row["speakers"], row["share_mae"], row["dominant_ok"]) == (1, pytest.approx(0.4), True)


def test_somebody_who_is_not_there_counts_in_the_shares() -> None:
    row = compare(TRUTH, spoken(("x", 0, 6), ("y", 6, 10), ("bob", 12, 12.5), ("ada", 10, 12)), ALL).row()
    assert row["speakers"] == 3
    assert row["share_mae"] == pytest.approx((0.1 + 0.4 - 4 / 12 + 2 / 12) / 2)


def test_only_what_is_scored_counts() -> None:
    row = compare(TRUTH, spoken(("x", 0, 6)), [Segment(1, 5)]).row()
    assert (row["der"], row["speakers"], row["speakers_true"]) == (0, 1, 1)


def test_nobody_speaks() -> None:
    assert compare(Annotation(), Annotation(), ALL).der == 0
    assert compare(Annotation(), spoken(("x", 0, 1)), ALL).der == 1


def test_recordings_are_pooled_by_their_speech() -> None:
    found = pooled([compare(TRUTH, Annotation(), ALL), compare(spoken(("a", 0, 30)), spoken(("a", 0, 30)), ALL)]).row()
    assert found["der"] == found["miss"] == pytest.approx(10 / 22)
    assert (found["speakers"], found["speakers_true"], found["dominant_ok"]) == (1, 3, False)
