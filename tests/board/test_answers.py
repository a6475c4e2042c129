import json
import logging
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.board.test_document import copy_of
from tests.timeline.test_pieces import said
from voicemind.board.document import Document
from voicemind.board.replica import NOTHING
from voicemind.timeline.amendment import amended
from voicemind.timeline.corrections import read_corrections
from voicemind.timeline.event import Joined, Participant
from voicemind.timeline.insight import Insight
from voicemind.timeline.minutes import Minutes
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn

TURNS = [said("a b c", "t1", 0, "S0"), said("d e", "t2", 4, "S1"), said("f g h", "t3", 7, "S0")]


@pytest.fixture
def document() -> Document:
    document = Document(1, "history-1")
    document.load([])
    for turn in TURNS:
        document.add_turn(turn)
    document.put_insight(Insight("action", Segment(0, 3), "do it", "S0", ("t1",), data={"owner": "S0"}))
    document.set_meeting(participants={"p1": {"name": "Tom", "present": True, "microphone": True}})
    document.settle()
    return document


def correct(document: Document, key: str, kind: str, target: str, value: object, **more: object) -> None:
    document.put_correction(key, {"kind": kind, "target": target, "value": value, "by": "p1", **more})
    document.settle()


def raw(document: Document) -> dict[str, Any]:
    """What any client sees."""
    roots = document._replica.roots
    return {name: json.loads(json.dumps(roots[name].to_py())) for name in ("transcript", "insights", "meeting")}


def shown(document: Document) -> dict[str, tuple[str, str]]:
    entries = raw(document)["transcript"]
    return {key: (e["speaker"], e["text"]) for key, e in sorted(entries.items()) if "text" in e}


def names(document: Document) -> dict[str, str]:
    return {key: entry["name"] for key, entry in raw(document)["meeting"]["participants"].items()}


def test_clients_see_turns_as_corrected_and_the_engine_goes_on_from_what_it_found(document: Document) -> None:
    correct(document, "a", "reassign", "t1", "S1")
    correct(document, "b", "text", "t3", "f g, h")
    assert shown(document) == {"t1": ("S1", "a b c"), "t2": ("S1", "d e"), "t3": ("S0", "f g, h")}
    assert document.turns() == TURNS
    assert copy_of(document).turns() == TURNS


def test_people_and_findings_are_called_by_the_names_given(document: Document) -> None:
    correct(document, "a", "rename", "S0", "Maya")
    correct(document, "b", "rename", "p1", "Thomas")
    assert names(document) == {"p1": "Thomas", "S0": "Maya"}
    [action] = raw(document)["insights"].values()
    assert (action["speaker"], action["data"]) == ("Maya", {"owner": "Maya"})
    document.put_insight(Insight("action", Segment(7, 9), "file it", "S0", ("t3",)))
    assert raw(document)["insights"]["action:t3"]["speaker"] == "Maya"
    document.set_meeting(participants={"p1": {"name": "Tom", "present": False, "microphone": True}})
    assert raw(document)["meeting"]["participants"]["p1"]["present"] is False
    assert names(document) == {"p1": "Thomas", "S0": "Maya"}
    again = copy_of(document)
    assert again.meeting()["participants"] == {"p1": {"name": "Tom", "present": False, "microphone": True}}
    assert [(i.speaker, i.data) for i in again.insights()] == [("S0", {"owner": "S0"}), ("S0", {})]
    again.settle()
    assert again.take_written() == []  # all is answered


def test_a_revision_by_the_engine_keeps_what_people_said(document: Document) -> None:
    correct(document, "a", "text", "t1", "A better B", segments=[[0, 3]])
    correct(document, "b", "merge", "S1", "S0")
    document.add_turn(said("a b", "t1", 0, "S1"))
    document.add_turn(said("c", "t1.2000", 2, "S2"))
    document.settle()
    assert shown(document) == {"t1": ("S0", "A better B"), "t2": ("S0", "d e"), "t3": ("S0", "f g h")}
    assert [(turn.id, turn.text) for turn in document.turns()][:2] == [("t1", "a b"), ("t1.2000", "c")]
    document.add_turn(said("i", "t4", 12, "S1"))
    document.settle()
    assert shown(document)["t4"] == ("S0", "i")


def test_a_turn_that_people_cut_is_whole_again_once_they_take_that_back(document: Document) -> None:
    before = shown(document)
    correct(document, "a", "split", "t1", [1.0])
    correct(document, "b", "reassign", "t1.1000", "S1")
    assert shown(document) | {"t2": 0, "t3": 0} == {"t1": ("S0", "a"), "t1.1000": ("S1", "b c"), "t2": 0, "t3": 0}
    assert document.turns() == TURNS
    with document._replica.write("people"):
        for key in ("a", "b"):
            del document._replica.roots["corrections"][key]
    document.settle()
    assert shown(document) == before
    assert "found" not in str(raw(document))


