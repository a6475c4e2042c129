import random
from itertools import pairwise

import pytest
from aiortc.rtcdtlstransport import RTCCertificate, RTCDtlsTransport
from aiortc.rtcicetransport import RTCIceGatherer, RTCIceTransport
from aiortc.rtcrtpreceiver import RTCRtpReceiver
from aiortc.rtp import RtpPacket
from hypothesis import given
from hypothesis import strategies as st

from voicemind.room.jitter import RESTART, WINDOW, ReorderBuffer, elapsed, tap


def pushed(sequences: list[int], window: int = WINDOW) -> list[int]:
    """What the buffer makes of packets that arrive in this order, before and with the flush."""
    buffer: ReorderBuffer[int] = ReorderBuffer(window)
    return [out for s in sequences for out in buffer.add(s % 65536, s)] + buffer.flush()


def test_order_is_kept_at_once() -> None:
    buffer: ReorderBuffer[str] = ReorderBuffer(3)
    assert [buffer.add(s, str(s)) for s in (7, 8, 9)] == [["7"], ["8"], ["9"]]


def test_swapped_packets_come_in_order() -> None:
    assert pushed([0, 2, 1, 3]) == [0, 1, 2, 3]


def test_hole_is_given_up_when_the_window_is_full() -> None:
    buffer: ReorderBuffer[int] = ReorderBuffer(3)
    assert [buffer.add(s, s) for s in (0, 2, 3)] == [[0], [], []]
    assert buffer.add(4, 4) == [2, 3, 4]
    assert buffer.add(1, 1) == []  # too late
    assert buffer.add(5, 5) == [5]


def test_burst_of_loss_waits_no_longer_than_one_loss() -> None:
    buffer: ReorderBuffer[int] = ReorderBuffer(3)
    buffer.add(0, 0)
    assert [buffer.add(s, s) for s in (20, 21)] == [[], []]
    assert buffer.add(22, 22) == [20, 21, 22]


def test_duplicates_are_dropped() -> None:
    assert pushed([0, 1, 1, 0, 2, 4, 4, 3]) == [0, 1, 2, 3, 4]


def test_flush_gives_what_waits_and_what_comes_later_stays_out() -> None:
    buffer: ReorderBuffer[int] = ReorderBuffer(3)
    buffer.add(0, 0)
    buffer.add(2, 2)
    assert buffer.flush() == [2]
    assert buffer.add(1, 1) == []
    assert buffer.add(3, 3) == [3]


def test_stream_that_begins_anew_is_followed() -> None:
    assert pushed([5000, 5002, 100, 101]) == [5000, 5002, 100, 101]


@given(start=st.integers(0, 65535), count=st.integers(1, 300), lost=st.floats(0, 0.3), seed=st.integers(0, 99))
def test_only_lost_packets_are_missing(start: int, count: int, lost: float, seed: int) -> None:
    """Whatever is displaced by less than the window arrives, in order; wrapping of numbers included."""
    rng = random.Random(seed)  # noqa: S311
    sent = [s for s in range(start, start + count) if s == start or rng.random() >= lost]
    late = sorted(sent[1:], key=lambda s: s + rng.uniform(0, WINDOW - 0.01))
    assert pushed([start, *late]) == sent


@given(st.lists(st.integers(0, 65535), max_size=200))
def test_nothing_comes_twice_in_a_row_or_out_of_nowhere(sequences: list[int]) -> None:
    buffer: ReorderBuffer[int] = ReorderBuffer(WINDOW)
    out = []
    for sequence in sequences:
        out += buffer.add(sequence, sequence)
        assert len(buffer._held) < WINDOW
    out += buffer.flush()
    assert all(one != other for one, other in pairwise(out))
    assert set(out) <= set(sequences)


@pytest.mark.parametrize("window", [-1, RESTART])
def test_impossible_window_is_refused(window: int) -> None:
    with pytest.raises(ValueError, match="window must be"):
        ReorderBuffer(window)


@given(st.integers(0, 2**32 - 1), st.integers(-(2**31), 2**31 - 1))
def test_elapsed_knows_wrapping(since: int, distance: int) -> None:
    assert elapsed((since + distance) % 2**32, since) == distance


@pytest.mark.anyio
async def test_tap_sees_every_packet_and_aiortc_decodes_none() -> None:
    transport = RTCDtlsTransport(RTCIceTransport(RTCIceGatherer([])), [RTCCertificate.generateCertificate()])
    receiver = RTCRtpReceiver("audio", transport)
    seen: list[RtpPacket] = []
    tap(receiver, seen.append)
    buffer = vars(receiver)["_RTCRtpReceiver__jitter_buffer"]
    packets = [RtpPacket(sequence_number=s) for s in range(40)]
    assert [buffer.add(packet) for packet in packets] == [(False, None)] * 40
    assert seen == packets


def test_tap_refuses_an_aiortc_that_it_does_not_know() -> None:
    with pytest.raises(RuntimeError, match="aiortc"):
        tap(object(), lambda packet: None)  # type: ignore[arg-type]
