from collections import Counter

import numpy as np
import pytest

from voicemind.insight.ranker import AHEAD, Ranker, Rows, TaskModel, normalised, phrases, task_model
from voicemind.insight.task_cues import CUES
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn

FIGURES = 5 * len(CUES) + 7


def turn(number: int, text: str, speaker: str = "ann") -> Turn:
    return Turn(f"t{number}", Segment(number * 3.0, number * 3.0 + 2), speaker, text)


def model(
    now: dict[str, tuple[float, float]], figures: dict[int, float] | None = None, before: dict[str, float] | None = None
) -> TaskModel:
    weights = np.zeros(FIGURES)
    for place, weight in (figures or {}).items():
        weights[place] = weight
    table = np.stack([np.zeros(FIGURES), np.ones(FIGURES), weights])
    earlier = {phrase: (1.0, weight) for phrase, weight in (before or {}).items()}
    return TaskModel((now, earlier, {}), (1.0, 0.5, 0.5), table, -1.0, 0.0, -1.0, 6.0)


def rows(*texts: str) -> Rows:
    found = Rows()
    for number, text in enumerate(texts):
        found.add(turn(number, text))
    return found


def test_words_without_their_subject() -> None:
    assert normalised("The Project Manager’ll write it?") == ["the", "xx", "xx'll", "write", "it", "?"]


def test_phrases_are_words_and_pairs() -> None:
    assert phrases(["a", "b", "a", "b"]) == Counter({"a": 2, "b": 2, "a b": 2, "b a": 1})
    assert phrases([]) == Counter()


def test_short_clauses_are_no_rows() -> None:
    assert [row.text for row in rows("Yes, of course.", "I write the report tonight.").rows] == [
        "I write the report tonight."
    ]


def test_score_is_by_the_known_phrases_alone() -> None:
    known = rows("send them the whole report")
    assert model({}).score(known, 0) == pytest.approx(-1.0)
    assert model({"report": (2.0, 3.0)}).score(known, 0) == pytest.approx(2.0)
    # tf-idf is scaled to unit length over the known phrases: (1, 1) / sqrt(2), weights 3 and -1
    both = model({"report": (1.0, 3.0), "send": (1.0, -1.0)})
    assert both.score(known, 0) == pytest.approx(-1 + 2 / np.sqrt(2))


def test_what_was_said_before_counts_half() -> None:
    known = rows("what about the last report", "I will do that one")
    assert model({}, before={"report": 4.0}).score(known, 1) == pytest.approx(-1 + 2.0)
    assert model({}, before={"report": 4.0}).score(known, 0) == pytest.approx(-1)


def test_cues_in_a_clause_and_around_it() -> None:
    known = rows("I'll send the report tonight", "the weather is fine here")
    place = list(CUES).index("i_will")
    figures = [known.figures(0), known.figures(1)]
    assert [f[place] for f in figures] == [1.0, 0.0]
    assert [f[len(CUES) + place] for f in figures] == [0.0, 0.5]  # the two before
    assert [f[2 * len(CUES) + place] for f in figures] == [0.0, 0.125]  # the eight before
    assert figures[0].shape == (FIGURES,)


def test_who_opens_the_meeting_is_the_chair() -> None:
    known = Rows()
    for number, speaker in enumerate(["ann", "ann", "bob", "ann"]):
        known.add(turn(number, "we talk about the plan", speaker))
    chair, share, same = len(CUES) * 5 + 3, len(CUES) * 5 + 4, len(CUES) * 5 + 5
    assert [known.figures(i)[chair] for i in range(4)] == [1, 1, 0, 1]
    assert [known.figures(i)[share] for i in range(4)] == pytest.approx([0, 1, 0, 2 / 3])
    assert [known.figures(i)[same] for i in range(4)] == [0, 1, 0, 0]


def test_scores_wait_for_what_comes_after() -> None:
    ranker = Ranker(model({"report": (1.0, 3.0)}))
    given = [ranker.feed(turn(number, f"we finish the report number {number}")) for number in range(AHEAD + 2)]
    assert [len(found) for found in given] == [0] * AHEAD + [1, 1]
    rest = ranker.flush()
    assert [r.turn.id for found in [*given, rest] for r in found] == [f"t{n}" for n in range(AHEAD + 2)]
    assert ranker.flush() == []


@pytest.mark.parametrize(
    ("kind", "said", "idle"),
    [
        ("actions", "you will work on the report for the next meeting", "I like the colour of the case"),
        ("decisions", "so we decided that we go for the rubber buttons then", "you know what I mean by that"),
    ],
)
def test_what_is_shipped(kind: str, said: str, idle: str) -> None:
    shipped = task_model(kind)
    assert shipped.figures.shape == (3, FIGURES)
    assert shipped.floor < shipped.bar
    assert shipped.score(rows(said), 0) > shipped.score(rows(idle), 0) + 1
