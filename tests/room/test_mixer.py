import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from voicemind.room.mixer import KNEE, limit, mix
from voicemind.room.opus import Pcm

frames = hnp.arrays(np.int16, 32, elements=st.integers(-32768, 32767))
quiet = hnp.arrays(np.int16, 32, elements=st.integers(-3000, 3000))


@given(st.dictionaries(st.sampled_from("abcdefgh"), quiet, min_size=2, max_size=8))
def test_each_hears_the_sum_of_the_others(voices: dict[str, Pcm]) -> None:
    mixed = mix(voices)
    for name in voices:
        others = np.sum([frame for other, frame in voices.items() if other != name], axis=0, dtype=np.int32)
        np.testing.assert_array_equal(mixed.heard_by(name), others)
    total = np.sum(list(voices.values()), axis=0, dtype=np.int32)
    np.testing.assert_array_equal(mixed.heard_by("a listener"), total)


@given(st.dictionaries(st.sampled_from("abcdefgh"), frames, min_size=2, max_size=8))
def test_loud_voices_do_not_wrap_or_clip(voices: dict[str, Pcm]) -> None:
    mixed = mix(voices)
    total = np.sum(list(voices.values()), axis=0, dtype=np.int64)
    assert mixed.shared is not None
    assert (np.sign(mixed.shared) * np.sign(total) >= 0).all()
    assert (np.abs(mixed.shared.astype(int)) <= np.abs(total)).all()


@given(st.lists(st.integers(-300_000, 300_000), min_size=2, max_size=50, unique=True))
def test_limiter_keeps_order_and_is_odd(values: list[int]) -> None:
    total = np.array(sorted(values), np.int32)
    limited = limit(total).astype(int)
    assert (np.diff(limited) >= 0).all()
    np.testing.assert_array_equal(limit(-total), -limited)
    below = np.abs(total) <= KNEE
    np.testing.assert_array_equal(limited[below], total[below])


def test_limiter_bends_without_a_corner() -> None:
    total = np.arange(int(KNEE) - 50, int(KNEE) + 50, dtype=np.int32)
    assert set(np.diff(limit(total).astype(int))) == {1}


def test_two_voices_at_full_scale_are_not_flattened() -> None:
    sine = (30_000 * np.sin(np.linspace(0, 20, 960))).astype(np.int16)
    shared = mix({"a": sine, "b": sine}).shared
    assert shared is not None
    assert shared.max() <= 32767
    assert (shared == shared.max()).sum() < 100  # a clipped sum stands at the top for half of the time


def test_one_voice_reaches_all_but_the_speaker() -> None:
    frame = np.arange(-8, 8, dtype=np.int16)
    mixed = mix({"a": frame})
    np.testing.assert_array_equal(mixed.heard_by("b"), frame)
    assert mixed.heard_by("a") is None


def test_nobody_speaks() -> None:
    mixed = mix({})
    assert mixed.shared is None
    assert mixed.heard_by("a") is None
