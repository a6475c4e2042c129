import datetime
import sys
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.insight.talk import items, run
from voicemind.insight.analyzer import AnyAnalyzer, handled
from voicemind.insight.standard import standard_analyzers
from voicemind.timeline.event import Agenda, Event, Joined, Participant, Speech, Tick
from voicemind.timeline.insight import FIGURES, Insight
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn

DATE = datetime.date(2026, 3, 9)
MESSAGES = {"dominance", "silent", "avoided", "action", "decision", "heat", "summary"}
SAID = st.sampled_from(
    [
        "I will send it by Friday.",
        "Could you send it, Will?",
        "Yes.",
        "No, leave it.",
        "Then it is decided.",
        "Let's go with the red one.\n    ",
        "We move the launch to May.",
        "May, please check the price.",
        "I can do that.",
        "",
        "",
        "Okay, next, the launch.",
        "Actually, let Will do that.\n    ",
        "Not before Monday.",
        "Agreed.",
        "The price is 29 dollars!",
        "Will will write it",
        "I",
        "...",
        "Because the",
    ]
)


def everything(events: list[Event]) -> dict[str, Insight]:
    return {key: i for analyzer in standard_analyzers(DATE) for key, i in run(analyzer, events).items()}


@settings(max_examples=60)
@given(st.lists(st.tuples(SAID, st.sampled_from(["i", "will", "may"]), st.floats(0.1, 9)), max_size=40))
def test_any_talk(said: list[tuple[str, str, float]]) -> None:
    events: list[Event] = [Joined(0, Participant(name, name.title())) for name in ("i", "will", "may")]
    events.append(Agenda(0, items("Launch date", "Price of the plan")))
    time = 0.0
    for number, (text, speaker, seconds) in enumerate(said):
        segment = Segment(time, time + seconds)
        events += [Turn(f"t{number}", segment, speaker, text.strip()), Speech(segment, speaker, speaker)]
        time += seconds * 0.9
        events.append(Tick(segment.end))
    found = everything(events)
    turns = {f"t{number}" for number in range(len(said))}
    for key, insight in found.items():
        assert insight.id == key
        assert insight.kind in FIGURES | MESSAGES
        assert set(insight.evidence) <= turns
        assert 0.0 <= insight.confidence <= 1.0
        assert insight.segment.end >= insight.segment.start
        assert insight.speaker in {None, "I", "Will", "May"}
        if insight.kind == "action":
            assert insight.data["owner"] in {None, "I", "Will", "May"}


def test_nothing_at_all() -> None:
    assert everything([]) == {}
    assert everything([Joined(0, Participant("a", "A")), Tick(1.0), Tick(500.0)]) == {}


def test_heat_can_be_left_out() -> None:
    said = [("a", "You never listen! You never did!"), ("b", "You promised it! Not fair.")]
    turns = [Turn(f"t{n}", Segment(4.0 * n, 4.0 * n + 3), who, text) for n, (who, text) in enumerate(said)]
    for heat in (True, False):
        found = [i for a in standard_analyzers(heat=heat) for i in run(a, turns).values() if i.kind == "heat"]
        assert len(found) == heat


def test_each_call_gives_new_analyzers() -> None:
    one, other = standard_analyzers(), standard_analyzers(DATE)
    assert [type(a) for a in one] == [type(a) for a in other]
    assert not any(a is b for a in one for b in other)


TEXTS = [
    "I will send the list by Friday.",
    "Okay.",
    "The budget of the lamps is tight, we think.",
    "Could you check it?",
]


def long_meeting(turns: range) -> Iterator[Event]:
    for number in turns:
        segment = Segment(4.0 * number, 4.0 * number + 3)
        speaker = f"p{number % 5}"
        yield Turn(f"t{number}", segment, speaker, TEXTS[number % 4])
        yield Speech(segment, speaker, speaker)
        yield Tick(segment.end)


def feed(analyzers: list[AnyAnalyzer], events: Iterator[Event]) -> int:
    given = 0
    for event in events:
        for analyzer in analyzers:
            if isinstance(event, handled(analyzer)):
                given += len(analyzer.feed(event))  # type: ignore[arg-type]
    return given


def test_cost_grows_with_what_is_said_and_no_faster() -> None:
    """Counted in calls of functions, which no other load of the machine changes."""
    calls = 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1

    analyzers = standard_analyzers(DATE)
    feed(analyzers, long_meeting(range(400)))
    costs = []
    for start in (400, 1200):
        calls = 0
        before = sys.getprofile()
        sys.setprofile(count)
        try:
            feed(analyzers, long_meeting(range(start, start + 400)))
        finally:
            sys.setprofile(before)
        costs.append(calls)
        feed(analyzers, long_meeting(range(start + 400, start + 800)))
    assert costs[1] <= 1.2 * costs[0]


@pytest.mark.soak
def test_ten_thousand_turns() -> None:
    assert feed(standard_analyzers(DATE), long_meeting(range(10_000))) < 100_000
