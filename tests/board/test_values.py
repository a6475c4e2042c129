import math

import pycrdt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicemind.board.values import MAX_DEPTH, clean, clean_text, same

any_text = st.text(st.characters(codec=None))  # lone surrogates included
leaves = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), any_text)
values = st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(any_text, inner), max_leaves=20)


@given(values)
def test_what_is_clean_goes_through_the_document_and_comes_back(value: object) -> None:
    cleaned = clean(value)
    doc: pycrdt.Doc[pycrdt.Map[object]] = pycrdt.Doc()
    target = doc.get("map", type=pycrdt.Map)
    target["key"] = cleaned
    copy: pycrdt.Doc[pycrdt.Map[object]] = pycrdt.Doc()
    copy.apply_update(doc.get_update())
    assert same(copy.get("map", type=pycrdt.Map)["key"], cleaned)


@given(values)
def test_cleaning_twice_is_cleaning_once(value: object) -> None:
    assert same(clean(clean(value)), clean(value))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("\ud83d", "�"),
        ("a\udc00b", "a�b"),
        ("\ud83d\ude00", "😀"),
        ("héllo 😀", "héllo 😀"),
    ],
)
def test_surrogates_are_joined_or_replaced(given: str, expected: str) -> None:
    assert clean_text(given) == expected


def test_numbers_that_browsers_lack_are_replaced() -> None:
    assert clean([math.nan, math.inf, -math.inf, 2**53 - 1, 2**70, 10**400]) == [
        None,
        None,
        None,
        2**53 - 1,
        float(2**70),
        None,
    ]


def test_tuples_and_keys_become_json() -> None:
    assert clean({1: (True, "x")}) == {"1": [True, "x"]}


def test_what_json_does_not_have_is_refused() -> None:
    with pytest.raises(ValueError, match="bytes"):
        clean({"data": b"x"})


def test_deep_nesting_is_refused() -> None:
    value: object = 1
    for _ in range(MAX_DEPTH + 2):
        value = [value]
    with pytest.raises(ValueError, match="nested"):
        clean(value)


@pytest.mark.parametrize(
    ("left", "right", "equal"),
    [
        (1, 1.0, True),
        (1, True, False),
        (0.0, False, False),
        ({"a": [1, {"b": None}]}, {"a": [1.0, {"b": None}]}, True),
        ({"a": 1}, {"a": 1, "b": 2}, False),
        ([1, 2], [1], False),
        ("1", 1, False),
        (None, None, True),
    ],
)
def test_equality_is_that_of_json(left: object, right: object, equal: bool) -> None:
    assert same(left, right) is equal
