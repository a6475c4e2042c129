"""The wire format of y-protocols: one message a frame, decoded strictly and written anew.

frame     := varUint(0) sync | varUint(1) varBytes(awareness) | varUint(2) auth | varUint(3)
sync      := varUint(0) varBytes(state vector) | varUint(1) varBytes(update) | varUint(2) varBytes(update)
awareness := varUint(n) n*(varUint(client) varUint(clock) varString(JSON or "null"))

The server adds type 100: varUint(n), the number of this connection's updates that are on disk.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

SYNC, AWARENESS, AUTH, QUERY_AWARENESS, SAVED = 0, 1, 2, 3, 100
STEP1, STEP2, UPDATE = 0, 1, 2

MAX_VARINT = 2**53 - 1  # what lib0 can write
MAX_CLIENTS = 5000  # in one state vector or update; each costs memory for as long as the document lives
EMPTY_UPDATE = b"\x00\x00"

_VARUINT = re.compile(rb"[\x80-\xff]*[\x00-\x7f]")


class FrameError(ValueError):
    """Bytes that are no message of this protocol."""


@dataclass(frozen=True, slots=True)
class SyncStep1:
    """Somebody tells the state vector they have, and wants what is missing in it."""

    state: bytes


@dataclass(frozen=True, slots=True)
class SyncStep2:
    """The answer to a SyncStep1: an update with all that was missing."""

    update: bytes


@dataclass(frozen=True, slots=True)
class Update:
    """A change as it happens."""

    update: bytes


@dataclass(frozen=True, slots=True)
class Entry:
    """One client's awareness: ``state`` is JSON text, None when the client is gone."""

    client: int
    clock: int
    state: str | None


@dataclass(frozen=True, slots=True)
class Awareness:
    """Cursors, names, typing: entries of one or more clients."""

    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class QueryAwareness:
    """Somebody wants everybody's awareness."""


@dataclass(frozen=True, slots=True)
class Auth:
    """A message of the auth protocol; the server has no use for a client's."""


Message = SyncStep1 | SyncStep2 | Update | Awareness | QueryAwareness | Auth


class Reader:
    """A cursor over bytes that raises FrameError rather than read past the end."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def uint(self) -> int:
        """Read a varUint; over-long and over-large ones are refused."""
        if self._at < len(self._data) and (first := self._data[self._at]) < 0x80:
            self._at += 1
            return first
        value = shift = 0
        while True:
            if self._at >= len(self._data):
                raise FrameError("a number is cut off")
            byte = self._data[self._at]
            self._at += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                break
            shift += 7
            if shift > 49:
                raise FrameError("a number is too long")
        if (shift and not byte) or value > MAX_VARINT:
            raise FrameError("a number is not written in its shortest form, or too large")
        return value

    def varbytes(self) -> bytes:
        """Read a length and as many bytes."""
        length = self.uint()
        if length > len(self._data) - self._at:
            raise FrameError("a length points past the end")
        start = self._at
        self._at += length
        return self._data[start : self._at]

    def text(self) -> str:
        """Read a string of UTF-8."""
        try:
            return self.varbytes().decode()
        except UnicodeDecodeError:
            raise FrameError("a string is not UTF-8") from None

    def skip(self) -> None:
        """Pass over everything that is left."""
        self._at = len(self._data)

    @property
    def ended(self) -> bool:
        """Whether all has been read."""
        return self._at == len(self._data)

    def end(self) -> None:
        """Raise unless all has been read."""
        if not self.ended:
            raise FrameError("something follows the message")


def decode(frame: bytes, most: int = 1 << 30) -> Message:
    """Read one message of at most ``most`` bytes; raises FrameError for anything else."""
    if len(frame) > most:
        raise FrameError(f"a message of {len(frame)} bytes; {most} are the most")
    reader = Reader(frame)
    kind = reader.uint()
    message: Message
    if kind == SYNC:
        message = _sync(reader)
    elif kind == AWARENESS:
        message = Awareness(_entries(reader.varbytes()))
    elif kind == AUTH:
        reader.skip()
        message = Auth()
    elif kind == QUERY_AWARENESS:
        message = QueryAwareness()
    else:
        raise FrameError(f"messages of type {kind} are unknown")
    reader.end()
    return message


def _sync(reader: Reader) -> Message:
    kind, payload = reader.uint(), reader.varbytes()
    if kind == STEP1:
        read_state(payload)
        return SyncStep1(payload)
    if kind not in (STEP2, UPDATE):
        raise FrameError(f"sync messages of type {kind} are unknown")
    _check_clients(Reader(payload).uint())
    return SyncStep2(payload) if kind == STEP2 else Update(payload)


def _entries(payload: bytes) -> tuple[Entry, ...]:
    reader = Reader(payload)
    entries = []
    for _ in range(reader.uint()):  # ends with the bytes, whatever the number says
        client, clock, state = reader.uint(), reader.uint(), reader.text()
        entries.append(Entry(client, clock, None if state == "null" else state))
    reader.end()
    return tuple(entries)


def read_state(state: bytes) -> dict[int, int]:
    """Read a state vector: client id -> next clock."""
    reader = Reader(state)
    count = reader.uint()
    _check_clients(count)
    clocks = {reader.uint(): reader.uint() for _ in range(count)}
    reader.end()
    return clocks


def written_clocks(state: bytes) -> dict[bytes, bytes]:
    """Return a sound state vector as it is written: varUint of a client -> varUint of its next clock.

    A hundred times as fast as ``read_state``, for who needs the clocks of a few clients only.
    """
    numbers = _VARUINT.findall(state)
    return dict(zip(numbers[1::2], numbers[2::2], strict=True))


def _check_clients(count: int) -> None:
    if count > MAX_CLIENTS:
        raise FrameError(f"{count} clients in one message; {MAX_CLIENTS} are the most")


def uint(value: int) -> bytes:
    """Write a varUint."""
    out = bytearray()
    while value > 0x7F:
        out.append(0x80 | value & 0x7F)
        value >>= 7
    out.append(value)
    return bytes(out)


def varbytes(data: bytes) -> bytes:
    """Write a length and the bytes."""
    return uint(len(data)) + data


def step1(state: bytes) -> bytes:
    """Frame a state vector."""
    return b"\x00\x00" + varbytes(state)


def step2(update: bytes) -> bytes:
    """Frame the answer to a step 1."""
    return b"\x00\x01" + varbytes(update)


def update(data: bytes) -> bytes:
    """Frame a change."""
    return b"\x00\x02" + varbytes(data)


def entry(client: int, clock: int, state: str | None) -> bytes:
    """Write one client's awareness, to go into a frame of ``awareness``."""
    return uint(client) + uint(clock) + varbytes((state or "null").encode())


def awareness(entries: Iterable[bytes]) -> bytes:
    """Frame written entries; with none it is the shortest frame that keeps a connection alive."""
    written = list(entries)
    return b"\x01" + varbytes(uint(len(written)) + b"".join(written))


def denied(reason: str) -> bytes:
    """Frame a refusal (y-protocols' PermissionDenied)."""
    return b"\x02\x00" + varbytes(reason.encode())


def saved(count: int) -> bytes:
    """Frame how many of a connection's updates are on disk."""
    return uint(SAVED) + uint(count)
