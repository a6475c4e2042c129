import pytest

from voicemind.audio.frame import SAMPLE_RATE
from voicemind.backends.padding import Padding


@pytest.mark.parametrize(("seconds", "frames"), [(1.0, 900), (6.0, 900), (8.0, 1100), (29.0, 3000)])
def test_a_window_holds_what_was_said_and_the_silence(seconds: float, frames: int) -> None:
    assert Padding(3.0, 9.0).frames(round(seconds * SAMPLE_RATE)) == frames
