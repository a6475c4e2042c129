from dataclasses import replace

import numpy as np
import pytest

from tests.fakes import HashEmbedder
from tests.insight.talk import items
from voicemind.insight.blocks import Block
from voicemind.insight.phrases import content
from voicemind.insight.relevance import Relevance
from voicemind.timeline.agenda import AgendaItem
from voicemind.timeline.segment import Segment

EMBEDDER = HashEmbedder()
AGENDA = items("Price of the team plan", "Accessibility audit")
TALK = "the price of the team plan is twenty nine dollars for each person in the team"


def block(text: str, vectors: bool) -> Block:
    vector = np.asarray(EMBEDDER.embed([text])[0], np.float32) if vectors else None
    return Block(Segment(0, 1), vector, frozenset(content(text)), ("t",), len(text.split()))


def agenda(vectors: bool) -> tuple[AgendaItem, ...]:
    return tuple(replace(item, vector=EMBEDDER.embed([item.title])[0] if vectors else None) for item in AGENDA)


@pytest.mark.parametrize("vectors", [True, False])
def test_what_is_talked_about_is_likelier_touched(vectors: bool) -> None:
    relevance = Relevance(agenda(vectors))
    assert relevance.touched() == [0.0, 0.0]
    for _ in range(4):
        relevance.feed(block(TALK, vectors))
    price, audit = relevance.touched()
    assert price > 0.5 > audit
    assert relevance.about[0] > relevance.about[1]


def test_vectors_on_one_side_only_are_no_vectors() -> None:
    relevance = Relevance(agenda(True))
    relevance.feed(block(TALK, False))
    plain = Relevance(agenda(False))
    plain.feed(block(TALK, True))
    assert relevance.touched() == pytest.approx(plain.touched())


def test_talk_that_goes_on_elsewhere_does_not_untouch() -> None:
    relevance = Relevance(agenda(True))
    relevance.feed(block(TALK, True))
    before = relevance.touched()[0]
    for _ in range(3):
        relevance.feed(block("lemon cake and cinnamon rolls in the harbor", True))
    assert relevance.touched()[0] >= before - 0.05
    assert relevance.about[0] < 0.5


def test_no_agenda() -> None:
    relevance = Relevance(())
    relevance.feed(block(TALK, True))
    assert relevance.touched() == []
