import numpy as np
import pytest

from voicemind.audio.frame import SAMPLE_RATE
from voicemind.bench.run import CHUNK, SILENCE, Follower, StreamingRun, chunks
from voicemind.bench.streaming import StreamLog
from voicemind.timeline.event import Speech
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Interim, Turn


def interim(start: float, end: float, text: str) -> Interim:
    return Interim("A", "A", Segment(start, end), text, "")


def turn(start: float, end: float, text: str) -> Turn:
    return Turn(f"A-{start}", Segment(start, end), "A", text)


def test_an_interim_stays_until_the_turn_of_its_utterance_comes() -> None:
    log = StreamLog()
    run = StreamingRun([log], 10.0)
    follower = Follower(log, run)
    follower.note(1.0, interim(0.0, 1.0, "one"))
    follower.note(2.0, interim(0.0, 2.0, "one two"))
    follower.note(3.0, interim(2.5, 3.0, "three"))
    follower.note(3.5, turn(0.1, 2.2, "One, two."))
    follower.note(4.0, Speech(Segment(0.1, 2.2), "A", "A"))
    follower.note(5.0, turn(2.6, 4.0, "Three."))

    assert log.updates == [
        (1.0, "", "one"),
        (2.0, "", "one two"),
        (3.0, "", "one two three"),
        (3.5, "One, two.", "three"),
        (5.0, "Three.", ""),
    ]
    assert [(final.end, final.at) for final in log.finals] == [(2.2, 3.5), (4.0, 5.0)]
    assert run.speech_seconds == pytest.approx(2.1)


def test_a_recording_is_followed_by_silence_and_played_again() -> None:
    samples = np.ones(SAMPLE_RATE, np.float32)
    length = SAMPLE_RATE + round(SILENCE * SAMPLE_RATE)

    once = chunks(samples)
    assert once[-1].end == length
    assert {len(frame.samples) for frame in once} == {CHUNK}
    twice = chunks(samples, repeat=3.0)
    assert twice[-1].end == 2 * length
    assert [frame.start for frame in twice] == list(range(0, 2 * length, CHUNK))
    assert twice[length // CHUNK].samples[0] == 1.0


def test_the_slope_is_of_the_second_half() -> None:
    run = StreamingRun([], 1.0)
    assert run.rss_slope_mb_per_hour is None
    run.memory = [(float(at), 100.0 if at < 1800 else 100.0 + (at - 1800) / 900) for at in range(3600)]
    assert run.rss_slope_mb_per_hour == pytest.approx(4.0, rel=0.01)
    assert run.peak_rss_mb == pytest.approx(102.0, rel=0.01)


def test_the_worst_lag_and_rung_are_kept() -> None:
    run = StreamingRun([], 1.0)
    for at, lag, rung in [(0.0, 0.0, 0), (0.5, 3.0, 2), (2.0, 1.0, 1)]:
        run.note(at, lag, rung)
    assert (run.lag, run.rung) == (3.0, 2)
    assert [at for at, _ in run.memory] == [0.0, 2.0]
