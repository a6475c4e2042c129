"""How deep shared types lie within each other.

yrs deletes and writes out what lies within what by recursion: a chain of fifty thousand Maps, which
takes 500 kB to send, ends the whole process when its first is deleted.
"""

import re
from collections.abc import Iterable
from typing import Any

import pycrdt

MAX_DEPTH = 1000  # of shared types, before one update; it may add as many

_WITHIN = re.compile(rb"[\x01-\x09\x21-\x29]\x00")  # a struct whose parent is another struct
_SHORTEST = 6  # bytes of one


def may_nest(update: bytes) -> bool:
    """Tell whether an update, as yrs writes it, has enough structs within structs for a chain that is too long.

    The first of a chain may lie in a root.
    """
    return len(update) > _SHORTEST * MAX_DEPTH and sum(1 for _ in _WITHIN.finditer(update)) >= MAX_DEPTH


def too_deep(roots: Iterable[Any]) -> bool:
    """Tell whether shared types lie more than ``MAX_DEPTH`` deep; looks at all of them, without recursion."""
    level = [*roots]
    for _ in range(MAX_DEPTH):
        level = [item for value in level for item in _within(value) if isinstance(item, _TYPES)]
        if not level:
            return False
    return True


def _within(value: Any) -> Iterable[Any]:
    match value:
        case pycrdt.Map():
            return value.values()
        case pycrdt.Array():
            return value
        case pycrdt.XmlFragment() | pycrdt.XmlElement():
            return value.children
    return ()


_TYPES = (pycrdt.Map, pycrdt.Array, pycrdt.XmlFragment, pycrdt.XmlElement)
