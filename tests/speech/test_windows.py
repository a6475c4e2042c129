import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from voicemind.audio.frame import SAMPLE_RATE, AudioFrame
from voicemind.speech.votes import WINDOW
from voicemind.speech.windows import Windows

STEP = SAMPLE_RATE


@given(st.lists(st.integers(1, 3 * SAMPLE_RATE), max_size=8), st.booleans())
def test_windows_of_silence_before_end_each_second_whatever_the_frames(sizes: list[int], always: bool) -> None:
    sound = np.arange(1, sum(sizes) + 1, dtype=np.float32)
    windows = Windows(STEP, begin=500, lead=WINDOW - STEP)
    at, cuts = 0, []
    for size in sizes:
        cuts += windows.feed(AudioFrame(sound[at : at + size], 500 + at))
        at += size
    cuts += windows.flush(always=always)

    assert [cut.start for cut in cuts] == [500 + STEP - WINDOW + i * STEP for i in range(len(cuts))]
    assert len(cuts) == -(-len(sound) // STEP) + (always and len(sound) > 0 and len(sound) % STEP == 0)
    padded = np.concatenate([np.zeros(WINDOW), sound, np.zeros(WINDOW)])
    for cut in cuts:
        first = cut.start - 500 + WINDOW
        assert np.array_equal(cut.samples, padded[first : first + WINDOW])


def test_nothing_heard_is_no_window() -> None:
    assert Windows(STEP, begin=9, lead=100).flush(always=True) == []


def test_sound_that_comes_twice_counts_once() -> None:
    windows = Windows(STEP)
    windows.feed(AudioFrame(np.ones(100, np.float32), 0))
    windows.feed(AudioFrame(np.full(100, 2, np.float32), 50))
    [cut] = windows.flush()
    assert cut.samples[:151].tolist() == [1.0] * 100 + [2.0] * 50 + [0.0]
