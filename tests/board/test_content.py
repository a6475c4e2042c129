from typing import Any

import pycrdt
import pytest

from voicemind.board.content import Section, plain, put, put_fields, sections, whole


@pytest.fixture
def doc() -> "pycrdt.Doc[Any]":
    return pycrdt.Doc()


def written(doc: "pycrdt.Doc[Any]") -> list[bytes]:
    updates: list[bytes] = []
    doc.observe(lambda event: updates.append(event.update))
    return updates


def test_shared_types_become_plain_values(doc: "pycrdt.Doc[Any]") -> None:
    root = doc.get("root", type=pycrdt.Map)
    root["map"] = pycrdt.Map({"list": pycrdt.Array([1, pycrdt.Text("héllo 😀")]), "json": {"a": [None, True]}})
    root["bytes"] = b"x"
    assert plain(root) == {"map": {"list": [1.0, "héllo 😀"], "json": {"a": [None, True]}}, "bytes": None}


def test_a_whole_list_is_what_its_items_are(doc: "pycrdt.Doc[Any]") -> None:
    root = doc.get("root", type=pycrdt.Array)
    assert whole(root) == []
    root.extend([pycrdt.Map({"title": 'Größe "😀"\u2028', "n": 2.5}), 7, None, "text", [True, {"a": {}}]])
    assert whole(root) == plain(root)


def test_a_list_that_is_nested_without_end_is_read_all_the_same(doc: "pycrdt.Doc[Any]") -> None:
    deep: list[Any] = []
    for _ in range(5000):
        deep = [deep]
    root = doc.get("root", type=pycrdt.Array)
    root.extend(["first", deep])
    found = whole(root)
    assert isinstance(found, list)
    assert found[0] == "first"
    assert len(found) == 2


def test_a_value_that_stands_there_is_not_written_again(doc: "pycrdt.Doc[Any]") -> None:
    root = doc.get("root", type=pycrdt.Map)
    updates = written(doc)
    put(root, "a", {"x": [1, 2]})
    put(root, "a", {"x": [1.0, 2]})
    assert len(updates) == 1
    put(root, "a", {"x": [1, True]})
    assert len(updates) == 2
    assert plain(root) == {"a": {"x": [1, True]}}


def test_only_fields_that_differ_are_written(doc: "pycrdt.Doc[Any]") -> None:
    root = doc.get("root", type=pycrdt.Map)
    put_fields(root, "e", {"x": 1, "y": 2, "points": [[0, 0]] * 100})
    updates = written(doc)
    with doc.transaction():
        put_fields(root, "e", {"x": 5, "points": [[0, 0]] * 100})
    assert plain(root) == {"e": {"x": 5, "points": [[0, 0]] * 100}}
    assert len(updates[0]) < 40


def test_a_map_takes_the_place_of_what_is_none(doc: "pycrdt.Doc[Any]") -> None:
    root = doc.get("root", type=pycrdt.Map)
    root["e"] = "text"
    put_fields(root, "e", {"x": 1})
    assert plain(root) == {"e": {"x": 1}}


def test_notes_are_read_as_text_one_line_a_block(doc: "pycrdt.Doc[Any]") -> None:
    notes = doc.get("sections", type=pycrdt.Array)
    bold = pycrdt.XmlText("Wir ")
    body = pycrdt.XmlFragment(
        [
            pycrdt.XmlElement("paragraph", {}, [bold, pycrdt.XmlText("bauen 🍞")]),
            pycrdt.XmlElement(
                "list",
                {},
                [
                    pycrdt.XmlElement("item", {}, [pycrdt.XmlText("eins")]),
                    pycrdt.XmlElement("item", {}, [pycrdt.XmlText("zwei")]),
                ],
            ),
        ]
    )
    notes.append(pycrdt.Map({"id": "s1", "heading": "Plan", "body": body}))
    bold.insert(0, "Ja: ", {"bold": True})
    notes.extend([pycrdt.Map({"heading": "no id"}), "no map", pycrdt.Map({"id": "s2"})])
    assert sections(notes) == [Section("s1", "Plan", "Ja: Wir bauen 🍞\neins\nzwei"), Section("s2", "", "")]
