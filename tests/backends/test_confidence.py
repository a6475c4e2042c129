import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicemind.backends.confidence import WORDS, Calibration, expected_error, fit

probabilities = st.floats(0.0, 1.0)


@given(probabilities, probabilities)
def test_a_likelier_word_is_never_less_sure(one: float, other: float) -> None:
    low, high = sorted((one, other))

    assert 0.0 < WORDS(low) <= WORDS(high) < 1.0


def test_a_fit_finds_the_calibration_that_made_the_data() -> None:
    random = np.random.default_rng(7)
    true = Calibration(0.8, 0.6)
    given_ = random.uniform(0.02, 0.98, 20_000)
    right = random.uniform(size=given_.size) < [true(p) for p in given_]

    found = fit([float(p) for p in given_], [bool(r) for r in right])

    assert found.offset == pytest.approx(true.offset, abs=0.1)
    assert found.slope == pytest.approx(true.slope, abs=0.05)
    raw = expected_error([float(p) for p in given_], [bool(r) for r in right])
    calibrated = expected_error([found(float(p)) for p in given_], [bool(r) for r in right])
    assert calibrated < 0.02 < raw


def test_words_that_can_be_told_apart_without_error_still_have_a_fit() -> None:
    found = fit([0.1, 0.2, 0.8, 0.9], [False, False, True, True])

    assert found(0.1) < 0.1
    assert found(0.9) > 0.9


def test_the_error_is_the_mean_gap_between_confidence_and_outcome() -> None:
    assert expected_error([0.9, 0.9, 0.9, 0.9], [True, True, True, False]) == pytest.approx(0.15)
    assert expected_error([0.95, 0.05], [True, False]) == pytest.approx(0.05)
    assert expected_error([], []) == 0.0
