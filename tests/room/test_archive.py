from voicemind.board.document import Document
from voicemind.room import archive
from voicemind.timeline.agenda import AgendaItem
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
