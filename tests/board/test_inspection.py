"""Updates that would end the process are refused before they are read, and sound ones are not."""

import math
from typing import Any

import pycrdt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.board.test_compaction import session
from voicemind.board.inspection import inspect, suspicious
from voicemind.board.lib0 import MAX_DEPTH
from voicemind.board.protocol import FrameError, uint, varbytes


def holding(value: bytes, kind: int = 8) -> bytes:
    """An update that sets a key to a value in lib0's encoding."""
    head = b"\x01\x01\x09\x00" + bytes([0x20 | kind]) + b"\x01" + varbytes(b"elements") + varbytes(b"d")
    return head + (b"\x01" if kind == 8 else varbytes(b"guid")) + value + b"\x00"


def nested(depth: int, level: bytes = b"\x75\x01") -> bytes:
    return level * depth + b"\x7e"


@pytest.mark.parametrize("level", [b"\x75\x01", b"\x76\x01\x00", b"\x75\x02\x7d\x01", b"\x75\x02\x77\x02uv"])
@pytest.mark.parametrize("kind", [8, 9])
def test_values_within_values_without_end_are_refused(level: bytes, kind: int) -> None:
    bomb = holding(nested(30_000, level), kind)
    assert suspicious(bomb)
    with pytest.raises(FrameError, match="deep"):
        inspect(bomb)


def test_as_deep_as_may_be_is_fine() -> None:
    sound = holding(nested(MAX_DEPTH - 1))
    inspect(sound)
    assert not suspicious(sound)


@pytest.mark.parametrize("count", [1 << 21, 100_000_000, 1 << 50])
def test_an_object_of_more_keys_than_there_are_bytes_is_refused(count: int) -> None:
    bomb = holding(b"\x76" + uint(count))
    assert suspicious(bomb)
    with pytest.raises(FrameError, match="more than there are bytes"):
        inspect(bomb)


def test_small_updates_are_not_suspicious_and_text_is_not_harmful() -> None:
    doc: pycrdt.Doc[Any] = pycrdt.Doc()
    doc.get("title", type=pycrdt.Text).insert(0, "uv" * 400)
    assert not suspicious(doc.get_update())
    doc.get("title", type=pycrdt.Text).insert(0, "uv" * 4000 + "vфыв")
    assert suspicious(doc.get_update())
    inspect(doc.get_update())


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(st.lists(VALUES, max_size=6))
def test_whatever_a_value_is_it_is_read(values: list[Any]) -> None:
    doc: pycrdt.Doc[Any] = pycrdt.Doc()
    doc.get("agenda", type=pycrdt.Array).extend(values)
    inspect(doc.get_update())


@given(st.integers(0, 10_000), st.integers(0, 60))
def test_whatever_is_edited_it_is_read(seed: int, edits: int) -> None:
    updates = session(seed, edits)
    for update in [*updates, *([pycrdt.merge_updates(*updates)] if updates else [])]:
        inspect(update)


def test_marks_subdocuments_and_numbers_of_all_sizes_are_read() -> None:
    doc: pycrdt.Doc[Any] = pycrdt.Doc()
    text = doc.get("title", type=pycrdt.Text)
    text.insert(0, "bold", {"bold": True})
    text.insert_embed(0, {"image": "a"})
    files = doc.get("files", type=pycrdt.Map)
    files["sub"] = pycrdt.Doc(guid="inside")
    files["numbers"] = [0, -1, 2**60, 1.5, 0.1, math.inf, math.nan]
    del text[0:2]
    inspect(doc.get_update())


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"\x01\x01\x09",
        b"\x01\x01\x09\x00\x2b\x01\x01a\x01d\x00",  # kind 11
        b"\x01\x01\x09\x00\x28\x02\x01a\x01d\x01\x7e\x00",  # a parent of no kind
        b"\x01\x01\x09\x00\x27\x01\x01a\x01d\x09\x00",  # a type of no kind
        holding(b"\x10"),
        holding(b"\x7b\x00"),
        holding(b"\x7d" + b"\xff" * 11),
        holding(b"\x77\x20abc"),
    ],
)
def test_what_is_no_update_is_refused(bad: bytes) -> None:
    with pytest.raises(FrameError):
        inspect(bad)
