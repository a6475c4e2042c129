"""Fractional indices: strings that say in which order shapes lie, with room between any two.

The scheme is that of David Greenspan's "Implementing Fractional Indexing", which Excalidraw uses:
an integer part whose first letter gives its length (a-z from 0 up, A-Z below 0), then a fraction;
all in base 62, in the order of ASCII; a fraction never ends in 0.
"""

import zlib
from collections.abc import Iterable

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
FIRST = "a0"


def is_index(index: object) -> bool:
    """Tell whether this is a valid fractional index."""
    if not isinstance(index, str) or not index or any(digit not in DIGITS for digit in index):
        return False
    length = _integer_length(index[0])
    fraction = index[length:]
    return 0 < length <= len(index) and not fraction.endswith("0") and index != "A" + "0" * 26


def highest(indices: Iterable[object]) -> str | None:
    """Return the highest of those that are valid indices, None when there is none."""
    return max((index for index in indices if isinstance(index, str) and is_index(index)), default=None)


def index_after(last: str | None, salt: str) -> str:
    """Return an index above ``last`` (None: the first one of all).

    Two digits made from ``salt`` are appended, so that writers who both add on top of the same
    shape do not end up with equal indices. Raises ValueError when ``last`` is no index.
    """
    if last is not None and not is_index(last):
        raise ValueError(f"{last!r} is no fractional index")
    value = zlib.crc32(salt.encode())
    jitter = DIGITS[value % 62] + DIGITS[1 + value // 62 % 61]
    return (FIRST if last is None else _incremented(last)) + jitter


def _integer_length(head: str) -> int:
    if "a" <= head <= "z":
        return ord(head) - ord("a") + 2
    return ord("Z") - ord(head) + 2 if "A" <= head <= "Z" else 0


def _incremented(index: str) -> str:
    """The integer part above that of ``index``; its length grows where all digits are the last."""
    length = _integer_length(index[0])
    head, digits = index[0], list(index[1:length])
    for at in reversed(range(len(digits))):
        if digits[at] != DIGITS[-1]:
            digits[at] = DIGITS[DIGITS.index(digits[at]) + 1]
            return head + "".join(digits)
        digits[at] = DIGITS[0]
    if head == "z":
        raise ValueError("no index lies above this one")
    if head == "Z":
        return FIRST
    longer = head >= "a"
    head = chr(ord(head) + 1)
    return head + "".join([*digits, DIGITS[0]] if longer else digits[:-1])
