import numpy as np
import pytest

from tests.insight.talk import items
from voicemind.insight.item_features import NAMES
from voicemind.insight.relevance import ABOUT, TOUCHED, Relevance, columns, over_meeting
from voicemind.insight.trained import trained
from voicemind.timeline.agenda import AgendaItem
from voicemind.timeline.event import Participant
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn

TALK = "the price of the team plan is twenty nine dollars for each person in the team"


def turn(text: str, speaker: str = "a", vector: np.ndarray | None = None) -> Turn:
    return Turn("t", Segment(0, 1), speaker, text, vector=None if vector is None else tuple(vector.tolist()))


def between(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    mean = left + right
    return np.asarray(mean / np.linalg.norm(mean), np.float32)


def test_what_is_talked_about_in_words_is_likelier() -> None:
    relevance = Relevance(items("Price of the team plan", "Accessibility audit"))
    assert relevance.touched() == [0.0, 0.0]
    for _ in range(4):
        relevance.feed(turn(TALK))
        relevance.step()
    assert relevance.about[0] > relevance.about[1]
    assert relevance.touched()[0] > relevance.touched()[1]


def test_what_is_talked_about_in_meaning_is_likelier() -> None:
    """Talk half way to a title, in other words, beside a title that has nothing to do with it."""
    draw = np.random.default_rng(3)
    price, audit, talk = (v / np.linalg.norm(v) for v in draw.normal(size=(3, 384)))
    agenda = [AgendaItem("1", "Price", vector=tuple(price)), AgendaItem("2", "Audit", vector=tuple(audit))]
    relevance = Relevance(agenda)
    for _ in range(6):
        relevance.feed(turn("what does it cost them every month", vector=between(price, talk)))
        relevance.step()
    assert relevance.about[0] > relevance.about[1]
    assert relevance.touched()[0] > 0.5 > relevance.touched()[1]


def test_foreign_talk_is_at_none_of_the_items_and_comes_back() -> None:
    draw = np.random.default_rng(4)
    price, foreign = (v / np.linalg.norm(v) for v in draw.normal(size=(2, 384)))
    relevance = Relevance([AgendaItem("1", "Price", vector=tuple(price))])
    for _ in range(12):
        relevance.feed(turn("once upon a time there was a goat", vector=foreign))
        relevance.step()
    away = relevance.none
    for _ in range(12):
        relevance.feed(turn("the price is what we talk about, the price", vector=price))
        relevance.step()
    assert relevance.none < 0.5 < away


def test_an_owner_who_speaks_speaks_of_the_item() -> None:
    owned = [AgendaItem("1", "Figures", owner="Priya"), AgendaItem("2", "Figures of last year")]
    relevance = Relevance(owned)
    relevance.know([Participant("p", "Priya"), Participant("t", "Tom")])
    for _ in range(6):
        relevance.feed(turn("it went well and they liked it", "p"))
        relevance.step()
    assert relevance.about[0] > relevance.about[1]


def test_no_agenda() -> None:
    relevance = Relevance(())
    relevance.feed(turn(TALK))
    relevance.step()
    assert relevance.touched() == []


def test_the_models_that_are_shipped_have_the_figures_they_are_given() -> None:
    models = trained().models
    assert set(models) >= {"about", "about_words", "alike", "touched", "touched_words", "boundary", "boundary_words"}
    assert len(models["about"].weights) == len(ABOUT)
    assert len(models["touched"].weights) == 8 * len(TOUCHED)
    assert columns(["recency"]) == [NAMES.index("recency")]


@pytest.mark.parametrize("steps", [1, 2, 40])
def test_over_a_meeting(steps: int) -> None:
    rows = np.random.default_rng(1).normal(size=(steps, 3, 2))
    pooled = over_meeting(rows)
    assert pooled.shape == (3, 16)
    assert pooled[:, :2] == pytest.approx(rows.max(axis=0))
    assert pooled[:, 6:8] == pytest.approx(rows.mean(axis=0))
    best = np.sort(rows, axis=0)[-3:].mean(axis=0)
    assert pooled[:, 2:4] == pytest.approx(best)
    assert pooled[:, 8:].mean(axis=0) == pytest.approx(np.zeros(8))
