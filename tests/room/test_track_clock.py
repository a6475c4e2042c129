import random
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.room.sounds import syllables
from voicemind.room.jitter import ReorderBuffer
from voicemind.room.opus import FRAME, RATE, Pcm
from voicemind.room.track_clock import JUMP, PATIENCE, TOLERANCE, TrackClock

LOUD = np.full(FRAME, 5000, np.int16)
HUSH = np.full(FRAME, 20, np.int16)


def length(parts: list[Pcm]) -> int:
    return sum(map(len, parts))


def play(clock: TrackClock, count: int, at: int, stamp: int, frame: Pcm = LOUD, step: int = FRAME) -> list[Pcm]:
    """Feed ``count`` frames that arrive evenly from ``at`` on; ``step`` samples of clock a frame."""
    return [
        part for k in range(count) for part in clock.feed(frame, (stamp + k * FRAME) % 2**32, at + FRAME + k * step)
    ]


def test_even_packets_come_as_they_are() -> None:
    clock = TrackClock()
    parts = play(clock, 50, RATE, stamp=2**32 - 10 * FRAME)  # the timestamps wrap
    assert [len(part) for part in parts] == [FRAME] * 50
    assert clock.cursor == RATE + 50 * FRAME


def test_a_lost_packet_becomes_silence_of_its_length() -> None:
    clock = TrackClock()
    play(clock, 10, 0, stamp=0)
    parts = clock.feed(LOUD, 12 * FRAME, 13 * FRAME)
    assert [len(part) for part in parts] == [2 * FRAME, FRAME]
    assert not parts[0].any()


def test_silence_stands_for_what_does_not_come() -> None:
    clock = TrackClock()
    play(clock, 10, 0, stamp=0)
    end = 10 * FRAME
    assert clock.tick(end + PATIENCE) == []
    assert length(clock.tick(end + RATE)) == RATE - PATIENCE
    assert clock.cursor == end + RATE - PATIENCE


def test_time_passes_before_the_first_packet() -> None:
    clock = TrackClock()
    clock.tick(2 * RATE)
    assert length(clock.tick(3 * RATE)) == RATE
    assert clock.tick(100) == []


def test_after_a_pause_the_rest_of_it_is_filled() -> None:
    """With DTX the timestamps go on during the pause, and so the next word is where it was said."""
    clock = TrackClock()
    play(clock, 10, 0, stamp=0)
    clock.tick(10 * FRAME + RATE)
    clock.feed(LOUD, 10 * FRAME + 2 * RATE, 11 * FRAME + 2 * RATE)
    assert clock.cursor == 11 * FRAME + 2 * RATE


def test_a_late_burst_is_kept_and_time_given_back_where_it_is_quiet() -> None:
    clock = TrackClock()
    play(clock, 50, 0, stamp=0)
    stall = 50 * FRAME  # a second in which nothing came, and then all of it
    now = 100 * FRAME
    clock.tick(now)
    burst = [part for k in range(50) for part in clock.feed(LOUD, stall + k * FRAME, now)]
    assert length(burst) == stall
    ahead = (clock.cursor or 0) - now
    assert ahead == stall - PATIENCE
    play(clock, 200, now, stamp=2 * stall)
    assert (clock.cursor or 0) - (now + 200 * FRAME) == ahead  # nothing of the speech is touched
    play(clock, 200, now + 200 * FRAME, stamp=2 * stall + 200 * FRAME, frame=HUSH)
    assert abs((clock.cursor or 0) - (now + 400 * FRAME)) <= TOLERANCE + FRAME


def test_a_timestamp_jump_begins_a_new_clock() -> None:
    clock = TrackClock()
    play(clock, 50, 0, stamp=0)
    parts = play(clock, 50, 50 * FRAME, stamp=3_000_000_000)
    assert length(parts) == 50 * FRAME
    assert clock.cursor == 100 * FRAME
    parts = play(clock, 50, 100 * FRAME, stamp=17)
    assert clock.cursor == 150 * FRAME


def test_a_sender_whose_timestamps_stand_still_is_laid_end_to_end() -> None:
    clock = TrackClock()
    for k in range(100):
        clock.feed(LOUD, 777, (k + 1) * FRAME)
        clock.tick((k + 1) * FRAME)
    assert clock.cursor == 100 * FRAME


def test_another_stream_begins_where_it_comes() -> None:
    clock = TrackClock()
    play(clock, 10, 0, stamp=0)
    clock.restart()
    clock.feed(LOUD, 10 * FRAME - 5, 11 * FRAME)
    assert clock.cursor == 11 * FRAME


def drifted(step: int) -> tuple[int, list[Pcm]]:
    """Three minutes of speech with pauses from a sound card whose frames take ``step`` samples of the clock."""
    clock, parts = TrackClock(), []
    for k in range(9_000):
        now = (k + 1) * step
        parts += clock.feed(HUSH if k % 100 < 20 else LOUD, k * FRAME, now)
        if k % 5 == 0:
            parts += clock.tick(now)
    return (clock.cursor or 0) - 9_000 * step, parts


def test_a_fast_sound_card_is_held_to_the_clock() -> None:
    off, parts = drifted(FRAME - 2)
    assert abs(off) < 3 * TOLERANCE
    assert sum(part is LOUD for part in parts) == 7_200  # all the speech is there


