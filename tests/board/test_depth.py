from typing import Any

import pycrdt
import pytest

from voicemind.board.depth import MAX_DEPTH, may_nest, too_deep


def nested(kind: str, depth: int) -> "pycrdt.Doc[Any]":
    """A document with as many types within types, under a root of that kind."""
    doc: pycrdt.Doc[Any] = pycrdt.Doc()
    if kind == "map":
        within: Any = doc.get("root", type=pycrdt.Map)
        for _ in range(depth):
            within["d"] = pycrdt.Map()
            within = within["d"]
    elif kind == "array":
        within = doc.get("root", type=pycrdt.Array)
        for _ in range(depth):
            within.append(pycrdt.Array())
            within = within[0]
    else:
        within = doc.get("root", type=pycrdt.XmlFragment)
        for _ in range(depth):
            within.children.append(pycrdt.XmlElement("p"))
            within = within.children[0]
    return doc


@pytest.mark.parametrize(("kind", "type_"), [("map", pycrdt.Map), ("array", pycrdt.Array), ("xml", pycrdt.XmlFragment)])
def test_depth_is_that_of_the_deepest_type(kind: str, type_: Any) -> None:
    fine, deep = nested(kind, MAX_DEPTH - 1), nested(kind, MAX_DEPTH + 1)
    assert not too_deep([fine.get("root", type=type_)])
    assert too_deep([fine.get("root", type=type_), deep.get("root", type=type_)])
    assert may_nest(deep.get_update())


def test_a_flat_document_of_few_fields_need_not_be_looked_at() -> None:
    doc: pycrdt.Doc[Any] = pycrdt.Doc()
    doc.get("title", type=pycrdt.Text).insert(0, "words " * 5000)
    assert not may_nest(doc.get_update())
