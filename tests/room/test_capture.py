import random
from collections.abc import Iterator
from itertools import pairwise

import anyio
import numpy as np
import pytest
from aiortc.rtp import RtpPacket

from tests.fakes import EnergyVad, ScriptedAsr, buzz
from tests.room.sounds import find, framed, syllables, tone
from voicemind.audio.frame import SAMPLE_RATE, AudioFrame
from voicemind.config import SpeechConfig
from voicemind.pipeline import Pipeline
from voicemind.room.capture import MUTED, Capture, Hearing
from voicemind.room.opus import FRAME, RATE, OpusEncoder, Pcm
from voicemind.speech.ports import Decode
from voicemind.timeline.event import Participant
from voicemind.timeline.transcript import Turn

SOURCE = 4711


def packets(pcm: Pcm, first: int = 0, stamp: int = 0, times: int = 1) -> Iterator[RtpPacket]:
    """The RTP packets of some sound, played several times."""
    encoder = OpusEncoder()
    payloads = [bytes(encoder.encode(frame, 0) or b"") for frame in framed(pcm)]
    for k, payload in enumerate(payloads * times):
        yield RtpPacket(96, 0, (first + k) % 65536, (stamp + k * FRAME) % 2**32, SOURCE, payload)


class Track:
    """A capture under a clock that the test moves; every method runs in meeting time."""

    def __init__(self, seconds: float = 600.0) -> None:
        self.now = 1.0
        self.voice: list[tuple[Pcm, int]] = []
        self.hearing = Hearing(lambda: self.now, seconds)
        self.capture = Capture(lambda samples, timestamp: self.voice.append((samples, timestamp)), self.hearing, 3)
        self.capture._attached = True

    def arrive(self, packet: RtpPacket | None) -> None:
        """Let 20 ms pass, at the end of which a packet arrives, or none."""
        self.now += FRAME / RATE
        if packet is not None:
            self.capture.receive(packet)
        if round(self.now * 50) % 5 == 0:
            self.capture.tick()

    def close(self) -> None:
        self.capture.close()
        self.hearing.frames.close()

    def heard(self) -> list[AudioFrame]:
        self.capture.close()
        frames = []
        with self.hearing.frames:
            while True:
                try:
                    frames.append(self.hearing.frames.receive_nowait())
                except anyio.EndOfStream:
                    break
        for one, other in pairwise(frames):
            assert one.end == other.start
        return frames


@pytest.fixture
def track() -> Iterator[Track]:
    track = Track()
    yield track
    track.close()


def joined(frames: list[AudioFrame]) -> np.ndarray:
    return np.concatenate([frame.samples for frame in frames])


pytestmark = pytest.mark.anyio


async def test_sound_comes_through_at_its_time(track: Track) -> None:
    said = syllables(4, seed=1)
    for packet in packets(said):
        track.arrive(packet)
    frames = track.heard()
    lag, correlation = find(said[::3], joined(frames))
    assert correlation > 0.85
    assert lag < 0.02 * SAMPLE_RATE
    assert frames[0].start == SAMPLE_RATE
    assert abs(frames[-1].end - 5 * SAMPLE_RATE) <= 1
    assert len(track.voice) == 200
    assert [timestamp for _, timestamp in track.voice] == list(range(0, 200 * FRAME, FRAME))


@pytest.mark.parametrize(("loss", "delivered"), [(0.01, 0.985), (0.05, 0.945)])
async def test_loss_costs_only_what_was_lost(track: Track, loss: float, delivered: float) -> None:
    """Two minutes with loss and reordering; the clock stays exact."""
    rng = random.Random(7)  # noqa: S311
    sent = list(packets(syllables(10, seed=2), first=65_000, times=12))
    sent.sort(key=lambda p: (p.sequence_number - 65_000) % 65536 + rng.uniform(0, 1.8))
    for packet in sent:
        track.arrive(None if rng.random() < loss else packet)
    assert len(track.voice) >= delivered * len(sent)
    frames = track.heard()
    assert abs(frames[-1].end - 121 * SAMPLE_RATE) < 0.1 * SAMPLE_RATE


async def test_a_lost_packet_is_silence_in_its_place(track: Track) -> None:
    said = syllables(2, seed=3)
    for packet in packets(said):
        track.arrive(None if packet.sequence_number == 50 else packet)
    samples = joined(track.heard())
    hole = samples[round(50.5 * 320) : round(51.0 * 320)]
    assert np.abs(hole).max() < 1e-3
    assert find(said[: 45 * FRAME : 3], samples[: 50 * 320])[1] > 0.8
    lag, correlation = find(said[55 * FRAME :: 3], samples)
    assert correlation > 0.8
    assert abs(lag - 55 * 320) < 0.02 * SAMPLE_RATE


