"""What others do to the engine's content, and what becomes of it."""

from typing import Any

import pycrdt
import pytest

from tests.board.clients import Client
from voicemind.board.document import Document
from voicemind.board.replica import NOTHING
from voicemind.board.shapes import note_id, sticky_note
from voicemind.timeline.insight import Insight
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn

TURN = Turn("t1", Segment(1.0, 2.0), "ada", "We ship on Friday")
INSIGHT = Insight("action", Segment(1.0, 2.0), "Ship", "ada", ("t1",), data={"owner": "ada", "due": None})
NOTE = note_id(INSIGHT.id)


@pytest.fixture
def document() -> Document:
    document = Document(1, "history")
    document.load([])
    document.add_turn(TURN)
    document.put_insight(INSIGHT)
    document.set_meeting(state="running")
    document.put_shape(sticky_note(INSIGHT, (0, 0), None))
    document.take_changes()
    return document


@pytest.fixture
def client(document: Document) -> Client:
    client = Client(7)
    client.doc.apply_update(document.missing_in(NOTHING))
    client.take_unsent()
    return client


def exchange(client: Client, document: Document) -> bool:
    """Give the document what the client changed, and the client what came of it; was it a trespass?"""
    document.apply(client.doc.get_update(pycrdt.Doc().get_state()))
    trespassed = document.trespassed()
    document.settle()
    client.doc.apply_update(document.missing_in(NOTHING))
    return trespassed


def replace_turn(roots: dict[str, Any]) -> None:
    roots["transcript"]["t1"] = pycrdt.Map({"text": "We never ship"})


TRESPASSES = {
    "a forged turn": lambda roots: roots["transcript"].update({"t2": pycrdt.Map({"text": "forged"})}),
    "a changed text": lambda roots: roots["transcript"]["t1"].update({"text": "We never ship"}),
    "a field added": lambda roots: roots["transcript"]["t1"].update({"extra": [1]}),
    "a field removed": lambda roots: roots["transcript"]["t1"].pop("speaker"),
    "a turn removed": lambda roots: roots["transcript"].pop("t1"),
    "a turn replaced": replace_turn,
    "a turn made a number": lambda roots: roots["transcript"].update({"t1": 5}),
    "an insight's data changed": lambda roots: roots["insights"][INSIGHT.id].update({"data": {"owner": "bob"}}),
    "the meeting's state": lambda roots: roots["meeting"].update({"state": "over"}),
    "the history's name": lambda roots: roots["meeting"].pop("history_id"),
    "talk that was not written": lambda roots: roots["talk"].update({"shares": {"ada": 1}}),
}


@pytest.mark.parametrize("trespass", TRESPASSES.values(), ids=TRESPASSES.keys())
def test_what_only_the_engine_writes_is_put_back(document: Document, client: Client, trespass: Any) -> None:
    before = (document.turns(), document.insights(), document.meeting(), document.talk())
    trespass(client.roots)
    assert exchange(client, document)
    assert (document.turns(), document.insights(), document.meeting(), document.talk()) == before
    assert client.roots["transcript"].to_py() == document._replica.roots["transcript"].to_py()
    assert not exchange(client, document)  # it is over, and counts once


@pytest.mark.parametrize("kind", [pycrdt.Array, pycrdt.Text])
def test_a_list_or_text_under_the_name_of_a_map_is_emptied(document: Document, kind: Any) -> None:
    doc: pycrdt.Doc[Any] = pycrdt.Doc(client_id=8)
    intruder = doc.get("transcript", type=kind)
    intruder.insert(0, "junk")
    document.apply(doc.get_update())
    assert document.trespassed()
    document.settle()
    doc.apply_update(document.missing_in(NOTHING))
    assert len(intruder) == 0
    assert document.turns() == [TURN]
    document.add_turn(Turn("t2", Segment(3, 4), "bob", "And then?"))
    assert len(document.turns()) == 2


