import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tests.timeline.formats.meetings import planning
from tests.timeline.strategies import few, meetings
from voicemind.timeline.agenda import AgendaItem
from voicemind.timeline.event import Agenda, Joined, Participant
from voicemind.timeline.formats.markdown import markdown
from voicemind.timeline.formats.wording import one_line
from voicemind.timeline.insight import Insight
from voicemind.timeline.minutes import Minutes
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn

EXPECTED = """\
# Planning

Monday, 9 March 2026 · 1 min · 4 participants

## Summary

The budget is fine and the launch is in May.

## Decisions

- The launch is in May (Maya, 0:16)

## Actions

- [ ] **Tom:** Send the numbers, due Friday, 13 March 2026 (0:09)
- [x] Book the hall (0:16)

## Open questions

- Can we afford the launch? (Priya, 0:14)

## Not discussed

- Hiring was dropped (0:00)
- Audit was not touched

## Agenda

| Item | Owner | Planned | Talked about | Covered |
| --- | --- | --: | --: | --: |
| Budget | Tom | 10 min | 0:12 | 75 % |
| Launch |  |  | 0:04 | 20 % |
| Audit |  |  | – | not touched |

## Topics

- 0:00–0:15 Budget and numbers
- 0:15–1:10 Launch

## Participants

| Name | Share | Talk | Turns | Longest |
| --- | --: | --: | --: | --: |
| Maya | 62 % | 0:12 | 3 | 9 s |
| Tom | 30 % | 0:06 | 1 | 6 s |
| Priya | 8 % | 0:01 | 1 | 2 s |
| Victor | 0 % | 0:00 | 0 | – |

Most of the talk came from Maya (62 %), least from Victor (0 %); the Gini index is 0.36, where 0 is equal shares; \
voices overlapped in 2 % of the speech; nobody spoke for 10 % of the time.

## Also noticed

- *dominance:* Maya led the talk (Maya, 0:00–1:10)
- *acronym:* A plug-in's finding (0:01)

## Transcript

**Maya** (0:00): Good morning. Let us start with the budget. Tom, where are we?

**Tom** (0:09): We are fine. I will send the numbers by Friday.

**Priya** (0:14): Can we afford the launch?

**Maya** (0:16): Then it is decided: we launch in May.
"""


def shown(text: str) -> str:
    """What a CommonMark reader shows: the text of all inline tokens, one line each."""
    lines = []
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        if token.type == "inline":
            children = token.children or []
            assert all(
                c.type in ("text", "text_special", "strong_open", "strong_close", "em_open", "em_close")
                for c in children
            )
            lines.append("".join(child.content for child in children))
    return "\n".join(lines)


def test_the_minutes_as_they_are_read() -> None:
    assert markdown(planning()) == EXPECTED


def test_a_meeting_of_nothing_is_a_title() -> None:
    assert markdown(Minutes()) == "# Minutes\n"


def test_only_what_is_there_has_a_section() -> None:
    minutes = Minutes("Talk")
    minutes.add(Turn("a", Segment(0, 61), "p1", "All alone."))
    assert re.findall("^## (.*)", markdown(minutes), re.MULTILINE) == ["Participants", "Transcript"]
    assert "Most of the talk" not in markdown(minutes)


def test_a_monologue_gets_a_new_paragraph_after_a_minute() -> None:
    minutes = Minutes()
    for number, start in enumerate((0.0, 30.0, 59.0, 61.0)):
        minutes.add(Turn(f"t{number}", Segment(start, start + 1), "p1", f"Part {number}."))
    assert re.findall(r"\((.*)\): (.*)", markdown(minutes)) == [
        ("0:00", "Part 0. Part 1. Part 2."),
        ("1:01", "Part 3."),
    ]


MARKS = [
    *("*a* _b_ `c`", "[x](http://y)", "![x](y)", "<b>&amp;</b>", "~~no~~", "a | b", "\\", "a  \nb", "C#"),
    *("# no heading", "- no item", "1. no item", "+ 2) no", "> no", "===", "2026. A year", "#", "***"),
]


@pytest.mark.parametrize("text", MARKS)
def test_marks_in_names_and_text_are_shown_as_they_are(text: str) -> None:
    minutes = Minutes(text)
    minutes.add(Joined(0, Participant("p1", text)))
    minutes.add(Agenda(0, (AgendaItem("i1", text, owner=text),)))
    minutes.add(Turn("a", Segment(0, 1), "p1", text))
    for kind in ("summary", "decision", "action", "question", "avoided", "heat", "topic"):
        minutes.add(Insight(kind, Segment(0, 1), text, "p1", ("a",), data={"owner": text, "due": text}))
    lines = shown(markdown(minutes)).splitlines()
    flat = one_line(text)
    for expected in (
        flat,
        f"{flat} ({flat}, 0:00)",
        f"[ ] {flat}: {flat}, due {flat} (0:00)",
        f"heat: {flat} ({flat}, 0:00)",
        f"0:00–0:01 {flat}",
        f"{flat} (0:00): {flat}",
    ):
        assert expected in lines


@few
@given(meetings())
def test_any_meeting_shows_every_word(minutes: Minutes) -> None:
    text = shown(markdown(minutes))
    for turn in minutes.transcript:
        assert one_line(turn.text) in text
    for item in minutes.agenda:
        assert one_line(item.title) in text.splitlines()


@given(st.text())
@example("a_b_c * d*")
def test_any_title_is_one_heading(title: str) -> None:
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown(Minutes(title)))
    assert [token.type for token in tokens] == ["heading_open", "inline", "heading_close"]
    assert shown(markdown(Minutes(title))) == (one_line(title) or "Minutes")