async def test_time_goes_on_while_nothing_comes(track: Track) -> None:
    for packet in packets(tone(440, 0.2)):
        track.arrive(packet)
    for _ in range(100):
        track.arrive(None)
    frames = track.heard()
    assert frames[-1].end >= (1.2 + 2 - 0.3) * SAMPLE_RATE
    assert not joined(frames)[-SAMPLE_RATE:].any()


async def test_what_waits_behind_a_hole_does_not_wait_for_the_next_word(track: Track) -> None:
    for packet in packets(tone(440, 0.2)):
        track.arrive(None if packet.sequence_number == 7 else packet)
    assert len(track.voice) == 7
    for _ in range(12):
        track.arrive(None)
    assert len(track.voice) == 9


async def test_digital_silence_is_not_decoded(track: Track) -> None:
    for packet in packets(tone(440, 0.4)):
        packet.extensions.audio_level = (False, MUTED if packet.sequence_number >= 10 else 30)
        track.arrive(packet)
    assert len(track.voice) == 10
    assert abs(track.heard()[-1].end - 1.4 * SAMPLE_RATE) <= 0.17 * SAMPLE_RATE  # others do not wait long for it


async def test_another_source_on_the_track_is_followed(track: Track) -> None:
    for packet in packets(tone(440, 1.0), first=30_000, stamp=123):
        track.arrive(packet)
    for packet in packets(tone(660, 1.0), first=29_990, stamp=99_999_999):
        packet.ssrc = SOURCE + 1
        track.arrive(packet)
    assert len(track.voice) == 100
    assert abs(track.heard()[-1].end - 3 * SAMPLE_RATE) <= 1


async def test_garbage_is_like_loss(track: Track) -> None:
    for packet in packets(tone(440, 1.0)):
        if packet.sequence_number % 10 == 5:
            packet.payload = b"\xff" * 60
        track.arrive(packet)
    assert len(track.voice) == 45
    assert abs(track.heard()[-1].end - 2 * SAMPLE_RATE) <= 1


async def test_a_consumer_that_stands_still_loses_frames_that_are_counted() -> None:
    track = Track(seconds=1.0)
    for packet in packets(tone(440, 2.0)):
        track.arrive(packet)
    assert track.hearing.untaken > 40
    assert len(track.heard()) == 50


async def test_a_consumer_that_has_gone_is_no_error(track: Track) -> None:
    track.hearing.frames.close()
    for packet in packets(tone(440, 0.2)):
        track.arrive(packet)
    assert len(track.voice) == 10
    track.capture.close()


async def test_a_track_that_never_sends_has_no_time(track: Track) -> None:
    track.capture._attached = False
    for _ in range(100):
        track.arrive(None)
    assert track.heard() == []


def turns_of(frames: list[AudioFrame]) -> list[Turn]:
    """What a pipeline makes of a track that has not been ended."""
    pipeline = Pipeline([], EnergyVad, SpeechConfig(interim_interval=None), language="en")
    asr = ScriptedAsr()
    outputs = pipeline.add_track("ada.1", Participant("ada", "Ada"))
    for frame in frames:
        outputs += pipeline.feed("ada.1", frame)
    requests = [output for output in outputs if isinstance(output, Decode)]
    answers = [answer for result in asr.transcribe(requests) for answer in pipeline.accept(result)]
    return [answer for answer in answers if isinstance(answer, Turn)]


def spoken(seconds: float) -> Pcm:
    """A voice to the detectors of the fakes, at 48 kHz."""
    return np.repeat(buzz(seconds) * 2**15, RATE // SAMPLE_RATE).astype(np.int16)


async def test_a_line_that_falls_silent_without_an_end_gives_its_last_words(track: Track) -> None:
    for packet in packets(spoken(1.5)):
        track.arrive(packet)
    for _ in range(75):
        track.arrive(None)
    [turn] = turns_of(track.heard())
    assert turn.segment.end == pytest.approx(2.5, abs=0.3)


async def test_a_gap_of_ten_seconds_parts_what_is_said_and_keeps_its_place(track: Track) -> None:
    said = list(packets(spoken(3.0)))
    for packet in said[:75]:
        track.arrive(packet)
    for _ in range(500):
        track.arrive(None)
    for packet in said[75:]:  # timestamps have stood still meanwhile, as after a suspended laptop
        track.arrive(packet)
    for _ in range(75):
        track.arrive(None)
    first, second = turns_of(track.heard())
    assert second.segment.start - first.segment.end == pytest.approx(10.0, abs=0.3)


async def test_timestamps_that_jump_in_the_middle_of_a_sentence_lose_nothing_of_it(track: Track) -> None:
    said = list(packets(spoken(3.0)))
    for count, packet in enumerate(said):
        if count >= 75:
            packet.timestamp = (packet.timestamp + 3_000_000_000) % 2**32
        track.arrive(packet)
    for _ in range(75):
        track.arrive(None)
    [turn] = turns_of(track.heard())
    assert turn.segment.duration == pytest.approx(3.0, abs=0.2)
