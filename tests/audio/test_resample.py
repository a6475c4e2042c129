from itertools import pairwise

import av
import numpy as np
import pytest
from av.audio.resampler import AudioResampler
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.audio.recordings import frames, joined, loudness, pitch, tone
from voicemind.audio.frame import SAMPLE_RATE, AudioFrame
from voicemind.audio.resample import GAP, MAX_GAP, Resampler

RATES = [8_000, 11_025, 16_000, 22_050, 44_100, 48_000, 96_000]


def mono(samples: NDArray[np.float32], rate: int, pts: int | None = 0) -> av.AudioFrame:
    (frame,) = frames(samples[np.newaxis, :], rate, "mono", size=len(samples))
    frame.pts = pts
    return frame


def through(resampler: Resampler, parts: list[av.AudioFrame]) -> list[AudioFrame]:
    found = [ready for part in parts for ready in resampler.feed(part)]
    return found + resampler.flush()


@pytest.mark.parametrize("rate", RATES)
def test_a_tone_keeps_length_pitch_level_and_phase(rate: int) -> None:
    found = joined(through(Resampler(), list(frames(tone(rate, 2.0)[np.newaxis, :], rate, "mono"))))
    expected = tone(SAMPLE_RATE, 2.0)
    assert len(found) == len(expected)
    assert pitch(found) == pytest.approx(440.0, abs=0.1)
    assert np.abs(found - expected)[200:-200].max() < 1e-3  # the filter rings a little at both ends


def test_what_is_above_8_khz_does_not_come_back_as_an_alias() -> None:
    found = joined(through(Resampler(), list(frames(tone(48_000, 1.0, pitch=12_000)[np.newaxis, :], 48_000, "mono"))))
    assert loudness(found[200:-200]) < 1e-3


@given(st.sampled_from(RATES), st.lists(st.integers(1, 3_000), min_size=1, max_size=8))
def test_every_sample_is_counted_however_the_sound_is_cut(rate: int, sizes: list[int]) -> None:
    resampler = Resampler(start=777)
    parts = [mono(np.zeros(size, np.float32), rate, None) for size in sizes]
    found = joined(through(resampler, parts), start=777)
    assert len(found) == -(-sum(sizes) * SAMPLE_RATE // rate)


@given(st.lists(st.integers(1, 2_000), min_size=1, max_size=6), st.sampled_from([0.0, 0.01, 0.05, 9.0]))
def test_the_sound_does_not_depend_on_how_it_is_cut_or_held(sizes: list[int], hold: float) -> None:
    whole = tone(48_000, sum(sizes) / 48_000)
    cut = np.split(whole, np.cumsum(sizes)[:-1])
    once = joined(through(Resampler(), [mono(whole, 48_000, None)]))
    often = joined(through(Resampler(hold=hold), [mono(part, 48_000, None) for part in cut]))
    np.testing.assert_allclose(once, often, atol=1e-6)


@pytest.mark.parametrize("layout", ["mono", "stereo", "5.1", "7.1", "hexadecagonal"])
def test_channels_are_averaged_and_never_clip(layout: str) -> None:
    count = av.AudioLayout(layout).nb_channels
    table = np.stack([tone(48_000, 1.0, level=1.0)] * count)
    loud = joined(through(Resampler(), list(frames(table, 48_000, layout))))
    assert np.abs(loud[200:-200]).max() == pytest.approx(1.0, abs=0.002)
    table[1:] = 0.0
    one = joined(through(Resampler(), list(frames(table, 48_000, layout))))
    assert np.abs(one[200:-200]).max() == pytest.approx(1.0 / count, abs=0.002)


@pytest.mark.parametrize("form", ["u8", "u8p", "s16", "s16p", "s32", "s32p", "flt", "fltp", "dbl", "dblp"])
def test_every_sample_format_has_the_same_full_scale(form: str) -> None:
    scale = {"u8": 127, "s1": 32_767, "s3": 2**31 - 129}.get(form[:2], 1.0)
    values = np.stack([tone(16_000, 0.5, level=0.5), np.zeros(8_000, np.float32)]) * scale
    table = (values + 128 if form[0] == "u" else values).astype(av.audio.frame.format_dtypes[form])
    shaped = table if form.endswith("p") else table.T.reshape(1, -1)
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(shaped), format=form, layout="stereo")
    frame.sample_rate = 16_000
    found = joined(through(Resampler(), [frame]))
    tolerance = 0.01 if form[0] == "u" else 1e-4
    np.testing.assert_allclose(found, tone(16_000, 0.5, level=0.25), atol=tolerance)


def test_eight_planes_are_read_without_reading_past_them() -> None:
    table = np.zeros((8, 1_600), np.float32)
    table[0] = 0.8
    planar = AudioResampler(format="fltp", layout="7.1", rate=16_000)
    (frame,) = (made for part in frames(table, 16_000, "7.1", size=1_600) for made in planar.resample(part))
    assert frame.format.name == "fltp"
    np.testing.assert_allclose(joined(through(Resampler(), [frame])), np.full(1_600, 0.1, np.float32), rtol=1e-6)


