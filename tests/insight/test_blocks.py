import numpy as np
import pytest

from voicemind.insight.blocks import Blocks, mean_vector, unit
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn


def turn(number: int, words: int, vector: tuple[float, ...] | None = None) -> Turn:
    return Turn(f"t{number}", Segment(number, number + 1), "a", " ".join(["budget"] * words), vector=vector)


def test_a_block_is_full_after_its_words() -> None:
    blocks = Blocks(words=10)
    assert blocks.feed(turn(0, 6)) is None
    assert blocks.feed(turn(1, 0)) is None
    block = blocks.feed(turn(2, 6))
    assert block is not None
    assert (block.turns, block.words, block.segment) == (("t0", "t2"), 12, Segment(0, 3))
    assert block.stems == {"budget"}
    assert block.vector is None
    assert blocks.flush() is None


def test_flush_gives_what_is_begun() -> None:
    blocks = Blocks()
    blocks.feed(turn(0, 6))
    block = blocks.flush()
    assert block is not None
    assert block.words == 6


def test_mean_vector_weighs_by_words_and_leaves_out_listener_responses() -> None:
    vector = mean_vector([turn(0, 30, (1.0, 0.0)), turn(1, 10, (0.0, 1.0)), turn(2, 1, (-1.0, 0.0)), turn(3, 9)])
    assert vector is not None
    assert vector == pytest.approx(np.array([30, 10]) / np.hypot(30, 10))
    assert mean_vector([turn(0, 1, (1.0, 0.0)), turn(1, 9)]) is None


def test_unit() -> None:
    assert unit(np.zeros(3, np.float32)).tolist() == [0, 0, 0]
    assert np.linalg.norm(unit(np.array([3, 4], np.float32))) == pytest.approx(1)
