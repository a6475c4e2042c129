from hypothesis import given
from hypothesis import strategies as st

from tests.insight.talk import dialogue, run, standing
from voicemind.insight.phrases import content
from voicemind.insight.summary import LEAST_WORDS, LONGEST, Summary, quoted, summarised
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn

MEETING = """
Ann> Good morning, shall we begin?
Bob> Yes.
Ann> The greenhouse heating costs nine thousand euros a winter, and the pump is from nineteen eighty.
Bob> Mm-hm.
Ann> Right, yes, okay, well, I mean, you know, it is what it is.
Bob> A new heat pump costs thirty thousand, the city pays half of that, and the orchids survive the frost.
Ann> Okay.
Bob> The heating and the pump, yes, the heat pump, the pump.
Ann> Visitors asked for longer opening hours on Sundays in the palm house.
Bob> That's fine with me.
Ann> Good.
Bob> Goodbye.
"""


def turns(text: str) -> list[Turn]:
    return dialogue(text).turns


def test_what_says_most_is_quoted_in_order() -> None:
    found = standing(run(Summary(), dialogue(MEETING).events), "summary")
    assert [i.evidence for i in found] == [("t002",), ("t005",), ("t008",)]
    assert found[0].text.startswith("Ann: “The greenhouse heating costs nine thousand euros")
    assert found[0].speaker == "Ann"
    assert found[0].data == {"extractive": True}


def test_what_was_said_before_is_not_said_again() -> None:
    said = "The greenhouse heating costs nine thousand euros a winter"
    other = "Visitors asked for longer opening hours on Sundays"
    talk = [said, said, said, other, *["We go on and on with it then"] * 8]
    known = [Turn(f"t{n}", Segment(n * 5.0, n * 5 + 3), "ann", text) for n, text in enumerate(talk)]
    assert {said, other} <= {turn.text for turn in summarised(known)}
    assert len(summarised(known)) == 3


def test_hardly_anything_was_said() -> None:
    assert summarised([]) == []
    assert summarised(turns("Ann> The greenhouse heating costs nine thousand euros a winter.")) == []


def test_long_turns_are_cut_between_sentences() -> None:
    idle = "Well, you know, that is how it is with all of this. " * 5
    told = "The greenhouse heating costs nine thousand euros a winter, the pump is old, and the orchids freeze."
    assert quoted("Short one.  Here.") == "Short one. Here."
    assert quoted(idle + told) == told
    assert len(quoted("word " * 200).split()) == LONGEST + 1


@given(st.lists(st.text("ab cde.", max_size=60), max_size=40))
def test_a_summary_is_part_of_what_was_said(texts: list[str]) -> None:
    known = [Turn(f"t{n}", Segment(n * 5.0, n * 5 + 3), "ann", text) for n, text in enumerate(texts)]
    chosen = summarised(known)
    assert len(chosen) <= len(known) // 4
    assert [t.id for t in chosen] == sorted((t.id for t in chosen), key=lambda i: int(i[1:]))
    assert all(len(t.text.split()) >= LEAST_WORDS for t in chosen)
    assert all(set(content(quoted(t.text))) <= set(content(t.text)) for t in chosen)