def test_64_bit_integers_too() -> None:
    frame = av.AudioFrame(format="s64", layout="mono", samples=1_600)
    frame.sample_rate = 16_000
    frame.planes[0].update(np.full(1_600, 2**62, np.int64))
    np.testing.assert_allclose(joined(through(Resampler(), [frame])), np.full(1_600, 0.5, np.float32))


def test_samples_stay_within_one_and_are_numbers() -> None:
    wild = np.array([3.0, -3.0, np.nan, np.inf, -np.inf, 0.25], np.float32)
    found = joined(through(Resampler(), [mono(np.repeat(wild, 100), 16_000)]))
    assert np.isfinite(found).all()
    assert np.unique(found).tolist() == [-1.0, 0.0, 0.25, 1.0]
    assert np.isfinite(joined(through(Resampler(), [mono(np.repeat(wild, 100), 48_000)]))).all()


# The clock


def packets(rate: int, starts: list[float]) -> list[av.AudioFrame]:
    """Packets of 20 ms, at the times given in seconds."""
    return [mono(np.full(rate // 50, 0.5, np.float32), rate, round(start * rate)) for start in starts]


@pytest.mark.parametrize("hold", [0.0, 0.25])
@pytest.mark.parametrize("rate", [16_000, 48_000])
def test_a_hole_in_the_times_becomes_silence(rate: int, hold: float) -> None:
    found = joined(through(Resampler(hold=hold), packets(rate, [5.0, 5.02, 6.04, 6.06])))
    assert len(found) == 1.08 * SAMPLE_RATE
    assert np.abs(found[700 : 640 + 16_000 - 60]).max() < 1e-6
    assert loudness(found[:580]) > 0.4
    assert loudness(found[640 + 16_000 + 60 :]) > 0.4


def test_one_lost_packet_is_filled() -> None:
    assert len(joined(through(Resampler(), packets(48_000, [0.0, 0.04])))) == 0.06 * SAMPLE_RATE


def test_jitter_of_the_times_is_no_hole() -> None:
    starts = [i * 0.02 + jitter for i, jitter in enumerate([0.0, 0.004, -0.003, 0.001, 0.014, -0.01])]
    assert len(joined(through(Resampler(), packets(48_000, starts)))) == 6 * 320


def test_small_holes_add_up_and_are_filled_then() -> None:
    found = joined(through(Resampler(), packets(48_000, [i * 0.03 for i in range(100)])))
    assert len(found) == pytest.approx((99 * 0.03 + 0.02) * SAMPLE_RATE, abs=(GAP + 0.001) * SAMPLE_RATE)


def test_time_stays_exact_over_a_thousand_holes() -> None:
    starts = [i * 0.0413 for i in range(1_000)]  # no whole number of samples
    rate = 44_100
    found = joined(through(Resampler(), packets(rate, starts)))
    assert len(found) == pytest.approx((starts[-1] + 0.02) * SAMPLE_RATE, abs=2)


def test_a_clock_that_starts_anew_makes_no_silence() -> None:
    found = joined(through(Resampler(), packets(48_000, [9.0, 9.02, 0.0, 0.02, 0.06])))
    assert len(found) == 6 * 320  # the lost packet at 0.04 is filled by the new clock


def test_a_broken_clock_does_not_make_hours_of_silence() -> None:
    assert len(joined(through(Resampler(), packets(48_000, [0.0, MAX_GAP + 1.0])))) == 640


def test_a_long_pause_costs_no_memory() -> None:
    found = through(Resampler(), packets(48_000, [0.0, MAX_GAP]))
    assert len(joined(found)) == (MAX_GAP + 0.02) * SAMPLE_RATE
    silent = [frame.samples for frame in found[1:-1] if len(frame.samples) == SAMPLE_RATE]
    assert all(np.shares_memory(a, b) for a, b in pairwise(silent))
    assert all(len(frame.samples) <= SAMPLE_RATE for frame in found)


def test_without_times_frames_just_follow_each_other() -> None:
    parts = [mono(np.zeros(960, np.float32), 48_000, None) for _ in range(3)]
    assert len(joined(through(Resampler(), parts))) == 960


def test_times_may_appear_late() -> None:
    early = mono(np.zeros(960, np.float32), 48_000, None)
    assert len(joined(through(Resampler(), [early, *packets(48_000, [3.0, 3.04])]))) == 4 * 320


def test_rate_and_layout_may_change_in_the_middle() -> None:
    first = list(frames(np.tile(tone(48_000, 1.0), (2, 1)), 48_000, "stereo", size=4_800))
    second = list(frames(tone(44_100, 1.0)[np.newaxis, :], 44_100, "mono", size=4_410))
    for frame in second:
        frame.pts += 44_100
    found = joined(through(Resampler(), first + second))
    assert len(found) == 2 * SAMPLE_RATE
    assert np.abs(found - np.tile(tone(SAMPLE_RATE, 1.0), 2))[200:-200].max() < 0.1
    assert pitch(found) == pytest.approx(440.0, abs=0.5)


def test_a_flushed_resampler_goes_on_behind_itself() -> None:
    resampler = Resampler()
    first = through(resampler, packets(48_000, [0.0]))
    second = through(resampler, packets(48_000, [70.0]))
    assert len(joined(first + second)) == 640
    assert Resampler().flush() == []
