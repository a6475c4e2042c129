import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicemind.insight.numerals import digits, ordinal


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("April twenty first", "April 21st"),
        ("Forty two people and thirty-one of them", "42 people and 31 of them"),
        ("two hundred and fifty", "250"),
        ("three thousand two hundred", "3200"),
        ("two hundred thousand", "200000"),
        ("two and three", "2 and 3"),
        ("four five", "4 5"),
        ("five hundred and one", "501"),
        ("eleven, eleven!", "11, 11!"),
        ("no one waits a second", "no one waits a second"),
        ("twentieth", "20th"),
        ("", ""),
    ],
)
def test_digits(said: str, written: str) -> None:
    assert digits(said) == written


@pytest.mark.parametrize(
    ("number", "text"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (21, "21st")]
)
def test_ordinal(number: int, text: str) -> None:
    assert ordinal(number) == text


@given(st.text())
def test_digits_twice_change_nothing(text: str) -> None:
    assert digits(digits(text)) == digits(text)
