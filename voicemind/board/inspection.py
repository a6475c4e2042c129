"""A look at updates that might harm yrs, before it sees them.

yrs reads a JSON value within a value by recursion: twenty thousand of them, 40 kB, end the whole process.
And it makes room for as many keys as a value claims to have: 20 bytes take gigabytes. Both show in
the bytes ``u`` and ``v``, with which lists and objects begin; an update with few of them is harmless,
and all others are read here from beginning to end, as Yjs writes them (lib0 encoding, version 1).
"""

import re
from collections.abc import Callable

from voicemind.board.protocol import FrameError, Reader

MAX_DEPTH = 1000  # of values within values

_MANY_KEYS = re.compile(rb"v[\x80-\xff]{3}")  # an object of two million or more

# How long values are after their kind: true, false, null and undefined; a BigInt, a double and a float.
_FIXED = {0x78: 0, 0x79: 0, 0x7E: 0, 0x7F: 0, 0x7A: 8, 0x7B: 8, 0x7C: 4}
_BYTES, _STRING, _INTEGER = 0x74, 0x77, 0x7D
_OBJECT, _LIST = 0x76, 0x75


def suspicious(update: bytes) -> bool:
    """Tell whether an update (or a message with one) could do harm; most could not, and that is told at once."""
    if len(update) > 2 * MAX_DEPTH and update.count(b"u") + update.count(b"v") > MAX_DEPTH:
        return True
    return _MANY_KEYS.search(update) is not None


class _Update(Reader):
    """A cursor over an update."""

    @property
    def left(self) -> int:
        return len(self._data) - self._at

    def byte(self) -> int:
        self.pass_over(1)
        return self._data[self._at - 1]

    def signed(self) -> None:
        """Pass over a varInt."""
        for _ in range(10):
            if self.byte() < 0x80:
                return
        raise FrameError("a number is too long")

    def pass_over(self, count: int) -> None:
        if count > self.left:
            raise FrameError("the update is cut off")
        self._at += count


def inspect(update: bytes) -> None:
    """Read an update; raises FrameError for one that would do harm, or that is none.

    Takes about a microsecond for each value: a large update is to be inspected beside the event loop.
    """
    reader = _Update(update)
    for _ in range(reader.uint()):
        structs = reader.uint()
        reader.uint()
        reader.uint()
        for _ in range(structs):
            _struct(reader)


def _struct(reader: _Update) -> None:
    info = reader.byte()
    kind = info & 0x1F
    if kind in (0, 10):  # deleted and forgotten, or missing: a length
        reader.uint()
        return
    for flag in (0x80, 0x40):  # its neighbours
        if info & flag:
            reader.uint()
            reader.uint()
    if not info & 0xC0:
        _parent(reader, named=bool(info & 0x20))
    content = _CONTENTS.get(kind)
    if content is None:
        raise FrameError(f"content of kind {kind} is unknown")
    content(reader)


def _parent(reader: _Update, *, named: bool) -> None:
    match reader.uint():
        case 0:  # the content of another struct
            reader.uint()
            reader.uint()
        case 1:  # a root
            reader.varbytes()
        case other:
            raise FrameError(f"parents of kind {other} are unknown")
    if named:
        reader.varbytes()


def _strings(reader: _Update) -> None:
    for _ in range(reader.uint()):
        reader.varbytes()


def _format(reader: _Update) -> None:
    reader.varbytes()
    reader.varbytes()


def _type(reader: _Update) -> None:
    kind = reader.uint()
    if kind > 6:
        raise FrameError(f"shared types of kind {kind} are unknown")
    if kind in (3, 5):  # an XML element has a name
        reader.varbytes()


def _subdocument(reader: _Update) -> None:
    reader.varbytes()
    _values(reader, 1)


def _values(reader: _Update, count: int) -> None:
    """Pass over so many values, those within values included, without recursion."""
    left, keyed = count, False
    open_values: list[tuple[int, bool]] = []
    while left or open_values:
        if not left:
            left, keyed = open_values.pop()
            continue
        left -= 1
        if keyed:
            reader.varbytes()
        kind = reader.byte()
        if kind in (_OBJECT, _LIST):
            open_values.append((left, keyed))
            left, keyed = reader.uint(), kind == _OBJECT
            if len(open_values) > MAX_DEPTH or left > reader.left:
                raise FrameError(f"values within values, more than {MAX_DEPTH} deep or more than there are bytes")
        else:
            _value(reader, kind)


def _value(reader: _Update, kind: int) -> None:
    if kind in _FIXED:
        reader.pass_over(_FIXED[kind])
    elif kind in (_BYTES, _STRING):
        reader.varbytes()
    elif kind == _INTEGER:
        reader.signed()
    else:
        raise FrameError(f"values of kind {kind} are unknown")


_CONTENTS: dict[int, Callable[[_Update], object]] = {
    1: _Update.uint,  # deleted: its length
    2: _strings,
    3: _Update.varbytes,
    4: _Update.varbytes,
    5: _Update.varbytes,
    6: _format,
    7: _type,
    8: lambda reader: _values(reader, reader.uint()),
    9: _subdocument,
}
