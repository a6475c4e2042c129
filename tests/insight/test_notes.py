import datetime

from voicemind.insight.notes import NotedActions
from voicemind.timeline.event import Joined, Note, Participant
from voicemind.timeline.insight import Insight

MONDAY = datetime.date(2026, 3, 9)


def analyzer() -> NotedActions:
    found = NotedActions(MONDAY)
    for name in ("Ann", "Tom"):
        found.feed(Joined(0, Participant(name.lower(), name)))
    return found


def said(insights: list[Insight]) -> list[tuple[str, str, str | None, str | None]]:
    return [(i.state, i.text, i.data["owner"], i.data["due"]) for i in insights]


def test_actions_that_are_written() -> None:
    text = (
        "# Plan\n- [ ] Tom: send the price list by Friday\n* I'll write the minutes by tomorrow\n- the weather was fine"
    )
    found = analyzer().feed(Note(30.0, "n1", text, 1, "ann"))
    assert said(found) == [
        ("open", "Send the price list by Friday", "Tom", "2026-03-13"),
        ("open", "Write the minutes by tomorrow", "Ann", "2026-03-10"),
    ]
    assert {i.evidence for i in found} == {("note:n1",)}
    assert found[0].segment.start == 30.0


def test_what_is_ticked_off_is_no_task() -> None:
    assert analyzer().feed(Note(30.0, "n1", "- [x] Tom: send the price list by Friday", 1, "ann")) == []


def test_a_new_version_changes_only_what_it_says_otherwise() -> None:
    notes = analyzer()
    notes.feed(Note(30.0, "n1", "Tom: send the price list by Friday\nTom: call the printer by Monday", 1))
    found = notes.feed(Note(50.0, "n1", "Ann: check the shop by Friday\nTom: send the price list by Friday", 2))
    assert ("withdrawn", "Call the printer by Monday", "Tom", "2026-03-16") in said(found)
    assert ("open", "Check the shop by Friday", "Ann", "2026-03-13") in said(found)
    assert len(found) == 2


def test_an_older_version_changes_nothing() -> None:
    notes = analyzer()
    notes.feed(Note(30.0, "n1", "Tom: send the price list by Friday", 5))
    assert notes.feed(Note(40.0, "n1", "", 4)) == []
    (gone,) = notes.feed(Note(40.0, "n1", "", 6))
    assert gone.state == "withdrawn"
    assert notes.flush() == []


def test_notes_are_apart() -> None:
    notes = analyzer()
    (one,) = notes.feed(Note(30.0, "n1", "Tom: send the price list by Friday", 1))
    (other,) = notes.feed(Note(31.0, "n2", "Tom: send the price list by Friday", 1))
    assert one.id != other.id
