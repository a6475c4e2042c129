import pycrdt

from voicemind.board.document import Document
from voicemind.room import archive
from voicemind.timeline.agenda import AgendaItem
from voicemind.timeline.event import Joined, Note, Participant, Revised, Speech, Tick
from voicemind.timeline.insight import Insight
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn


def test_an_empty_document_has_nothing_to_tell() -> None:
    document = Document(7, "h")

    assert archive.began(document) is None
    assert archive.people(document) == {}
    assert len(archive.minutes(document).transcript) == 0
    document.close()


def test_what_was_written_is_there_again() -> None:
    document = Document(7, "h")
    document.found("Weekly", [AgendaItem("a", "Budget")])
    document.set_meeting(started=1234.5, participants={"p": {"name": "Maya", "present": True, "microphone": True}})
    document.add_turn(Turn("t", Segment(1, 3), "p", "we decided", track="p.1"))
    document.put_insight(Insight("decision", Segment(1, 3), "we decided", evidence=("t",)))

    found = archive.minutes(document)

    assert archive.began(document) == 1234.5
    assert archive.people(document)["p"] == archive.Presence("p", "Maya", present=False, microphone=False)
    assert found.title == "Weekly"
    assert [item.title for item in found.agenda] == ["Budget"]
    assert [turn.text for turn in found.transcript] == ["we decided"]
    assert found.annotation.talk_time() == {"p": 2.0}
    assert [insight.kind for insight in found.insights()] == ["decision"]
    assert found.name("p") == "Maya"
    document.close()


def test_participants_that_are_not_what_they_should_be_are_left_out() -> None:
    document = Document(7, "h")
    document.set_meeting(participants={"p": "Maya", "q": {"present": True}})

    assert archive.people(document) == {"q": archive.Presence("q", "q", present=False, microphone=False)}
    document.close()


def corrected_document() -> Document:
    document = Document(7, "h")
    document.set_meeting(participants={"p": {"name": "Maya", "present": True, "microphone": True}})
    document.add_turn(Turn("t", Segment(1, 3), "p", "we decided", track="p.1"))
    document.add_turn(Turn("u", Segment(4, 6), "q", "yes", track="p.1"))
    document.put_correction("c", {"kind": "merge", "target": "q", "value": "p", "at": 1.0})
    document.put_correction("d", {"kind": "rename", "target": "p", "value": "Maya Lopez", "at": 2.0})
    document.settle()
    return document


def test_minutes_are_as_people_corrected_them_and_those_of_the_engine_stay() -> None:
    document = corrected_document()
    found = archive.minutes(document)
    seen = archive.corrected(document, found)

    assert [(row.id, row.name, row.talk_seconds) for row in seen.speakers()] == [("p", "Maya Lopez", 4.0)]
    assert {row.name for row in found.speakers()} == {"Maya", "q"}
    assert archive.people(document)["p"].name == "Maya"
    document.close()


def test_what_happens_is_told_as_people_see_it() -> None:
    document = corrected_document()
    turn = Turn("v", Segment(7, 8), "q", "good", track="p.1")

    assert [(t.id, t.speaker) for t in archive.shown(document, turn) if isinstance(t, Turn)] == [("v", "p")]
    assert archive.shown(document, Speech(Segment(7, 8), "p.1", "q")) == [Speech(Segment(7, 8), "p.1", "p")]
    assert archive.shown(document, Joined(1.0, Participant("p", "Maya"))) == [
        Joined(1.0, Participant("p", "Maya Lopez"))
    ]
    assert archive.shown(document, Revised(1.0, (turn,))) == archive.shown(document, turn)
    [insight] = archive.shown(document, Insight("action", Segment(7, 8), "do it", "Maya", ("v",)))
    assert isinstance(insight, Insight)
    assert insight.speaker == "Maya Lopez"
    assert archive.shown(document, Tick(1.0)) == [Tick(1.0)]
    document.close()


def test_a_correction_is_answered_by_turns_and_names_and_nothing_else_is() -> None:
    document = corrected_document()
    changes = document.take_changes()

    joined, revised = archive.answered(document, changes, 9.0)
    assert joined == Joined(9.0, Participant("p", "Maya"))
    assert isinstance(revised, Revised)
    assert {turn.id for turn in revised.turns} == {"t", "u"}
    document.set_talk(shares={})
    assert archive.answered(document, document.take_changes(), 9.0) == []
    document.close()


def test_notes_are_told_once_until_they_change() -> None:
    document = Document(7, "h")
    client: pycrdt.Doc[pycrdt.Array[object]] = pycrdt.Doc()
    sections = client.get("sections", type=pycrdt.Array)
    sections.append(pycrdt.Map({"id": "s", "heading": "To do: Tom sends the list"}))
    document.apply(client.get_update())

    known: dict[str, str] = {}
    assert archive.noted(document, known, 2.5) == [Note(2.5, "s", "To do: Tom sends the list", version=2500)]
    assert archive.noted(document, known, 3.0) == []
    del sections[0]
    document.apply(client.get_update())
    assert archive.noted(document, known, 4.0) == [Note(4.0, "s", "", version=4000)]
    document.close()
