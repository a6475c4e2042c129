from voicemind.insight.analyzer import handled
from voicemind.insight.floor import FloorTakes
from voicemind.timeline.event import Joined, Speech
from voicemind.timeline.insight import Insight
from voicemind.timeline.transcript import Turn


class Shouts:
    """A plug-in as it is meant to be: three lines."""

    def feed(self, event: Turn) -> list[Insight]:
        return [Insight("shout", event.segment, event.text, evidence=(event.id,))] if event.text.isupper() else []

    def flush(self) -> list[Insight]:
        return []


def test_a_plain_analyzer_is_fed_turns_alone() -> None:
    assert handled(Shouts()) == (Turn,)


def test_others_say_what_they_want() -> None:
    assert handled(FloorTakes()) == (Joined, Speech)
