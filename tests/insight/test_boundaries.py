import itertools
import random

import numpy as np
import pytest

from tests.fakes import HashEmbedder
from voicemind.insight.boundaries import APART, WAIT, Boundaries
from voicemind.insight.boundary_features import AHEAD, NAMES
from voicemind.insight.trained import Linear, Trained, trained
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn

EMBEDDER = HashEmbedder()
SUBJECTS = {
    "ann": [
        "the",
        "budget",
        "of",
        "the",
        "winter",
        "catalogue",
        "and",
        "its",
        "printed",
        "pages",
        "with",
        "many",
        "lamps",
        "and",
        "chairs",
    ],
    "bob": [
        "a",
        "network",
        "outage",
        "because",
        "backup",
        "disks",
        "were",
        "full",
        "until",
        "somebody",
        "cleaned",
        "old",
        "server",
        "logs",
    ],
}


def talk(seconds: int, vectors: bool = True, cue: str = "Okay, next point.") -> list[Turn]:
    """Two subjects, one after the other, each with its own main speaker."""
    pick = random.Random(4)  # noqa: S311  # a fixed text
    turns = []
    for number in range(2 * seconds // 10):
        who = "ann" if number < seconds // 10 else "bob"
        said = " ".join(pick.choices(SUBJECTS[who], k=18))
        text = f"{cue} {said}" if number == seconds // 10 else said
        vector = EMBEDDER.embed([text])[0] if vectors else None
        turns.append(Turn(f"t{number:02d}", Segment(10.0 * number, 10.0 * number + 9), who, text, vector=vector))
    return turns


@pytest.mark.parametrize("vectors", [True, False])
def test_another_subject_begins(vectors: bool) -> None:
    boundaries = Boundaries()
    found = [b for turn in talk(180, vectors) for b in boundaries.feed(turn, opens=False)]
    found += boundaries.flush()
    assert [b.start for b in found] == [180.0]
    assert boundaries.found == found


def test_a_minute_later_and_no_earlier() -> None:
    boundaries = Boundaries()
    for turn in talk(180):
        if boundaries.feed(turn, opens=False):
            assert 180 + AHEAD + WAIT <= turn.segment.end <= 180 + AHEAD + WAIT + 10
            break
    else:
        pytest.fail("found at the end only")


def test_one_subject_has_no_boundary() -> None:
    boundaries = Boundaries()
    for turn in talk(240)[:24]:
        boundaries.feed(turn, opens=False)
    assert boundaries.flush() == []


def test_an_opened_item_counts_for_more() -> None:
    plain, opened = Boundaries(), Boundaries()
    for number, turn in enumerate(talk(60, cue="")):
        plain.feed(turn, opens=False)
        opened.feed(turn, opens=number == 6)
    opened.flush()
    assert [b.start for b in opened.found] == [60.0]
    assert opened._score(6) > plain._score(6)


def test_opened_items_may_be_near_each_other() -> None:
    boundaries = Boundaries()
    for turn in talk(60):
        boundaries.feed(turn, opens=True)
    boundaries.flush()
    starts = [b.start for b in boundaries.found]
    assert all(b - a >= 10 for a, b in itertools.pairwise(starts))


def test_boundaries_keep_their_distance() -> None:
    """With a model that sees a boundary everywhere."""
    every = Linear(np.zeros(len(NAMES)), 1.0)
    boundaries = Boundaries(Trained(trained().background, {"boundary_words": every}))
    for turn in talk(180, vectors=False):
        boundaries.feed(turn, opens=False)
    boundaries.flush()
    starts = [b.start for b in boundaries.found]
    assert len(starts) == 360 // APART
    assert all(b - a >= APART for a, b in itertools.pairwise(starts))


def test_empty_turns() -> None:
    boundaries = Boundaries()
    assert boundaries.feed(Turn("a", Segment(0, 1), "x", ""), opens=False) == []
    assert boundaries.flush() == []
