from typing import Any

import pycrdt
import pytest

from voicemind.board.core import CoreError, border, rewritten, same_update
from voicemind.board.protocol import FrameError

NONE = b"\x00"  # what an update deletes that deletes nothing
OF_FIRST = b"\x01\xac\x02\x01\x00\x01"  # what overwrites the first of the ``updates`` deletes it: client 300, clock 0


class PanicException(BaseException):
    """As it comes out of pycrdt."""


def updates(count: int) -> list[bytes]:
    """One person sets a key again and again."""
    document: pycrdt.Doc[Any] = pycrdt.Doc(client_id=300)
    elements = document.get("elements", type=pycrdt.Map)
    made: list[bytes] = []
    subscription = document.observe(lambda event: made.append(event.update))
    for number in range(count):
        elements["shape"] = {"type": "rectangle", "x": float(number)}
    subscription.drop()
    return made


def test_a_panic_becomes_an_error_and_nothing_else_does() -> None:
    with pytest.raises(CoreError, match="open the room again"), border:
        raise PanicException
    with pytest.raises(KeyboardInterrupt), border:
        raise KeyboardInterrupt


def test_what_is_no_update_is_refused() -> None:
    with pytest.raises(FrameError):
        rewritten(b"\x01\x01\x05")


def test_an_update_is_known_again_in_the_order_of_fields_that_yrs_chose() -> None:
    first, second = map(rewritten, updates(2))
    assert same_update(first, NONE, first)
    assert same_update(updates(2)[1], OF_FIRST, second)


def test_other_clocks_other_lengths_and_no_change_are_not_the_same() -> None:
    first, second, third = updates(3)
    assert len(second) == len(third)
    assert not same_update(second, OF_FIRST, third)
    assert not same_update(first, NONE, second)
    assert not same_update(None, NONE, first)


def test_an_update_of_which_less_was_deleted_is_not_the_same() -> None:
    wanted, done = b"\x00\x01\x07\x01\x00\x02", b"\x00\x01\x07\x01\x00\x01"
    assert same_update(wanted, wanted[1:], wanted)
    assert not same_update(done, done[1:], wanted)
