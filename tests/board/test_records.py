from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicemind.board import records
from voicemind.timeline.agenda import AgendaItem
from voicemind.timeline.insight import Insight
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn, Word

hundredths = st.integers(0, 1_000_000).map(lambda n: n / 100)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
shares = st.integers(0, 100).map(lambda n: n / 100)


@st.composite
def turns(draw: st.DrawFn) -> Turn:
    start = draw(hundredths)
    words = tuple(
        Word(draw(texts), Segment(start + begin / 100, start + (begin + 20) / 100), draw(shares))
        for begin in range(0, draw(st.integers(0, 5)) * 30, 30)
    )
    return Turn("t", Segment(start, start + 9), draw(texts), draw(texts), words, draw(shares), draw(texts), "en")


@given(turns())
def test_turns_come_back(turn: Turn) -> None:
    read = records.turn_from(turn.id, records.turn_fields(turn))
    assert (read.id, read.segment, read.speaker, read.text, read.track, read.language) == (
        turn.id,
        turn.segment,
        turn.speaker,
        turn.text,
        turn.track,
        turn.language,
    )
    for word, original in zip(read.words, turn.words, strict=True):
        assert word.text == original.text
        assert word.segment.start == pytest.approx(original.segment.start, abs=0.006)
        assert word.segment.end == pytest.approx(original.segment.end, abs=0.006)
        assert word.confidence == pytest.approx(original.confidence, abs=0.006)


@given(texts, st.one_of(st.none(), texts), st.lists(texts, max_size=3), shares, st.one_of(st.none(), hundredths))
def test_insights_come_back(text: str, who: str | None, evidence: list[str], share: float, shown: float | None) -> None:
    data: dict[str, Any] = {"owner": who, "why": ["a", 1.5]}
    insight = Insight("action", Segment(1, 2), text, who, tuple(evidence), share, data, "closed", "action:1", shown)
    assert records.insight_from("action:1", records.insight_fields(insight)) == insight


def test_an_insight_of_no_known_state_is_refused() -> None:
    fields = records.insight_fields(Insight("action", Segment(1, 2), "x")) | {"state": "lost"}
    with pytest.raises(ValueError, match="lost"):
        records.insight_from("action:1", fields)


def test_agenda_items_come_back() -> None:
    item = AgendaItem("i1", "Budget", 10.0, "Maya")
    assert records.agenda_item_from(records.agenda_fields(item)) == item


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ({"id": "a", "title": " Budget "}, AgendaItem("a", "Budget")),
        ({"id": "a", "title": "B", "minutes": "ten", "owner": 7}, AgendaItem("a", "B")),
        ({"id": "a", "title": "B", "minutes": -1, "owner": "  "}, AgendaItem("a", "B")),
        ({"id": "a", "title": "B", "minutes": True}, AgendaItem("a", "B")),
        ({"id": "a", "title": "   "}, None),
        ({"id": 1, "title": "B"}, None),
        ({"title": "B"}, None),
        ("Budget", None),
        (None, None),
    ],
)
def test_what_people_wrote_is_read_as_far_as_it_makes_sense(written: object, read: AgendaItem | None) -> None:
    assert records.agenda_item_from(written) == read
