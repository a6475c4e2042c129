"""Packets put back in order within a small window, in place of aiortc's own jitter buffer."""

from collections.abc import Callable
from typing import Generic, TypeVar

from aiortc import RTCRtpReceiver
from aiortc.rtp import RtpPacket

WINDOW = 3  # packets; 60 ms of the usual 20 ms packets
RESTART = 100  # places; a packet that lies further back belongs to a stream that began anew

TIMESTAMPS = 1 << 32  # RTP timestamps wrap here

_SEQUENCES = 1 << 16
_BUFFER = "_RTCRtpReceiver__jitter_buffer"

T = TypeVar("T")


def elapsed(timestamp: int, since: int) -> int:
    """Samples from one 32-bit RTP timestamp to another, negative when ``timestamp`` is the earlier."""
    return (timestamp - since + TIMESTAMPS // 2) % TIMESTAMPS - TIMESTAMPS // 2


class ReorderBuffer(Generic[T]):
    """Gives packets out in the order of their 16-bit sequence numbers, and never waits for long.

    A hole is given up as soon as a packet ``window`` places after it has come. Duplicates and
    packets whose place has been given up are dropped.
    """

    def __init__(self, window: int = WINDOW) -> None:
        if not 0 <= window < RESTART:
            raise ValueError(f"window must be from 0 to {RESTART - 1}, not {window}")
        self._window = window
        self._next: int | None = None  # sequence number to give out next
        self._held: dict[int, T] = {}  # by sequence number; at most window - 1 between two calls

    def add(self, sequence: int, packet: T) -> list[T]:
        """Take one packet; return those whose turn it is, oldest first."""
        restarted: list[T] = []
        if self._next is None:
            self._next = sequence
        ahead = (sequence - self._next) % _SEQUENCES
        if ahead >= _SEQUENCES // 2:
            if _SEQUENCES - ahead < RESTART:
                return []
            restarted = self.flush()
            self._next = sequence
        self._held[sequence] = packet
        return restarted + self._release(self._window)

    def flush(self) -> list[T]:
        """Return what is held without waiting any longer for what is missing."""
        return self._release(0)

    def _release(self, window: int) -> list[T]:
        """Give out all whose turn it is, giving up each missing one that lies ``window`` places behind the newest."""
        ready: list[T] = []
        while self._held and self._next is not None:
            distances = [(sequence - self._next) % _SEQUENCES for sequence in self._held]
            nearest, newest = min(distances), max(distances)
            if nearest:
                if newest < window:
                    break
                self._next = (self._next + min(nearest, newest - window + 1)) % _SEQUENCES
            else:
                ready.append(self._held.pop(self._next))
                self._next = (self._next + 1) % _SEQUENCES
        return ready


class _Tap:
    """Stands where the jitter buffer was: hands every packet on and lets aiortc decode none."""

    def __init__(self, receive: Callable[[RtpPacket], None]) -> None:
        self._receive = receive

    def add(self, packet: RtpPacket) -> tuple[bool, None]:
        self._receive(packet)
        return False, None  # no picture loss, no frame to decode


def tap(receiver: RTCRtpReceiver, receive: Callable[[RtpPacket], None]) -> None:
    """Have ``receive`` called with each RTP packet of a receiver, in order of arrival.

    aiortc's audio jitter buffer waits at a hole until 16 packets are held and then drops most of
    them: 1 % of packet loss costs 6.4 % of the frames. It offers no way to choose another, so this
    replaces the one private attribute that holds it, on this receiver alone. Everything before it
    (SRTP, routing, statistics, RTCP reports) stays aiortc's; its decoder thread gets no work.
    """
    if not hasattr(receiver, _BUFFER):
        raise RuntimeError(f"this aiortc has no RTCRtpReceiver.{_BUFFER}; install the version that voicemind pins")
    setattr(receiver, _BUFFER, _Tap(receive))
