import datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicemind.timeline.formats.wording import clock, day, due, length, one_line, percent, span, when
from voicemind.timeline.insight import Insight
from voicemind.timeline.segment import Segment


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0:00"), (59.99, "0:59"), (61, "1:01"), (3600, "1:00:00"), (36_061.5, "10:01:01"), (-3, "0:00")],
)
def test_clock(seconds: float, text: str) -> None:
    assert clock(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (45.4, "45 s"), (59.9, "1 min"), (364, "6 min"), (3599, "1 h 0 min"), (4320, "1 h 12 min")],
)
def test_length(seconds: float, text: str) -> None:
    assert length(seconds) == text


def test_span_and_percent() -> None:
    assert span(Segment(14.9, 87.7)) == "0:14–1:27"
    assert percent(0.1234) == "12 %"


def test_a_day_is_named_in_english_whatever_the_locale() -> None:
    assert day(datetime.date(2026, 3, 9)) == "Monday, 9 March 2026"
    start = datetime.date(2026, 1, 15)
    months = [day(start + datetime.timedelta(days=31 * i)).split()[2] for i in range(12)]
    assert all(a != b for a, b in pairwise(months))
    assert months[0] == "January"
    assert months[11] == "December"


def test_a_due_date_that_is_no_date_is_shown_as_it_is() -> None:
    assert due("2026-03-13") == "Friday, 13 March 2026"
    assert due("next week") == "next week"


def test_an_insight_that_lasts_is_shown_with_its_end() -> None:
    assert when(Insight("heat", Segment(5, 15), "")) == "0:05"
    assert when(Insight("heat", Segment(5, 65), "")) == "0:05–1:05"
    assert when(Insight("avoided", Segment(0, 65), "", data={"why": "not touched"})) == ""


@given(st.text())
def test_one_line_is_one_line(text: str) -> None:
    line = one_line(text)
    assert line.splitlines() == ([line] if line else [])
    assert line == " ".join(line.split())
    line.encode()
    assert [c for c in line if c.isalnum()] == [c for c in text if c.isalnum()]
