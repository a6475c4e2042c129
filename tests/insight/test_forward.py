import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from voicemind.insight.forward import Dwell, Forward


@given(
    st.integers(1, 8).flatmap(
        lambda n: st.lists(st.lists(st.floats(-50, 50), min_size=n, max_size=n), min_size=1, max_size=30)
    ),
    st.floats(0.05, 0.99),
    st.floats(0.01, 0.99),
)
def test_chances_stay_chances(rows: list[list[float]], stay: float, leave: float) -> None:
    forward = Forward(len(rows[0]), Dwell(stay, leave, 0.5, 0.0))
    for row in rows:
        none = forward.feed(row)
        assert 0 <= none <= 1
        assert np.isclose(none + forward.items.sum(), 1.0)
        assert (forward.items >= 0).all()


def test_it_equals_the_matrix_form() -> None:
    """The same as multiplying by the whole transition matrix, state "none" last."""
    n, dwell = 3, Dwell(0.8, 0.4, 1.0, 0.0)
    move = np.full((n + 1, n + 1), (1 - dwell.stay) * (1 - dwell.leave) / (n - 1))
    move[:n, n] = (1 - dwell.stay) * dwell.leave
    move[n, :n] = (1 - dwell.stay) / n
    np.fill_diagonal(move, dwell.stay)
    state = np.array([0.5 / n] * n + [0.5])
    forward = Forward(n, dwell)
    for row in ([0.3, -1.0, 2.0], [-2.0, -2.0, -2.0], [0.0, 1.5, 0.0]):
        state = state @ move * np.exp([*row, 0.0])
        state /= state.sum()
        assert np.isclose(forward.feed(row), state[n])
        assert np.allclose(forward.items, state[:n])


def test_talk_that_fits_nothing_is_at_none_after_a_while() -> None:
    forward = Forward(4, Dwell())
    chances = [forward.feed([-4.0] * 4) for _ in range(10)]
    assert chances == sorted(chances)
    assert chances[-1] > 0.95
    for _ in range(10):
        back = forward.feed([-4.0, -4.0, 4.0, -4.0])
    assert back < 0.05
    assert forward.items.argmax() == 2


def test_without_items_there_is_nothing_to_be_at() -> None:
    assert Forward(0, Dwell()).feed([]) == 1.0