def test_a_slow_sound_card_is_held_to_the_clock() -> None:
    off, parts = drifted(FRAME + 2)
    assert abs(off) < 3 * TOLERANCE
    assert sum(part is LOUD for part in parts) == 7_200


def test_a_long_silence_comes_in_pieces() -> None:
    clock = TrackClock()
    clock.tick(RATE)
    parts = clock.tick(3601 * RATE)
    assert length(parts) == 3600 * RATE
    assert max(map(len, parts)) == RATE


def test_a_flood_is_bounded() -> None:
    clock = TrackClock()
    for k in range(1000):
        clock.feed(LOUD, k * FRAME, RATE)
    assert (clock.cursor or 0) <= RATE + JUMP


@given(
    st.lists(
        st.tuples(st.sampled_from([480, 960, 2880]), st.integers(0, 2**32 - 1), st.integers(-1000, 4 * RATE)),
        max_size=60,
    ),
    st.booleans(),
)
def test_there_is_never_a_hole_and_time_keeps_to_the_clock(packets: list[tuple[int, int, int]], loud: bool) -> None:
    clock, now, total, begin = TrackClock(), 5 * RATE, 0, None
    speech = syllables(0.06, seed=1) if loud else np.zeros(2880, np.int16)
    for size, stamp, wait in packets:
        now += max(0, wait)
        given_out = clock.feed(speech[:size], stamp, now) if wait >= 0 else clock.tick(now)
        total += length(given_out)
        if begin is None and clock.cursor is not None:
            begin = clock.cursor - total
        assert begin is None or clock.cursor == begin + total
        assert (clock.cursor or 0) <= now + JUMP
        clock.tick(now)
        total = (clock.cursor or 0) - (begin or 0)
        assert (clock.cursor or 0) >= now - PATIENCE


@dataclass(frozen=True)
class Sender:
    """A microphone in a room where it clicks once a second, and its way to the meeting; times in seconds."""

    seed: int
    drift: float = 0.0  # of the sound card
    jitter: float = 0.01  # mean of what each packet is delayed by
    stall: float = 0.0  # so long the first packets wait on their way, to arrive all at once
    reset: float = 1e9  # when its timestamps begin anew
    loss: float = 0.005

    def packets(self, seconds: float) -> Iterator[tuple[float, int, int, int]]:
        """Arrival, sequence number, timestamp and the click that it holds (0 for none), in order of arrival."""
        rng = random.Random(self.seed)  # noqa: S311
        step, stamp, found = FRAME / RATE / (1 + self.drift), rng.randrange(2**32), []
        for n in range(int(seconds / step)):
            begin, end = n * step, (n + 1) * step
            delay = rng.expovariate(1 / self.jitter) + (0.1 if rng.random() < 0.002 else 0.0)
            arrival = max(end + delay, self.stall)
            if rng.random() >= self.loss:
                jump = 1_234_567_890 if begin > self.reset else 0
                click = int(end) if int(end) > begin else 0
                found.append((arrival, n % 2**16, (stamp + n * FRAME + jump) % 2**32, click))
        return iter(sorted(found))

    def heard(self, seconds: float) -> dict[int, float]:
        """Where on the meeting's clock each click lies."""
        clock, ticks, clicks = TrackClock(), 0, {}
        buffer: ReorderBuffer[tuple[int, int]] = ReorderBuffer()
        for arrival, sequence, stamp, click in self.packets(seconds):
            while (ticks + 1) * 0.1 < arrival:
                ticks += 1
                clock.tick(ticks * RATE // 10)
            for when, ready in buffer.add(sequence, (stamp, click)):
                pause = sequence % 250 > 235  # a moment of quiet every five seconds
                if clock.feed(HUSH if pause and not ready else LOUD, when, round(arrival * RATE)) and ready:
                    clicks[ready] = ((clock.cursor or 0) - FRAME) / RATE
        return clicks


def apart(one: Sender, other: Sender, seconds: float) -> float:
    """The longest time between two tracks' hearing of the same click."""
    ones, others = one.heard(seconds), other.heard(seconds)
    both = sorted(ones.keys() & others.keys())
    assert len(both) > 0.9 * seconds - 2
    settled = [click for click in both if click > 12]
    assert max(abs(found[click] - click) for found in (ones, others) for click in settled) < 0.06
    return max(abs(ones[click] - others[click]) for click in settled)


def test_two_tracks_of_the_same_clicks_stay_together_for_twenty_minutes() -> None:
    """0.5 % of packets lost, jitter, sound cards that are 200 ppm apart."""
    assert apart(Sender(1, drift=1e-4), Sender(2, drift=-1e-4), 1200) < 0.06


@pytest.mark.parametrize(
    "sender",
    [
        Sender(3, stall=0.9),
        Sender(4, reset=60.5),
        Sender(5, jitter=0.03),
        Sender(6, drift=3e-4, jitter=0.002),
        Sender(7, drift=-3e-4, loss=0.05),
    ],
)
def test_tracks_stay_together_whatever_the_network_does(sender: Sender) -> None:
    assert apart(Sender(1), sender, 120) < 0.06
