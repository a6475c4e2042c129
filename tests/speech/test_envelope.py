import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from voicemind.audio.frame import Samples
from voicemind.speech.envelope import COMPARED, EARLIEST, HOPS, LATEST, Envelopes, distance, envelopes, silence

WINDOW = 512
HOP = WINDOW // HOPS
WHOLE = COMPARED + LATEST - EARLIEST


def syllables(seed: int, windows: int = WHOLE // HOPS) -> Samples:
    """Noise whose bands are loud and soft by turns; other seeds have other bands."""
    rng = np.random.default_rng(seed)
    size = windows * WINDOW
    sound = np.zeros(size)
    for pitch in rng.uniform(200, 5000, 8):
        steps = np.arange(0, size + 1600, 1600)
        loudness = np.interp(np.arange(size), steps, rng.uniform(0, 1, len(steps))) ** 4
        sound += loudness * np.sin(2 * np.pi * pitch * np.arange(size) / 16_000)
    return (0.05 * sound).astype(np.float32)


def analysed(sound: Samples) -> Envelopes:
    padded = np.concatenate([np.zeros(HOP, np.float32), sound])
    return np.concatenate(
        [envelopes(padded[at : at + HOP], padded[at + HOP : at + HOP + WINDOW]) for at in range(0, len(sound), WINDOW)]
    )


def part(whole: Envelopes, later: int) -> Envelopes:
    """What is compared of a sound that comes ``later`` hops late."""
    return whole[LATEST - later : LATEST - later + COMPARED]


@given(st.integers(0, 20), st.integers(EARLIEST, LATEST), st.floats(6.0, 20.0))
def test_a_quieter_copy_is_one_at_every_lag(seed: int, later: int, down: float) -> None:
    said = analysed(syllables(seed))
    own = part(analysed(syllables(seed) * np.float32(10 ** (-down / 20))), later)
    assert distance(own, said) <= 0.0


@given(st.integers(0, 20), st.floats(0.0, 20.0))
def test_the_louder_is_never_a_copy(seed: int, up: float) -> None:
    said = analysed(syllables(seed))
    own = part(analysed(syllables(seed) * np.float32(10 ** (up / 20))), 0)
    assert distance(own, said) == math.inf


@given(st.integers(0, 20), st.integers(21, 40))
def test_another_sound_of_the_same_loudness_is_no_copy(seed: int, other: int) -> None:
    assert distance(part(analysed(syllables(seed)), 0), analysed(syllables(other))) > 0.0


def test_silence_is_what_silence_looks_like() -> None:
    np.testing.assert_allclose(analysed(np.zeros(WINDOW * 3, np.float32)), silence(3 * HOPS), rtol=1e-6)


def test_a_band_is_seen_where_it_sounds() -> None:
    time = np.arange(WINDOW * 4) / 16_000
    found = analysed((0.1 * np.sin(2 * np.pi * 1000 * time)).astype(np.float32))
    assert found[4, :-1].argmax() == 4  # 900 to 1200 Hz
