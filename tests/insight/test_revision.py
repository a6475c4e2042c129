import datetime
from dataclasses import replace
from typing import ClassVar

from tests.insight.talk import dialogue
from voicemind.insight.actions import Actions
from voicemind.insight.revision import Revisable
from voicemind.timeline.event import Event, Joined, Revised, Tick
from voicemind.timeline.insight import Insight
from voicemind.timeline.transcript import Turn

TALK = "Tom> I will send the estimate by Friday.\nMaya> Good.\nPriya> I will draft the page by Monday."


def fed() -> tuple[Revisable, dict[str, Insight], list[Turn]]:
    analyzer = Revisable(lambda: Actions(datetime.date(2026, 3, 9)))
    events = dialogue(TALK).events
    found = {i.id: i for e in events if isinstance(e, Joined | Turn) for i in analyzer.feed(e)}
    return analyzer, found, [e for e in events if isinstance(e, Turn)]


def test_a_relabelled_turn_changes_its_owner() -> None:
    analyzer, found, turns = fed()
    assert found["action:t000"].speaker == "Tom"
    assert analyzer.feed(Revised(20.0, (replace(turns[0], speaker="maya"),))) == []
    changed = analyzer.feed(Tick(31.0))
    assert [(i.id, i.speaker) for i in changed] == [("action:t000", "Maya")]
    assert analyzer.feed(Tick(90.0)) == []
    assert analyzer.flush() == []


def test_a_corrected_text_withdraws() -> None:
    analyzer, _, turns = fed()
    analyzer.feed(Revised(20.0, (replace(turns[0], text="I would send the estimate."),)))
    changed = analyzer.flush()
    assert [(i.id, i.state) for i in changed] == [("action:t000", "withdrawn")]


def test_what_does_not_matter_is_not_read_again() -> None:
    made = 0

    class Counting:
        handles: ClassVar[tuple[type[Event], ...]] = (Turn,)

        def __init__(self) -> None:
            nonlocal made
            made += 1

        def feed(self, event: Event) -> list[Insight]:
            return []

        def flush(self) -> list[Insight]:
            return []

    analyzer = Revisable(Counting)
    turn = dialogue("Tom> Hello.").turns[0]
    analyzer.feed(turn)
    analyzer.feed(Revised(5.0, (replace(turn, confidence=0.5), replace(turn, id="unknown"))))
    analyzer.feed(Tick(40.0))
    assert made == 1
    analyzer.feed(Revised(50.0, (replace(turn, text="Hallo."),)))
    analyzer.feed(Tick(100.0))
    assert made == 2
