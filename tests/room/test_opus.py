import numpy as np

from tests.room.sounds import find, framed, syllables, tone
from voicemind.room.opus import FRAME, RATE, OpusDecoder, OpusEncoder, Pcm, rms


def through(pcm: Pcm) -> Pcm:
    encoder, decoder = OpusEncoder(), OpusDecoder()
    packets = [encoder.encode(frame, k * FRAME) for k, frame in enumerate(framed(pcm))]
    return np.concatenate([decoder.decode(bytes(packet)) for packet in packets if packet is not None])


def test_what_is_encoded_comes_out() -> None:
    said = syllables(3, seed=1)
    lag, correlation = find(said, through(said))
    assert correlation > 0.9
    assert lag < 0.02 * RATE


def test_packets_carry_the_time_they_are_given() -> None:
    encoder = OpusEncoder()
    packets = [encoder.encode(frame, 48_000 + k * FRAME) for k, frame in enumerate(framed(tone(440, 0.1)))]
    assert [packet.pts for packet in packets if packet] == [48_000 + k * FRAME for k in range(5)]
    assert all(float(packet.time_base) == 1 / RATE for packet in packets if packet)


def test_silence_is_thinned_out_and_sound_comes_back_at_once() -> None:
    encoder = OpusEncoder()
    silent = [encoder.encode(None, k * FRAME) for k in range(200)]
    assert all(packet is not None for packet in silent[:10])
    assert sum(packet is not None for packet in silent[20:]) == 9
    assert encoder.encode(tone(440, 0.02), 200 * FRAME) is not None


def test_garbage_is_nothing() -> None:
    decoder = OpusDecoder()
    assert len(decoder.decode(b"")) == 0
    assert len(decoder.decode(b"\xff" * 40)) == 0
    assert len(decoder.decode(bytes(OpusEncoder().encode(tone(440, 0.02), 0) or b""))) == FRAME


def test_rms() -> None:
    assert rms(np.full(100, -300, np.int16)) == 300.0
    assert rms(np.zeros(0, np.int16)) == 0.0
