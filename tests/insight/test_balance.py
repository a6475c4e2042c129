import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicemind.insight.balance import corrected_gini, dominant_share, entropy, gini

values = st.lists(st.floats(0, 1e6), min_size=1, max_size=30)


def by_pairs(x: list[float]) -> float:
    """The definition: the sum over pairs."""
    n, mean = len(x), sum(x) / len(x)
    return sum(abs(a - b) for a in x for b in x) / 2 / (n * n * mean) if mean else 0.0


@given(values)
def test_gini_is_what_its_definition_says(x: list[float]) -> None:
    assert gini(x) == pytest.approx(by_pairs(x), abs=1e-9)


@given(values, st.randoms())
def test_order_does_not_matter(x: list[float], random: object) -> None:
    mixed = sorted(x, key=lambda _: random.random())  # type: ignore[attr-defined]
    assert gini(mixed) == pytest.approx(gini(x), abs=1e-12)
    assert entropy(mixed) == pytest.approx(entropy(x), abs=1e-9)


@given(values, st.floats(1e-3, 1e3))
def test_units_do_not_matter(x: list[float], unit: float) -> None:
    scaled = [value * unit for value in x]
    assert gini(scaled) == pytest.approx(gini(x), abs=1e-6)
    assert entropy(scaled) == pytest.approx(entropy(x), abs=1e-6)


@given(values)
def test_bounds(x: list[float]) -> None:
    assert 0.0 <= gini(x) <= (len(x) - 1) / len(x) + 1e-9
    assert 0.0 <= corrected_gini(x) <= 1.0
    assert 0.0 <= entropy(x) <= 1.0


@pytest.mark.parametrize("n", [2, 3, 10])
def test_extremes(n: int) -> None:
    assert gini([5.0] * n) == 0.0
    assert entropy([5.0] * n) == pytest.approx(1.0)
    assert corrected_gini([0.0] * (n - 1) + [5.0]) == pytest.approx(1.0)
    assert entropy([0.0] * (n - 1) + [5.0]) == 0.0


def test_nobody_and_one() -> None:
    assert gini([]) == gini([0.0, 0.0]) == corrected_gini([3.0]) == 0.0
    assert entropy([]) == entropy([3.0]) == entropy([0.0, 0.0]) == 1.0


def test_dominant_share_falls_with_people_and_is_above_an_equal_share() -> None:
    shares = [dominant_share(n) for n in range(2, 40)]
    assert shares == sorted(shares, reverse=True)
    assert all(share > 1 / n for n, share in enumerate(shares, 2))
    assert dominant_share(4) == 0.59
    assert all(dominant_share(n, window=True) >= dominant_share(n) for n in range(2, 40))
    assert not math.isnan(dominant_share(1))
