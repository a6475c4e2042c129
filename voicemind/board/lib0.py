"""Numbers, bytes and what structs hold, as Yjs writes them (lib0 encoding, version 1): how long they are.

Nothing is read by recursion: what others send may be nested without end.
"""

import re
from collections.abc import Callable

from voicemind.board.protocol import FrameError

MAX_DEPTH = 1000  # of values within values

NUMBER = re.compile(rb"([\x80-\xff]{0,8}[\x00-\x7f])")
"""A varUint."""

# How long values are after their kind: true, false, null and undefined; a BigInt, a double and a float.
_FIXED = {0x78: 0, 0x79: 0, 0x7E: 0, 0x7F: 0, 0x7A: 8, 0x7B: 8, 0x7C: 4}
_BYTES, _STRING, _INTEGER = 0x74, 0x77, 0x7D
_OBJECT, _LIST = 0x76, 0x75


def number(written: bytes) -> int:
    """Return what a varUint stands for."""
    value = 0
    for byte in reversed(written):
        value = value << 7 | byte & 0x7F
    return value


def read_uint(data: bytes, at: int) -> tuple[int, int]:
    """Return a number, and where it ends; raises IndexError where the bytes end before."""
    byte = data[at]
    if byte < 0x80:
        return byte, at + 1
    found = NUMBER.match(data, at)
    if found is None:
        raise FrameError("a number is too long or cut off")
    return number(found[0]), found.end()


def read_bytes(data: bytes, at: int) -> tuple[int, int]:
    """Return where bytes with their length before them begin and end."""
    length, at = read_uint(data, at)
    if at + length > len(data):
        raise FrameError("a length points past the end")
    return at, at + length


# What structs hold: each returns how many clocks it takes, and where it ends


def _deleted(data: bytes, at: int) -> tuple[int, int]:
    return read_uint(data, at)


def _one(data: bytes, at: int) -> tuple[int, int]:
    return 1, read_bytes(data, at)[1]


def _strings(data: bytes, at: int) -> tuple[int, int]:
    count, at = read_uint(data, at)
    for _ in range(count):
        at = read_bytes(data, at)[1]
    return count, at


def _text(data: bytes, at: int) -> tuple[int, int]:
    start, at = read_bytes(data, at)
    text = data[start:at]
    if text.isascii():
        return len(text), at
    try:
        return len(text.decode().encode("utf-16-le")) // 2, at
    except UnicodeDecodeError:
        raise FrameError("a text is not UTF-8") from None


def _format(data: bytes, at: int) -> tuple[int, int]:
    return 1, read_bytes(data, read_bytes(data, at)[1])[1]


def _type(data: bytes, at: int) -> tuple[int, int]:
    kind, at = read_uint(data, at)
    if kind > 6:
        raise FrameError(f"shared types of kind {kind} are unknown")
    return 1, (read_bytes(data, at)[1] if kind in (3, 5) else at)  # an XML element has a name


def _subdocument(data: bytes, at: int) -> tuple[int, int]:
    return 1, _values(data, read_bytes(data, at)[1], 1)


def _any(data: bytes, at: int) -> tuple[int, int]:
    count, at = read_uint(data, at)
    return count, _values(data, at, count)


CONTENTS: dict[int, Callable[[bytes, int], tuple[int, int]]] = {
    1: _deleted,
    2: _strings,
    3: _one,
    4: _text,
    5: _one,
    6: _format,
    7: _type,
    8: _any,
    9: _subdocument,
}


def _values(data: bytes, at: int, count: int) -> int:
    """Pass over so many values, those within values included, without recursion; return where they end."""
    left, keyed = count, False
    open_values: list[tuple[int, bool]] = []
    while left or open_values:
        if not left:
            left, keyed = open_values.pop()
            continue
        left -= 1
        if keyed:
            at = read_bytes(data, at)[1]
        kind = data[at]
        at += 1
        if kind in (_STRING, _BYTES):
            at = read_bytes(data, at)[1]
        elif kind == _INTEGER:
            at = _integer(data, at)
        elif kind in _FIXED:
            at += _FIXED[kind]
        elif kind in (_OBJECT, _LIST):
            open_values.append((left, keyed))
            (left, at), keyed = read_uint(data, at), kind == _OBJECT
            if len(open_values) > MAX_DEPTH or left > len(data) - at:
                raise FrameError(f"values within values, more than {MAX_DEPTH} deep or more than there are bytes")
        else:
            raise FrameError(f"values of kind {kind} are unknown")
    if at > len(data):
        raise FrameError("the update is cut off")
    return at


def _integer(data: bytes, at: int) -> int:
    """Pass over a varInt."""
    for end in range(at, at + 10):
        if data[end] < 0x80:
            return end + 1
    raise FrameError("a number is too long")
