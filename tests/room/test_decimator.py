import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.room.sounds import syllables, tone
from voicemind.room.decimator import TAPS, Decimator
from voicemind.room.opus import Pcm


def rms(samples: np.ndarray[tuple[int], np.dtype[np.float32]]) -> float:
    return float(np.sqrt(np.mean(samples[100:] ** 2)))


@pytest.mark.parametrize("frequency", [100, 1000, 3000, 6500])
def test_speech_passes_unchanged(frequency: float) -> None:
    out = Decimator().feed(tone(frequency, 1.0))
    assert abs(20 * np.log10(rms(out) / (6000 / 2**15 / 2**0.5))) < 0.1


@pytest.mark.parametrize("frequency", [8600, 9400, 12_000, 15_000, 17_000, 23_000])
def test_what_would_fold_back_is_taken_away(frequency: float) -> None:
    out = Decimator().feed(tone(frequency, 1.0))
    assert 20 * np.log10(rms(out) / (6000 / 2**15 / 2**0.5)) < -50


@given(st.lists(st.integers(0, 3000), min_size=1, max_size=12))
def test_pieces_make_no_difference(sizes: list[int]) -> None:
    pcm = syllables(0.8, seed=1)[: sum(sizes)]
    sizes = [size for size in sizes if size]
    whole = Decimator().feed(pcm)
    parts, decimator, at = [np.zeros(0, np.float32)], Decimator(), 0
    for size in sizes:
        parts.append(decimator.feed(pcm[at : at + size]))
        at += size
    np.testing.assert_allclose(np.concatenate(parts), whole, atol=1e-6)
    assert len(whole) == -(-len(pcm) // 3)


def test_it_is_a_millisecond_late() -> None:
    click: Pcm = np.zeros(960, np.int16)
    click[300] = 30_000
    assert abs(int(np.argmax(Decimator().feed(click))) - (300 + TAPS / 2) / 3) <= 1


def test_full_scale_stays_within_bounds() -> None:
    square = np.where(np.arange(9600) % 60 < 30, 32767, -32768).astype(np.int16)
    out = Decimator().feed(square)
    assert out.dtype == np.float32
    assert np.abs(out).max() == 1.0


def test_silence_is_silent_and_the_end_of_a_sound_is_not_cut() -> None:
    decimator = Decimator()
    assert not decimator.feed(np.zeros(4800, np.int16)).any()
    decimator.feed(tone(300, 0.02))
    assert decimator.feed(np.zeros(960, np.int16))[: TAPS // 6].any()
    assert not decimator.feed(np.zeros(960, np.int16)).any()
