from dataclasses import replace

import numpy as np

from tests.insight.talk import run
from voicemind.insight.ranker import Ranked, TaskModel
from voicemind.insight.sifted import Sifted
from voicemind.insight.task_cues import CUES
from voicemind.timeline.event import Event
from voicemind.timeline.insight import Insight
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn

FIGURES = 5 * len(CUES) + 7
# Says yes to "urgent", and more surely to "urgent urgent": the bar is 0, the floor of doubtful finds -5.
MODEL = TaskModel(
    ({"urgent": (1.0, 11.0), "maybe": (1.0, 7.0), "urgent urgent": (1.0, 20.0)}, {}, {}),
    (1.0, 0.5, 0.5),
    np.zeros((3, FIGURES)),
    -10.0,
    0.0,
    -5.0,
    6.0,
)


class Rules:
    """An action for each turn that begins with "doubt" or "firm"; "withdraw N" takes one back."""

    handles = (Turn,)

    def feed(self, event: Event) -> list[Insight]:
        assert isinstance(event, Turn)
        word, *rest = event.text.split()
        if word == "withdraw":
            return [replace(self._said(rest[0], event, 0.6), state="withdrawn")]
        weight = {"doubt": 0.6, "firm": 0.8}.get(word)
        return [self._said(event.id, event, weight)] if weight else []

    def flush(self) -> list[Insight]:
        return []

    def _said(self, turn: str, event: Turn, weight: float) -> Insight:
        return Insight("action", event.segment, event.text, evidence=(turn,), confidence=weight)


def sketch(clause: Ranked) -> Insight:
    return Insight("action", clause.turn.segment, clause.text, evidence=(clause.turn.id,), id=f"own:{clause.turn.id}")


def turns(*texts: str, apart: float = 60.0) -> list[Event]:
    return [Turn(f"t{n}", Segment(n * apart, n * apart + 3), "ann", text) for n, text in enumerate(texts)]


def sifted(*texts: str, apart: float = 60.0) -> set[str]:
    found = run(Sifted(Rules(), MODEL, sketch), turns(*texts, apart=apart))
    return {i.id for i in found.values() if i.state != "withdrawn"}


def test_firm_finds_are_given_at_once() -> None:
    analyzer = Sifted(Rules(), MODEL, sketch)
    (turn,) = turns("firm is what I say")
    assert [i.id for i in analyzer.feed(turn)] == ["action:t0"]


def test_a_doubtful_find_alone_is_left_out() -> None:
    assert sifted("doubt is what I say", "and the talk goes on") == set()


def test_a_date_makes_a_find_firm() -> None:
    class Dated(Rules):
        def _said(self, turn: str, event: Turn, weight: float) -> Insight:
            return replace(super()._said(turn, event, weight), data={"due": "2026-03-09"})

    found = run(Sifted(Dated(), MODEL, sketch), turns("doubt is what I say"))
    assert set(found) == {"action:t0"}


def test_doubtful_finds_stand_beside_as_many_firm_ones() -> None:
    assert sifted("doubt is said first of all", "firm is what I say", "doubt is said once more") == {
        "action:t1",
        "action:t0",
    }


def test_the_ranker_speaks_for_a_doubtful_find() -> None:
    assert sifted("doubt it is, maybe it is") == {"action:t0"}


def test_what_was_given_may_be_withdrawn() -> None:
    assert sifted("firm is what I say", "withdraw t0") == set()


def test_what_is_held_may_be_withdrawn() -> None:
    assert sifted("doubt is what I say", "withdraw t0", "firm is what I say") == {"action:t2"}


def test_too_short_a_meeting_is_not_ranked() -> None:
    assert sifted("this is urgent for us", apart=1.0) == set()


def test_the_best_so_many_an_hour_are_given() -> None:
    # 6 an hour, from the tenth minute on: one of two at minute 20 or so.
    talk = ["the talk goes on and on"] * 9
    assert sifted(*talk, "this is urgent for us", "we talk about that", "it is urgent urgent, yes", *talk) == {
        "own:t11"
    }


def test_what_is_found_by_rules_is_not_found_twice() -> None:
    talk = ["the talk goes on and on"] * 30
    assert sifted(*talk, "firm and urgent for us all", *talk) == {"action:t30"}


def test_clauses_near_each_other_are_one_find() -> None:
    talk = ["the talk goes on and on"] * 30
    events = turns(*talk, "this is urgent for us", "it is urgent urgent, yes", *talk, apart=15.0 * 4)
    close = [
        replace(e, segment=Segment(e.segment.start - 50, e.segment.start - 47))
        if isinstance(e, Turn) and e.id == "t31"
        else e
        for e in events
    ]
    found = run(Sifted(Rules(), MODEL, sketch), close)
    (one,) = [i for i in found.values() if i.state != "withdrawn"]
    assert one.evidence == ("t30", "t31")
    assert one.text == "it is urgent urgent, yes"


def test_a_better_find_takes_the_place_of_another() -> None:
    analyzer = Sifted(Rules(), MODEL, sketch)
    given: list[tuple[str, str]] = []
    talk = ["the talk goes on and on"] * 12
    for event in turns(*talk, "this is urgent for us", *talk[:8], "it is urgent urgent, yes", *talk[:8]):
        given += [(i.id, i.state) for i in analyzer.feed(event)]
    # At minute 20 there is room for one, and the first is given; the second, at minute 29, is better.
    assert given.index(("own:t12", "open")) < given.index(("own:t12", "withdrawn"))
    assert ("own:t21", "open") in given
