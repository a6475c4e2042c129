import datetime
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicemind.insight.dates import due, find, without_dates

MONDAY = datetime.date(2026, 3, 9)


@pytest.mark.parametrize(
    ("said", "iso"),
    [
        ("by Wednesday, March eleventh", "2026-03-11"),
        ("by Tuesday next week, the seventeenth", "2026-03-17"),
        ("by next Monday, the sixteenth", "2026-03-16"),
        ("by next Monday, the 16.", "2026-03-16"),
        ("by Thursday, March 19th", "2026-03-19"),
        ("by Friday", "2026-03-13"),
        ("on Monday", "2026-03-16"),
        ("next Friday", "2026-03-20"),
        ("this Friday", "2026-03-13"),
        ("Friday week", "2026-03-20"),
        ("tomorrow morning", "2026-03-10"),
        ("the day after tomorrow", "2026-03-11"),
        ("tonight", "2026-03-09"),
        ("by five o'clock", "2026-03-09"),
        ("by noon tomorrow", "2026-03-10"),
        ("by the end of the month", "2026-03-31"),
        ("by the end of the week", "2026-03-13"),
        ("by the end of next week", "2026-03-20"),
        ("by the end of the year", "2026-12-31"),
        ("by the end of the quarter", "2026-03-31"),
        ("by the end of June", "2026-06-30"),
        ("by the end of January", "2027-01-31"),
        ("before the weekend", "2026-03-13"),
        ("in two weeks", "2026-03-23"),
        ("within three days", "2026-03-12"),
        ("in a couple of weeks", "2026-03-23"),
        ("by the twentieth", "2026-03-20"),
        ("The ninth then.", "2026-03-09"),
        ("by the fifth", "2026-04-05"),
        ("on the first of May", "2026-05-01"),
        ("by the 2nd of April", "2026-04-02"),
        ("by EOD", "2026-03-09"),
        ("this week", "2026-03-13"),
        ("by 2026-04-01", "2026-04-01"),
        ("on March 11, 2027", "2027-03-11"),
        # A recogniser's slip between teen and ty, and the weekday that tells.
        ("by Friday, March 30th", "2026-03-13"),
        ("by Monday, March 30th", "2026-03-30"),
    ],
)
def test_due(said: str, iso: str) -> None:
    assert due(said, MONDAY) == datetime.date.fromisoformat(iso)


@pytest.mark.parametrize(
    "said",
    [
        "I tested it last Friday",
        "swap my Thursday with anyone",
        "the third experiment",
        "not a single lost photo",
        "I may do 11 things",
        "wait a second",
        "by the next meeting",
        "I can, but not this week",
        "",
    ],
)
def test_nothing_is_due(said: str) -> None:
    assert due(said, MONDAY) is None


def test_a_limit_goes_before_another_date() -> None:
    assert due("We talked on Tuesday, and I will send it by Thursday", MONDAY) == datetime.date(2026, 3, 10)
    assert due("Tuesday is full, I will send it by Thursday", MONDAY) == datetime.date(2026, 3, 12)


@pytest.mark.parametrize("said", ["by Friday", "tomorrow", "in two weeks", "by March 11", "the end of the month"])
def test_relative_dates_need_the_date_of_the_meeting(said: str) -> None:
    assert due(said, None) is None
    assert due("by March 11, 2027", None) == datetime.date(2027, 3, 11)


def test_without_dates() -> None:
    assert without_dates("Send it by Friday, March thirteenth.", MONDAY) == "Send it by ."


@given(st.text(), st.dates(datetime.date(1990, 1, 1), datetime.date(2090, 1, 1)))
def test_any_text_can_be_read(text: str, base: datetime.date) -> None:
    found = find(text, base)
    assert all(left.end <= right.start for left, right in itertools.pairwise(found))


@given(st.dates(datetime.date(1990, 1, 1), datetime.date(2090, 1, 1)), st.integers(1, 31))
def test_a_day_of_the_month_is_the_next_one(base: datetime.date, day: int) -> None:
    found = due(f"by the {day}th", base)
    assert found is not None
    assert found.day == day
    assert base <= found <= base + datetime.timedelta(days=62)
