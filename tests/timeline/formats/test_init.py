import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.timeline.formats.meetings import planning
from tests.timeline.strategies import few, meetings
from voicemind.errors import InputError
from voicemind.timeline.formats import FORMATS, render
from voicemind.timeline.minutes import Minutes


def test_the_formats_are_those_of_the_command_line() -> None:
    assert set(FORMATS) == {"md", "json", "srt", "vtt", "rttm", "stm", "txt", "html"}


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_suffix_counts_with_its_dot_and_in_any_case(suffix: str) -> None:
    minutes = planning()
    assert render(minutes, suffix) == render(minutes, f".{suffix.upper()}") == FORMATS[suffix](minutes)


@pytest.mark.parametrize("suffix", ["docx", ".pdf", "", "."])
def test_an_unknown_suffix_is_told_the_known_ones(suffix: str) -> None:
    with pytest.raises(InputError) as caught:
        render(Minutes(), suffix)
    text = str(caught.value)
    assert repr(suffix) in text
    assert all(f".{name}" in text for name in FORMATS)


def test_a_lone_surrogate_costs_a_character_not_the_minutes() -> None:
    assert render(Minutes("a\ud800b"), "json").count("a?b") == 1


@few
@given(meetings(), st.sampled_from(sorted(FORMATS)))
def test_any_meeting_can_be_written_in_any_format(minutes: Minutes, suffix: str) -> None:
    text = render(minutes, suffix)
    assert text.encode("utf-8").decode("utf-8") == text
    assert text == "" or text.endswith("\n")
