import pytest

from voicemind.timeline.event import Agenda, Event, Joined, Left, Note, Participant, Revised, Speech, Tick, Verdict
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn

MAYA = Participant("p1", "Maya")


@pytest.mark.parametrize(
    "event",
    [
        Turn("a", Segment(1.0, 2.0), "p1", "words"),
        Speech(Segment(1.0, 2.0), "a", "p1"),
        Joined(2.0, MAYA),
        Left(2.0, MAYA),
        Agenda(2.0, ()),
        Note(2.0, "n1", "text"),
        Verdict(2.0, "action:a", "done"),
        Revised(2.0, ()),
        Tick(2.0),
    ],
)
def test_every_event_says_when_it_happened(event: Event) -> None:
    assert event.time == 2.0
    assert isinstance(event, Event)
    hash(event)  # events are values: they can be compared and kept in sets


def test_an_event_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        Tick(1.0).time = 2.0  # type: ignore[misc]
