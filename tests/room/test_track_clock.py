import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.room.sounds import syllables
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
    assert abs(off) < 2 * TOLERANCE
    assert sum(part is LOUD for part in parts) == 7_200  # all the speech is there


def test_a_slow_sound_card_is_held_to_the_clock() -> None:
    off, parts = drifted(FRAME + 2)
    assert abs(off) < 2 * TOLERANCE
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
