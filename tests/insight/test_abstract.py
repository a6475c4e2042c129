from collections.abc import Iterator, Sequence

import pytest

from tests.insight.talk import dialogue
from voicemind.insight.abstract import LONGEST, prompt, sentences, summarise
from voicemind.insight.ports import Message
from voicemind.timeline.event import Joined, Participant
from voicemind.timeline.insight import Insight
from voicemind.timeline.minutes import Minutes
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn

TALK = """
Ann> The greenhouse heating costs nine thousand euros a winter.
Bob> A new heat pump costs thirty thousand, and the city pays half.
Ann> Then we order the heat pump in May.
"""


class Scripted:
    name = "scripted"

    def __init__(self, *pieces: str) -> None:
        self.pieces = pieces
        self.asked: list[Message] = []

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        self.asked = list(messages)
        yield from self.pieces


def meeting(text: str = TALK) -> Minutes:
    minutes = Minutes()
    minutes.add(Joined(0, Participant("Ann", "Ann B.")))
    for turn in dialogue(text).turns:
        minutes.add(turn)
    return minutes


def kept(answer: str) -> list[tuple[str, tuple[str, ...]]]:
    turns = dialogue(TALK).turns
    return [(s.text, tuple(t.id for t in s.turns)) for s in sentences(answer, turns)]


def test_lines_are_numbered_and_named() -> None:
    asked, turns = prompt(meeting())
    assert [m.role for m in asked] == ["system", "user"]
    assert asked[1].content.splitlines()[0] == "1 Ann B.: The greenhouse heating costs nine thousand euros a winter."
    assert [t.id for t in turns] == ["t000", "t001", "t002"]


def test_a_long_meeting_is_sent_in_part() -> None:
    minutes = Minutes()
    for n in range(3000):
        text = "yeah well okay so it is what it is " * 2 if n % 2 else f"the greenhouse heating {n} costs {n * 7} euros"
        minutes.add(Turn(f"t{n}", Segment(n * 5.0, n * 5 + 3), "ann", text))
    asked, turns = prompt(minutes)
    assert len(asked[1].content) <= LONGEST * 1.2
    assert len(turns) > 500
    assert sum("greenhouse" in t.text for t in turns) > 0.9 * len(turns)


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ("Heating costs nine thousand euros [1].", [("Heating costs nine thousand euros.", ("t000",))]),
        ("A heat pump is ordered in May [2, 3]", [("A heat pump is ordered in May", ("t001", "t002"))]),
        ("- The heat pump is ordered in May. [2-3]", [("The heat pump is ordered in May.", ("t001", "t002"))]),
        ("The city pays half of the pump.", [("The city pays half of the pump.", ())]),  # no evidence
        ("The dog sleeps in the kitchen [2].", [("The dog sleeps in the kitchen.", ())]),  # not what it says
        ("The city pays half of the pump [9].", [("The city pays half of the pump.", ())]),  # no such line
        ("The city pays half [0].", [("The city pays half.", ())]),
        (
            "City pays half of it [2]. The pump comes in May [3].",
            [("City pays half of it.", ("t001",)), ("The pump comes in May.", ("t002",))],
        ),
        ("", []),
        ("\n---\n[1]\n", []),
    ],
)  # fmt: skip
def test_sentences_and_what_bears_them_out(answer: str, found: list[tuple[str, tuple[str, ...]]]) -> None:
    assert kept(answer) == found


def test_a_summary_comes_in_pieces_and_then_as_insights() -> None:
    llm = Scripted("The heat pump costs ", "thirty thousand [2].\nIt will rain tomorrow evening [1].\n")
    given = list(summarise(meeting(), llm))
    assert given[:2] == list(llm.pieces)
    (insight,) = given[2:]
    assert isinstance(insight, Insight)
    assert (insight.kind, insight.text, insight.evidence) == (
        "summary",
        "The heat pump costs thirty thousand.",
        ("t001",),
    )
    assert insight.data == {"extractive": False, "model": "scripted"}


def test_nothing_was_said() -> None:
    llm = Scripted("Nothing.")
    assert list(summarise(Minutes(), llm)) == []
    assert llm.asked == []
