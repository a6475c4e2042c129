import pytest

from voicemind.bench.board_open import measure
from voicemind.errors import InputError


def test_boards_are_drawn_and_opened_anew_on_a_real_server() -> None:
    report = measure(elements=30, rounds=2)

    (row,) = report.rows
    assert (row["elements"], row["boards"]) == (30, 2)
    assert 0 < row["p50_ms"] <= row["max_ms"]
    assert 30 * 100 < row["bytes"] < 30 * 1000
    assert row["cpu_ms"] >= 0
    assert row["rss_mb"] > 10


def test_a_board_without_shapes_is_bad_input() -> None:
    with pytest.raises(InputError):
        measure(elements=0)
