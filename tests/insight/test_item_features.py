import numpy as np
import pytest

from tests.fakes import HashEmbedder
from voicemind.insight.item_features import NAMES, Background, ItemFeatures
from voicemind.timeline.agenda import AgendaItem
from voicemind.timeline.event import Participant
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn

EMBEDDER = HashEmbedder()
OTHERS = ["hiring in the north", "a lunch menu", "the roof of the gym"]
BACKGROUND = Background(
    np.array(EMBEDDER.embed(OTHERS), np.float32),
    np.array(EMBEDDER.embed(["we ate the soup", "they built a roof"]), np.float32),
    {"the": 0.1, "team": 1.0},
    4.0,
)
TITLES = ("Price of the team plan", "Accessibility audit")


def agenda(vectors: bool = True) -> list[AgendaItem]:
    given = EMBEDDER.embed(TITLES) if vectors else [None, None]
    return [AgendaItem(f"{n}", title, vector=v) for n, (title, v) in enumerate(zip(TITLES, given, strict=True))]


def turn(text: str, speaker: str = "a", vectors: bool = True) -> Turn:
    return Turn("t", Segment(0, 1), speaker, text, vector=EMBEDDER.embed([text])[0] if vectors else None)


def column(rows: np.ndarray, name: str) -> np.ndarray:
    return rows[:, NAMES.index(name)]


def test_talk_about_an_item_is_nearer_to_it_in_every_figure() -> None:
    features = ItemFeatures(agenda(), BACKGROUND)
    assert features.embedded
    features.feed(turn("the price of the team plan is high"))
    rows = features.step()
    assert rows.shape == (2, len(NAMES))
    for name in ("cosine60", "cosine120", "z60", "z240", "other_talk", "step60", "words60", "words240", "recency"):
        assert column(rows, name)[0] > column(rows, name)[1], name


def test_naming_fades_and_windows_pass() -> None:
    features = ItemFeatures(agenda(), BACKGROUND)
    features.feed(turn("the accessibility audit"))
    rows = [features.step() for _ in range(13)]
    recency = [column(r, "recency")[1] for r in rows]
    assert recency[0] == 1.0
    assert recency == sorted(recency, reverse=True)
    assert [column(rows[n], "words60")[1] for n in (2, 3)] == [1.0, 0.0]
    assert [column(rows[n], "words240")[1] for n in (11, 12)] == [1.0, 0.0]
    assert [column(rows[n], "step240")[1] > 0 for n in (11, 12)] == [True, False]


def test_owners_are_heard() -> None:
    owned = [AgendaItem("0", "Budget", owner="Priya"), AgendaItem("1", "Launch")]
    features = ItemFeatures(owned, BACKGROUND)
    features.know([Participant("p", "Priya"), Participant("t", "Tom")])
    features.feed(turn("one two three", "p"))
    features.feed(turn("four", "t"))
    rows = features.step()
    assert column(rows, "owned") == pytest.approx([1.0, 0.0])
    assert column(rows, "owner60") == pytest.approx([0.75, 0.0])


def test_a_background_title_that_is_an_item_is_no_background() -> None:
    same = Background(np.array(EMBEDDER.embed(TITLES), np.float32), BACKGROUND.talk, {}, 1.0)
    features = ItemFeatures(agenda(), same)
    features.feed(turn("the price of the team plan"))
    rows = features.step()
    assert np.isfinite(rows).all()
    assert column(rows, "percentile") == pytest.approx([0.5, 0.5])


@pytest.mark.parametrize("size", [64, 32])
def test_without_vectors_of_that_size_words_remain(size: int) -> None:
    items = agenda(vectors=False) if size == 64 else [AgendaItem("0", "Budget", vector=(1.0,) * size)]
    features = ItemFeatures(items, BACKGROUND)
    assert not features.embedded
    features.feed(turn("the price of the team plan and the budget", vectors=False))
    rows = features.step()
    assert (rows[:, :9] == 0).all()
    assert column(rows, "words60")[0] > 0


def test_no_items() -> None:
    features = ItemFeatures([], BACKGROUND)
    features.feed(turn("anything"))
    assert features.step().shape == (0, len(NAMES))
