"""What is complete of an update is told from what is not, and nothing is lost between the two."""

from typing import Any

import pycrdt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.board.test_compaction import session
from voicemind.board.admission import admit
from voicemind.board.core import rewritten
from voicemind.board.lib0 import number
from voicemind.board.protocol import EMPTY_UPDATE, FrameError, uint, written_clocks


def clocks(doc: "pycrdt.Doc[Any]") -> dict[bytes, int]:
    return {client: number(clock) for client, clock in written_clocks(doc.get_state()).items()}


@given(st.integers(0, 10_000), st.integers(1, 40), st.randoms(use_true_random=False))
def test_in_whatever_order_updates_come_all_of_them_is_taken_in_once_complete(
    seed: int, edits: int, random: Any
) -> None:
    updates = session(seed, edits)
    whole: pycrdt.Doc[Any] = pycrdt.Doc()
    for update in updates:
        whole.apply_update(update)
    random.shuffle(updates)
    doc: pycrdt.Doc[Any] = pycrdt.Doc()
    waiting = EMPTY_UPDATE
    for update in updates:
        ready, waiting = admit(pycrdt.merge_updates(waiting, update), clocks(doc))
        doc.apply_update(ready)
        assert pycrdt.get_update(ready, doc.get_state())[:1] == b"\x00"  # nothing of it is left out
    assert waiting == EMPTY_UPDATE
    assert clocks(doc) == clocks(whole)


def text(clock: int, origin: tuple[int, int]) -> bytes:
    """An update with one letter of client 9, after a struct."""
    return bytes([1, 1, 9, clock, 0x84, *origin, 1, 0x61, 0])


@pytest.mark.parametrize(
    ("update", "known"),
    [
        (text(1, (9, 0)), {}),  # what comes before it is missing
        (text(0, (7, 3)), {b"\x07": 3}),  # it builds on what is not there yet
        (text(0, (9, 0)), {}),  # on itself
        (text(0, (9, 5)), {}),  # on what comes after it
        (b"\x00\x01\x07\x01\x02\x02", {b"\x07": 2}),  # it deletes what is not there yet
    ],
)
def test_what_builds_on_what_is_not_there_waits(update: bytes, known: dict[bytes, int]) -> None:
    assert admit(update, known) == (EMPTY_UPDATE, update)


def test_a_deletion_is_divided_at_what_is_known() -> None:
    ready, rest = admit(b"\x00\x01\x07\x01\x02\x05", {b"\x07": 4})
    assert (ready, rest) == (b"\x00\x01\x07\x01\x02\x02", b"\x00\x01\x07\x01\x04\x03")


def test_what_is_complete_is_given_back_as_it_came() -> None:
    doc: pycrdt.Doc[Any] = pycrdt.Doc()
    doc.get("title", type=pycrdt.Text).insert(0, "words")
    update = rewritten(doc.get_update())
    assert admit(update, {}) == (update, EMPTY_UPDATE)


@pytest.mark.parametrize("length", [0, 2**31])
def test_clocks_that_yrs_cannot_count_are_refused(length: int) -> None:
    with pytest.raises(FrameError, match="clock"):
        admit(b"\x01\x01\x09\x00\x00" + uint(length) + b"\x00", {})
