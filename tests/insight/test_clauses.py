import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicemind.insight.clauses import Clauses, split
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("Thank you. I will call them.", ["Thank you.", "I will call them."]),
        # Commas where a recogniser heard a breath.
        (
            "All four tapped twice because nothing moved, I can finish the screens by Wednesday.",
            ["All four tapped twice because nothing moved", "I can finish the screens by Wednesday."],
        ),
        ("I looked at it and I will send you the file.", ["I looked at it", "and I will send you the file."]),
        # A condition stays with what depends on it.
        ("If we go by train, I will bring the cards.", ["If we go by train, I will bring the cards."]),
        ("I said we would look at it.", ["I said we would look at it."]),
        ("Sure, no problem, I'll send it.", ["Sure, no problem, I'll send it."]),
        ("All right. We're buying a freezer.", ["All right. We're buying a freezer."]),
        ("Dr. Adler reads it. Good.", ["Dr. Adler reads it.", "Good."]),
        ("Okay.", ["Okay."]),
        ("", []),
        ("... ?!", []),
    ],
)
def test_split(text: str, clauses: list[str]) -> None:
    assert split(text) == clauses


@given(st.text())
def test_split_loses_no_word(text: str) -> None:
    assert re.findall(r"\w", "".join(split(text))) == re.findall(r"\w", text)


def turn(key: str, start: float, end: float, text: str, speaker: str = "maya") -> Turn:
    return Turn(key, Segment(start, end), speaker, text)


def last(*turns: Turn) -> str:
    clauses = Clauses()
    return [clause for turn in turns for clause in clauses.feed(turn)][-1].text


def test_a_clause_goes_on_after_a_pause() -> None:
    clauses = Clauses()
    first = clauses.feed(turn("a", 1, 4, "Great. So, Priya finishes the screens by Wednesday,"))[-1]
    clauses.feed(turn("b", 3, 3.5, "Yes,", "priya"))
    (second,) = clauses.feed(turn("c", 4.6, 5.5, "March 11th."))
    assert second.text == "Great. So, Priya finishes the screens by Wednesday, March 11th."
    assert second.key == first.key
    assert second.evidence == ("a", "c")
    assert second.segment == Segment(1, 5.5)


@pytest.mark.parametrize(
    ("said", "next_"),
    [
        ("I will call the customers.", "By Monday."),
        ("I will call the customers", "and explain the two steps by Monday."),
        ("I will send the estimate by next Monday,", "the 16."),
    ],
)
def test_fragments_go_on(said: str, next_: str) -> None:
    assert last(turn("a", 1, 4, said), turn("b", 4.6, 6, next_)).startswith(said.rstrip("."))


@pytest.mark.parametrize(
    ("said", "next_"),
    [
        ("Then it is decided.", "The export is out."),
        ("And then offline mode.", "I have to be direct."),
        ("Is that realistic?", "by Monday."),
        ("The scope is clear.", "And we will see."),
        ("It is the rule.", "Who writes it down?"),
    ],
)
def test_new_clauses_do_not(said: str, next_: str) -> None:
    assert last(turn("a", 1, 4, said), turn("b", 4.6, 6, next_)) == next_


def test_not_after_a_long_pause_nor_another_speaker() -> None:
    assert last(turn("a", 1, 4, "I will call them,"), turn("b", 7, 8, "by Monday.")) == "by Monday."
    others = turn("x", 4, 4.5, "That would be very helpful indeed.", "tom")
    assert last(turn("a", 1, 4, "I will call them,"), others, turn("b", 4.6, 6, "by Monday.")) == "by Monday."


def test_question() -> None:
    (clause,) = Clauses().feed(turn("a", 1, 2, "Could you send it?"))
    assert clause.question