def test_the_engine_writes_over_a_trespass_that_is_not_yet_undone(document: Document, client: Client) -> None:
    client.roots["transcript"]["t1"]["text"] = "We never ship"
    document.apply(client.doc.get_update())
    revised = Turn("t1", TURN.segment, "bob", TURN.text)
    document.add_turn(revised)
    document.settle()
    assert document.turns() == [revised]


def test_what_people_own_is_no_trespass(document: Document, client: Client) -> None:
    client.roots["title"].insert(0, "Planning")
    client.roots["agenda"].append(pycrdt.Map({"id": "i", "title": "Budget"}))
    client.roots["verdicts"]["action:t1"] = pycrdt.Map({"status": "done"})
    client.roots["suggestions"]["s"] = {"text": "x"}
    client.roots["elements"]["mine"] = pycrdt.Map({"x": 1})
    assert not exchange(client, document)
    assert document.title() == "Planning"


def test_the_engine_changes_its_own_shape(document: Document) -> None:
    moved = {key: {**fields, "x": 500} for key, fields in sticky_note(INSIGHT, (0, 0), None).items()}
    assert document.put_shape(moved)
    assert document.elements()[NOTE]["x"] == 500


TOUCHES = {
    "moved": lambda elements: elements[NOTE].update({"x": 77}),
    "marked as deleted": lambda elements: elements[NOTE].update({"isDeleted": True}),
    "removed": lambda elements: elements.pop(NOTE),
    "text edited": lambda elements: elements[f"{NOTE}:text"].update({"originalText": "Ship it", "text": "Ship it"}),
    "replaced": lambda elements: elements.update({NOTE: pycrdt.Map({"type": "ellipse"})}),
}


@pytest.mark.parametrize("touch", TOUCHES.values(), ids=TOUCHES.keys())
def test_the_engine_lets_go_of_a_shape_that_a_person_touched(document: Document, client: Client, touch: Any) -> None:
    touch(client.roots["elements"])
    assert not exchange(client, document)
    touched = document.elements()
    assert not document.put_shape(sticky_note(INSIGHT, (9, 9), None))
    assert document.elements() == touched
    # and does not pick it up again after a restart
    again = Document(2, "history")
    again.load([document.missing_in(NOTHING)])
    assert not again.put_shape(sticky_note(INSIGHT, (9, 9), None))


def test_a_browser_that_measures_the_text_does_not_take_the_note(document: Document, client: Client) -> None:
    text = client.roots["elements"][f"{NOTE}:text"]
    text.update({"width": 61.5, "height": 25, "x": 90, "y": 47.5, "text": "Sh\nip"})
    exchange(client, document)
    assert document.put_shape(sticky_note(INSIGHT, (9, 9), None))


def test_the_engine_leaves_alone_what_was_there_before(document: Document, client: Client) -> None:
    other = Insight("action", Segment(5, 6), "Other", evidence=("t9",))
    client.roots["elements"][note_id(other.id)] = pycrdt.Map({"x": 1})
    exchange(client, document)
    assert not document.put_shape(sticky_note(other, (0, 0), None))


def test_after_a_restart_the_engine_still_owns_its_shapes(document: Document) -> None:
    again = Document(2, "history")
    again.load([document.missing_in(NOTHING)])
    assert again.put_shape(sticky_note(INSIGHT, (9, 9), None))
    assert again.elements()[NOTE]["x"] == 9


def test_a_copy_that_a_person_made_is_the_persons(document: Document, client: Client) -> None:
    copy = {**client.roots["elements"][NOTE].to_py(), "id": "copy"}
    client.roots["elements"]["copy"] = pycrdt.Map(copy)
    exchange(client, document)
    again = Document(2, "history")
    again.load([document.missing_in(NOTHING)])
    client.roots["elements"]["copy"]["x"] = 5
    exchange(client, again)
    assert "let_go" not in again.meeting()