def test_a_turn_that_is_removed_for_good_takes_its_parts_along(document: Document) -> None:
    correct(document, "a", "split", "t1", [1.0])
    document.remove({"transcript": ["t1"]})
    document.settle()
    assert list(shown(document)) == ["t2", "t3"]


def test_what_is_no_correction_is_passed_over_and_logged_once(
    document: Document, caplog: pytest.LogCaptureFixture
) -> None:
    before = shown(document)
    with caplog.at_level(logging.WARNING):
        correct(document, "a", "reassign", "t9", "S0")
        correct(document, "b", "merge", "S0", "S9")
        document.put_correction("c", {"kind": "hello"})
        document.settle()
        document.add_turn(said("x", "t4", 20, "S3"))
        document.settle()
    assert shown(document) == before | {"t4": ("S3", "x")}
    assert [record.args[0] for record in caplog.records if isinstance(record.args, tuple)] == ["a", "b", "c"]
    assert "there is no turn 't9' in this meeting" in caplog.text


def test_a_correction_counts_once_what_it_is_of_is_there(document: Document) -> None:
    correct(document, "a", "reassign", "t9", "S0")
    document.add_turn(said("x", "t9", 20, "S3"))
    document.settle()
    assert shown(document)["t9"] == ("S0", "x")


changes = st.lists(
    st.one_of(
        st.tuples(st.just("rename"), st.sampled_from(["S0", "S1", "p1"]), st.sampled_from(["Maya", "Tom"])),
        st.tuples(st.just("merge"), st.sampled_from(["S0", "S1"]), st.sampled_from(["S1", "S2", "p1"])),
        st.tuples(st.just("reassign"), st.sampled_from(["t1", "t2"]), st.sampled_from(["S0", "S2", "p1"])),
        st.tuples(st.just("split"), st.sampled_from(["S0", "S1"]), st.sampled_from([["t1"], ["t2", "t3"]])),
        st.tuples(st.just("split"), st.sampled_from(["t1", "t3"]), st.sampled_from([[1.0], [8.0]])),
        st.tuples(st.just("text"), st.sampled_from(["t1", "t2"]), st.sampled_from(["x y z", "a b"])),
        st.tuples(st.just("pass"), st.sampled_from(["t1", "t2", "t3"]), st.sampled_from(["S0", "S1", "S2"])),
        st.tuples(st.just("meet"), st.just(""), st.just("")),
    ),
    max_size=12,
)


@settings(max_examples=40)
@given(changes, st.integers(0, 2**12))
def test_pages_that_meet_and_the_engines_passes_leave_all_with_the_same(steps: list[Any], sides: int) -> None:
    """A page that was offline and the room's document, merged now and then: both show what the minutes say."""
    room, page = Document(1, "h"), Document(2, "h")
    room.load([])
    for turn in TURNS:
        room.add_turn(turn)
    room.set_meeting(participants={"p1": {"name": "Tom", "present": True, "microphone": True}})
    meet(room, page)
    said_so: set[str] = set()
    for number, (kind, target, value) in enumerate(steps):
        if kind == "meet":
            meet(room, page)
        elif kind == "pass":
            [known] = [turn for turn in room.turns() if turn.id == target]
            room.add_turn(Turn(known.id, known.segment, value, known.text, known.words, known.confidence, known.track))
        else:
            fields = {"kind": kind, "target": target, "value": value, "at": float(number % 5)}
            (page if sides >> number & 1 else room).put_correction(f"c{number}", fields)
            said_so.add(f"c{number}")
        room.settle()
    meet(room, page)
    room.settle()
    meet(room, page)

    assert room.corrections().keys() == said_so
    minutes = Minutes()
    for turn in room.turns():
        minutes.add(turn)
    minutes.add(Joined(0.0, Participant("p1", "Tom")))
    expected = amended(minutes, read_corrections(room.corrections())[0])
    assert shown(page) == shown(room) == {turn.id: (turn.speaker, turn.text) for turn in expected.transcript}
    called = names(room)
    assert all(called.get(p.id, p.id) == p.name for p in expected.participants.values() if p.id != "p1")
    assert {word.text for turn in room.turns() for word in turn.words} == set("abcdefgh")
    room.close()
    page.close()


def meet(room: Document, page: Document) -> None:
    page.apply(room.missing_in(NOTHING))
    room.apply(page.missing_in(NOTHING))
