from hypothesis import given

from tests.timeline.formats.meetings import planning
from tests.timeline.strategies import few, meetings
from voicemind.timeline.formats.plain import plain
from voicemind.timeline.formats.wording import one_line
from voicemind.timeline.minutes import Minutes


def test_one_paragraph_a_line() -> None:
    assert plain(planning()) == (
        "Planning\n"
        "Monday, 9 March 2026 · 1 min · 4 participants\n"
        "\n"
        "[0:00] Maya: Good morning. Let us start with the budget. Tom, where are we?\n"
        "[0:09] Tom: We are fine. I will send the numbers by Friday.\n"
        "[0:14] Priya: Can we afford the launch?\n"
        "[0:16] Maya: Then it is decided: we launch in May.\n"
    )


def test_nothing_said_is_a_title() -> None:
    assert plain(Minutes()) == "Minutes\n"


@few
@given(meetings())
def test_any_meeting_is_whole_and_a_line_stays_a_line(minutes: Minutes) -> None:
    lines = plain(minutes).splitlines()
    spoken = [turn for turn in minutes.transcript if one_line(turn.text)]
    assert sum(line.startswith("[") for line in lines[2:]) <= len(spoken)
    for turn in spoken:
        assert any(one_line(turn.text) in line for line in lines)
