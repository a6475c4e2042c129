import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.room.sounds import framed, syllables, tone
from voicemind.room.opus import FRAME, Pcm
from voicemind.room.playout import HOLD, LIMIT, TARGET, Gate, Playout, fade_in, fade_out


def steps(pcm: Pcm) -> int:
    return int(np.abs(np.diff(pcm.astype(int))).max())


def run(arrivals: list[int], pcm: Pcm) -> list[Pcm | None]:
    """Pull once a beat; ``arrivals[n]`` frames come before beat n, in order."""
    playout, frames, stamp, out = Playout(), framed(pcm), 0, []
    for count in arrivals:
        for _ in range(count):
            playout.push(next(frames), stamp)
            stamp += FRAME
        out.append(playout.pull())
    return out


def test_sound_comes_out_as_it_went_in_after_the_target() -> None:
    pcm = tone(300, 1.0)
    out = run([1] * 50, pcm)
    assert out[0] is None
    played = np.concatenate([frame for frame in out if frame is not None])
    assert len(played) == 49 * FRAME
    np.testing.assert_array_equal(played[FRAME:], pcm[FRAME : 49 * FRAME])


def test_uneven_arrival_plays_evenly() -> None:
    pcm = tone(300, 1.0)
    out = run([2, 0, 1, 2, 0, 1] * 8, pcm)
    played = [frame for frame in out if frame is not None]
    assert len(played) == 48
    np.testing.assert_array_equal(np.concatenate(played)[FRAME:], pcm[FRAME : 48 * FRAME])


def test_a_hole_keeps_its_length() -> None:
    playout = Playout()
    for k in (0, 1, 3, 4):
        playout.push(np.full(FRAME, 1000 + k, np.int16), k * FRAME)
    played = [playout.pull() for _ in range(5)]
    assert [int(frame[-1]) for frame in played if frame is not None] == [1000, 1001, 0, 1003, 1004]


def test_running_out_does_not_click() -> None:
    out = run([1] * 10 + [0] * 10, tone(300, 0.2, amplitude=10_000))
    played = np.concatenate([np.zeros(10, np.int16), *(frame for frame in out if frame is not None)])
    assert steps(played) < 1.1 * steps(tone(300, 0.2, amplitude=10_000))
    assert out[-1] is None
    assert not played[-100:].any()


def test_after_running_out_it_waits_again() -> None:
    out = run([1, 1, 1, 0, 0, 0, 0, 1, 1, 1], tone(300, 0.2))
    assert [frame is not None for frame in out] == [False, True, True, True, True, False, False, False, True, True]


def test_what_was_left_before_a_pause_is_not_played_after_it() -> None:
    playout = Playout()
    playout.push(np.full(FRAME, 111, np.int16), 0)
    playout.push(np.full(FRAME, 222, np.int16), 100 * FRAME)
    assert playout.pull() is None
    playout.push(np.full(FRAME, 333, np.int16), 101 * FRAME)
    frame = playout.pull()
    assert frame is not None
    assert frame[-1] == 222


def test_a_burst_is_cut_to_the_target_without_a_click() -> None:
    pcm = tone(300, 1.0, amplitude=10_000)
    playout = Playout()
    for k, frame in enumerate(framed(pcm[: 15 * FRAME])):
        playout.push(frame, k * FRAME)
    assert len(playout._held) <= LIMIT
    played = [pulled for _ in range(12) if (pulled := playout.pull()) is not None]
    assert steps(np.concatenate(played)) < 1.5 * steps(pcm)


def test_delay_is_given_back_where_it_is_quiet() -> None:
    playout = Playout()
    for k in range(8):
        playout.push(np.full(FRAME, 5000, np.int16), k * FRAME)
    assert len(playout._held) == 8 * FRAME  # speech is not touched
    for k in range(8, 40):
        playout.push(np.full(FRAME, 10, np.int16), k * FRAME)
        playout.pull()
    assert len(playout._held) <= TARGET + 3 * FRAME


@given(st.lists(st.integers(0, 4), max_size=80), st.integers(0, 2**32 - 1))
def test_a_beat_is_always_a_frame_and_little_is_held(arrivals: list[int], stamp: int) -> None:
    playout, speech = Playout(), syllables(0.02, seed=1)
    for count in arrivals:
        for _ in range(count):
            playout.push(speech, stamp)
            stamp = (stamp + FRAME) % 2**32
        pulled = playout.pull()
        assert pulled is None or (pulled.shape == (FRAME,) and pulled.dtype == np.int16)
        assert len(playout._held) <= LIMIT


def test_gate_lets_speech_through_and_no_hum() -> None:
    gate, loud, hum = Gate(), tone(300, 0.02), tone(50, 0.02, amplitude=30)
    assert gate(hum) is None
    np.testing.assert_array_equal(gate(loud), fade_in(loud))
    np.testing.assert_array_equal(gate(loud), loud)
    passed = [gate(hum) for _ in range(HOLD + 5)]
    assert [frame is not None for frame in passed] == [True] * HOLD + [False] * 5
    np.testing.assert_array_equal(passed[HOLD - 1], fade_out(hum))


def test_gate_without_sound_is_closed() -> None:
    gate = Gate()
    gate(tone(300, 0.02))
    assert gate(None) is None
    assert gate(tone(50, 0.02, amplitude=30)) is None


def test_fades_begin_and_end_at_zero_and_leave_the_input() -> None:
    frame = np.full(FRAME, 9000, np.int16)
    assert fade_in(frame)[0] == 0
    assert abs(fade_out(frame)[-1]) < 100
    assert (frame == 9000).all()
    assert (fade_in(frame)[240:] == 9000).all()
    assert (fade_out(frame)[:-240] == 9000).all()
