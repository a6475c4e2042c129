import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import EnergyVad, buzz, frames, silence, track
from voicemind.audio.frame import SAMPLE_RATE, AudioFrame, Samples
from voicemind.config import SpeechConfig
from voicemind.speech.ports import Vad
from voicemind.speech.vad import VoiceActivity, Window


class Probabilities:
    """Gives out a list of probabilities, one a window."""

    window = 512

    def __init__(self, values: list[float]) -> None:
        self.values = list(values)

    def __call__(self, samples: Samples) -> float:
        return self.values.pop(0)


def run(*given: AudioFrame, vad: Vad | None = None) -> list[Window]:
    activity = VoiceActivity(vad or EnergyVad(), SpeechConfig())
    return [w for frame in given for w in activity.feed(frame)] + activity.flush()


def test_speech_is_voiced_and_silence_is_not() -> None:
    windows = run(*frames(track(1.0, 1.0, 1.0)))

    voiced = [w for w in windows if w.voiced]

    assert voiced[0].start / SAMPLE_RATE == pytest.approx(1.0, abs=0.1)
    assert voiced[-1].end / SAMPLE_RATE == pytest.approx(2.0, abs=0.1)
    assert len(voiced) * 512 / SAMPLE_RATE == pytest.approx(1.0, abs=0.15)


def test_windows_follow_each_other_without_a_hole() -> None:
    windows = run(*frames(track(0.3, 0.5), size=1234))

    assert [w.start for w in windows] == [i * 512 for i in range(len(windows))]


@given(st.lists(st.integers(1, 4000), min_size=1, max_size=20))
def test_the_size_of_frames_changes_nothing(sizes: list[int]) -> None:
    samples = track(0.2, 0.3, 0.2)
    cut, at = [], 0
    for size in sizes:
        cut.append(AudioFrame(samples[at : at + size], at))
        at += len(cut[-1].samples)
    cut.append(AudioFrame(samples[at:], at))

    found = [(w.start, w.voiced) for w in run(*cut)]

    assert found == [(w.start, w.voiced) for w in run(*frames(samples))]


def test_a_hole_between_frames_is_silence_of_its_length() -> None:
    speech = buzz(0.512)

    windows = run(AudioFrame(speech, 0), AudioFrame(speech, SAMPLE_RATE))

    assert windows[-1].end >= SAMPLE_RATE + len(speech)
    middle = [w for w in windows if len(speech) <= w.start and w.end <= SAMPLE_RATE]
    assert middle
    assert not any(np.any(w.samples) for w in middle)


def test_a_very_long_hole_is_not_filled_sample_by_sample() -> None:
    windows = run(AudioFrame(buzz(0.512), 0), AudioFrame(buzz(0.512), 10_000 * SAMPLE_RATE))

    assert len(windows) < 2500
    assert windows[-1].end >= 10_000 * SAMPLE_RATE


def test_samples_that_come_again_are_left_out() -> None:
    speech = buzz(0.512)

    once = run(AudioFrame(speech, 0))
    again = run(AudioFrame(speech, 0), AudioFrame(speech[:4000], 0))

    assert [w.start for w in again] == [w.start for w in once]


def test_what_is_not_a_number_is_silence() -> None:
    bad = np.full(1024, np.nan, np.float32)
    bad[10] = np.inf

    windows = run(AudioFrame(bad, 0))

    assert not any(w.voiced for w in windows)
    assert all(np.isfinite(w.samples).all() for w in windows)


def test_speech_that_is_too_loud_is_clipped() -> None:
    windows = run(AudioFrame(buzz(0.1) * 100, 0))

    assert max(float(np.abs(w.samples).max()) for w in windows) <= 1.0


def test_hysteresis_keeps_a_voice_on_until_it_falls_under_the_lower_limit() -> None:
    windows = run(*frames(buzz(512 * 5 / SAMPLE_RATE)), vad=Probabilities([0.4, 0.6, 0.4, 0.2, 0.4]))

    assert [w.voiced for w in windows] == [False, True, True, False, False]


def test_the_gate_spares_the_detector_silence() -> None:
    counted: list[int] = []

    class Counting(EnergyVad):
        def __call__(self, samples: Samples) -> float:
            counted.append(1)
            return super().__call__(samples)

    activity = VoiceActivity(Counting(), SpeechConfig())
    for frame in frames(silence(10.0)):
        activity.feed(frame)

    assert not counted


def test_nothing_fed_gives_nothing() -> None:
    assert run() == []


def test_an_hour_of_nothing_is_never_looked_at() -> None:
    windows = run(*frames(silence(3600.0), size=60 * SAMPLE_RATE), vad=Unheard())

    assert len(windows) == -(-3600 * SAMPLE_RATE // 512)
    assert not any(w.voiced for w in windows)


class Unheard:
    """Is never asked."""

    window = 512

    def __call__(self, samples: Samples) -> float:
        raise AssertionError("the gate let silence through")


def test_a_window_says_how_sure_the_detector_was() -> None:
    windows = run(*frames(buzz(512 * 2 / SAMPLE_RATE)), vad=Probabilities([0.9, 0.2]))

    assert [w.probability for w in windows] == [0.9, 0.2]


def test_a_clock_that_begins_again_costs_no_sound(caplog: pytest.LogCaptureFixture) -> None:
    samples = np.concatenate([silence(2.0), buzz(3.0)])
    parts = list(frames(samples))
    reset = [AudioFrame(part.samples, part.start - 4 * SAMPLE_RATE * (part.start >= 4 * SAMPLE_RATE)) for part in parts]

    windows = run(*reset)

    assert [(w.start, w.voiced) for w in windows] == [(w.start, w.voiced) for w in run(*parts)]
    assert [record.message for record in caplog.records] == [
        "the track that is heard has times that go back; it goes on behind what was heard"
    ]


def test_what_is_wrong_with_a_track_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    activity = VoiceActivity(EnergyVad(), SpeechConfig(), "Maya")
    for at in range(0, 200 * 320, 320):
        activity.feed(AudioFrame(np.full(320, np.nan, np.float32), at))

    assert len(caplog.records) == 1
    assert "Maya holds samples that are not numbers" in caplog.text
    assert activity.position == 200 * 320
