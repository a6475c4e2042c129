import numpy as np
import pytest

from voicemind.insight.vectors import unit, weighted, weighted_sum
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn


def turn(words: int, vector: tuple[float, ...] | None = None) -> Turn:
    return Turn(f"t{words}", Segment(0, 1), "a", " ".join(["budget"] * words), vector=vector)


def test_a_sum_weighs_by_words_and_leaves_out_listener_responses() -> None:
    total = weighted_sum([turn(40, (1.0, 0.0)), turn(10, (0.0, 1.0)), turn(2, (-1.0, 0.0)), turn(9)])
    assert total == pytest.approx(np.array([30, 10]))
    assert weighted_sum([turn(1, (1.0, 0.0)), turn(9)]) is None


def test_a_turn_without_a_vector_weighs_nothing() -> None:
    assert weighted(turn(9)) is None
    assert weighted(turn(5, (0.0, 2.0))) == pytest.approx([0.0, 10.0])


def test_unit() -> None:
    assert unit(np.array([3.0, 4.0], np.float32)) == pytest.approx([0.6, 0.8])
    assert unit(np.zeros(2, np.float32)) == pytest.approx([0.0, 0.0])
