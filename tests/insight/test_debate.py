from collections import deque

from voicemind.insight.clauses import Clause
from voicemind.insight.debate import Debate
from voicemind.insight.phrases import content
from voicemind.timeline.segment import Segment


def clause(text: str, speaker: str, place: int) -> Clause:
    return Clause(text, speaker, Segment(3.0 * place, 3.0 * place + 2), (f"t{place}",), 0)


def stems(text: str) -> frozenset[str]:
    return frozenset(content(text))


def play(*said: str, others: int = 2) -> list[str]:
    """Take ``Name> text`` lines; return what was agreed on."""
    history: deque[Clause] = deque()
    debate = Debate(history)
    settled: list[str] = []
    for place, line in enumerate(said):
        speaker, text = line.split("> ")
        new = clause(text, speaker, place)
        if known := debate.hear(new, stems(text), others):
            settled.append(known.clause.text)
        if text.startswith("I propose"):
            debate.propose(new, stems(text))
        debate.confirm(new, {c.key: stems(c.text) for c in history})
        history.append(new)
    return settled


def test_all_others_have_to_agree() -> None:
    assert play("Ann> I propose the gym of the school", "Bob> Yes.") == []
    assert play("Ann> I propose the gym of the school", "Bob> Yes.", "Cem> Fine with me.") == [
        "I propose the gym of the school"
    ]


def test_one_no_ends_it() -> None:
    assert play("Ann> I propose the gym of the school", "Bob> Yes.", "Cem> No, not again.", "Cem> Yes.") == []


def test_who_would_rather_have_something_else_ends_it() -> None:
    assert play("Ann> I propose the gym", "Bob> I'd rather take the tent", "Bob> Okay.", "Cem> Okay.") == []


def test_who_agreed_may_object() -> None:
    assert play("Ann> I propose wheels", "Bob> Yes.", "Bob> But children lean on everything.", "Cem> Yes.") == []


def test_asked_for_objections_a_no_is_a_yes() -> None:
    assert play("Ann> I like the gym of the school.", "Ann> Any objections?", "Bob> None.") == [
        "I like the gym of the school."
    ]


def test_the_chair_asks_about_what_another_proposed() -> None:
    said = ("Bob> I propose the gym of the school", "Ann> Does everybody agree?", "Cem> Agreed.")
    assert play(*said) == ["I propose the gym of the school"]


def test_yes_to_something_else_is_no_yes() -> None:
    said = ("Ann> I propose the gym", "Bob> All right, we take the birch shelves without wheels", "Cem> Yes.")
    assert play(*said) == []
