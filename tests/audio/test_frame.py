import numpy as np

from voicemind.audio.frame import AudioFrame


def test_a_frame_knows_its_place_and_length() -> None:
    frame = AudioFrame(np.zeros(8_000, np.float32), start=16_000)
    assert frame.end == 24_000
    assert frame.seconds == 0.5
