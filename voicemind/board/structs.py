"""An update of Yjs as what it is made of: structs of clients, and what it deletes (lib0 encoding, version 1).

update    := varUint(n) n*section deletions
section   := varUint(structs) varUint(client) varUint(clock) structs
deletions := varUint(n) n*(varUint(client) varUint(m) m*(varUint(clock) varUint(length)))

Reading takes some microseconds for each struct, of which a Map has one for each field.
"""

import re
from typing import NamedTuple

from voicemind.board.lib0 import CONTENTS, NUMBER, number, read_bytes, read_uint
from voicemind.board.protocol import FrameError

MAX_CLOCK = 2**31 - 1  # yrs counts with 32 bits, and one is for the sign
GONE, SKIP = 0, 10  # kinds of structs that hold nothing

Id = tuple[bytes, int]
"""Whose it is, as that is written (a varUint), and with which of their clocks it begins."""


class Struct(NamedTuple):
    """What a client made with the clocks from ``start`` to before ``end``.

    ``needs`` are its neighbours and its parent as far as they are told, ``root`` the name of a parent that is one.
    """

    kind: int
    start: int
    end: int
    upto: int  # where its bytes end
    needs: tuple[Id, ...]
    root: bytes | None


class Section(NamedTuple):
    """What one client made, in order; the bytes of the first begin ``at``."""

    client: bytes
    at: int
    structs: list[Struct]


class Contents(NamedTuple):
    """What an update is made of; ``deletions`` are ranges of clocks by client."""

    sections: list[Section]
    deletions: list[tuple[bytes, list[tuple[int, int]]]]


_TWO = re.compile(NUMBER.pattern * 2)
_THREE = re.compile(NUMBER.pattern * 3)
_FOUR = re.compile(NUMBER.pattern * 4)


def read_update(update: bytes) -> Contents:
    """Read an update from beginning to end; raises FrameError for one that would do harm, or that is none."""
    try:
        sections, at = [], 0
        count, at = read_uint(update, at)
        for _ in range(count):
            section, at = _section(update, at)
            sections.append(section)
        deletions = _deletions(update, at)
    except IndexError:
        raise FrameError("the update is cut off") from None
    if len({section.client for section in sections}) < len(sections):
        raise FrameError("a client has more than one part of an update")
    return Contents(sections, deletions)


def _section(data: bytes, at: int) -> tuple[Section, int]:
    head = _THREE.match(data, at)
    if head is None:
        raise FrameError("a client's part of the update is cut off")
    client, at = head[2], head.end()
    section = Section(client, at, structs := [])
    clock = number(head[3])
    for _ in range(number(head[1])):
        struct = _struct(data, at, clock)
        clock, at = struct.end, struct.upto
        if clock > MAX_CLOCK or struct.start == clock:
            raise FrameError("a struct of no length, or with a clock that is too large")
        structs.append(struct)
    return section, at


def _struct(data: bytes, at: int, clock: int) -> Struct:
    info = data[at]
    kind = info & 0x1F
    at += 1
    if kind in (GONE, SKIP):
        length, at = read_uint(data, at)
        return Struct(kind, clock, clock + length, at, (), None)
    needs: tuple[Id, ...]
    root = None
    if info >= 0xC0:
        at, needs = _ids(data, at, _FOUR)
    elif info >= 0x40:
        at, needs = _ids(data, at, _TWO)
    else:
        if data[at] == 0:  # its parent is the content of another struct
            at, needs = _ids(data, at + 1, _TWO)
        elif data[at] == 1:  # a root
            start, at = read_bytes(data, at + 1)
            root, needs = data[start:at], ()
        else:
            raise FrameError(f"parents of kind {data[at]} are unknown")
        if info & 0x20:  # its name in it
            at = read_bytes(data, at)[1]
    content = CONTENTS.get(kind)
    if content is None:
        raise FrameError(f"content of kind {kind} is unknown")
    length, at = content(data, at)
    return Struct(kind, clock, clock + length, at, needs, root)


def _ids(data: bytes, at: int, pattern: "re.Pattern[bytes]") -> tuple[int, tuple[Id, ...]]:
    found = pattern.match(data, at)
    if found is None:
        raise FrameError("the id of a struct is cut off")
    parts = found.groups()
    first = parts[0], (parts[1][0] if len(parts[1]) == 1 else number(parts[1]))
    return found.end(), ((first,) if len(parts) == 2 else (first, (parts[2], number(parts[3]))))


def _deletions(data: bytes, at: int) -> list[tuple[bytes, list[tuple[int, int]]]]:
    """Read the end of an update: ranges of clocks, from the first to before the last."""
    written = NUMBER.findall(data, at)
    if sum(map(len, written)) != len(data) - at:
        raise FrameError("what is deleted is not written as numbers")
    parts = iter(written)
    deletions = []
    try:
        for _ in range(number(next(parts))):
            client, ranges = next(parts), []
            for _ in range(number(next(parts))):
                start = number(next(parts))
                ranges.append((start, start + number(next(parts))))
            if any(end > MAX_CLOCK for _, end in ranges):
                raise FrameError("something is deleted that nobody can have made")
            deletions.append((client, ranges))
    except StopIteration:
        raise FrameError("the update is cut off") from None
    if next(parts, None) is not None:
        raise FrameError("something follows the update")
    return deletions
