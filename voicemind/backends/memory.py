"""How the C library keeps memory that models have given back."""

import ctypes
import os

_M_ARENA_MAX = -8  # of mallopt(3)


def share_arena() -> bool:
    """Have all threads take memory from one place, which each inference then uses again; return whether they do.

    glibc gives each thread a place of its own and keeps what is free in all of them: with an inference on each of
    two threads that was 150 MB of nothing. It is process-wide, and left alone where MALLOC_ARENA_MAX says otherwise.
    """
    if "MALLOC_ARENA_MAX" in os.environ:
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return False  # another C library
    return bool(mallopt(_M_ARENA_MAX, 1))
