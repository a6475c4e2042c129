"""A look at updates that might harm yrs, before it sees them.

yrs reads a JSON value within a value by recursion: twenty thousand of them, 40 kB, end the whole process.
And it makes room for as many keys as a value claims to have: 20 bytes take gigabytes. Both show in
the bytes ``u`` and ``v``, with which lists and objects begin; an update with few of them is harmless,
and all others are read here from beginning to end, as Yjs writes them (lib0 encoding, version 1).
"""

import re

from voicemind.board.lib0 import MAX_DEPTH
from voicemind.board.structs import read_update

_MANY_KEYS = re.compile(rb"v[\x80-\xff]{3}")  # an object of two million or more


def suspicious(update: bytes) -> bool:
    """Tell whether an update (or a message with one) could do harm; most could not, and that is told at once."""
    if len(update) > 2 * MAX_DEPTH and update.count(b"u") + update.count(b"v") > MAX_DEPTH:
        return True
    return _MANY_KEYS.search(update) is not None


def inspect(update: bytes) -> None:
    """Read an update; raises FrameError for one that would do harm, or that is none.

    Takes some microseconds for each struct: a large update is to be inspected beside the event loop.
    """
    read_update(update)
