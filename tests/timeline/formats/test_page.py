import re
from html.parser import HTMLParser

import pytest
from hypothesis import given

from tests.timeline.formats.meetings import planning
from tests.timeline.strategies import few, meetings
from voicemind.timeline.event import Joined, Participant
from voicemind.timeline.formats.page import page
from voicemind.timeline.formats.wording import one_line
from voicemind.timeline.insight import Insight
from voicemind.timeline.minutes import Minutes
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn

VOID = {"meta", "br", "input", "path"}
TAGS = {
    *(
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "header",
        "section",
        "h1",
        "h2",
        "p",
        "ul",
        "li",
        "label",
        "input",
    ),
    *("small", "b", "a", "span", "br", "table", "tr", "th", "td", "svg", "path"),
}


class Reader(HTMLParser):
    """Checks that tags are balanced and known, and gathers text, ids and links."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name == "id":
                self.ids.append(value or "")
            if name == "href":
                self.links.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        return one_line(" ".join(self.texts))


def read(minutes: Minutes) -> Reader:
    reader = Reader()
    reader.feed(page(minutes))
    reader.close()
    assert reader.open == []
    return reader


def test_every_section_is_there() -> None:
    assert re.findall("<h2>(.*?)</h2>", page(planning())) == [
        *("Summary", "Decisions", "Actions", "Open questions", "Not discussed", "Agenda", "Topics", "Participants"),
        *("Also noticed", "Transcript"),
    ]


def test_what_is_not_there_has_no_section() -> None:
    assert "<h2>" not in page(Minutes("Empty"))


def test_the_page_asks_for_nothing_and_runs_nothing() -> None:
    text = page(planning())
    assert "default-src 'none'" in text
    assert not re.search(r"<script|<link|<img|<iframe|@import|url\(|https?:|src=|\bon\w+=", text)


def test_evidence_is_linked_to_the_words() -> None:
    reader = read(planning())
    # Decision, question and dropped topic, two actions, a plug-in's finding: each by its first turn.
    assert sorted(reader.links) == ["#t0", "#t0", "#t2", "#t3", "#t4", "#t4"]
    assert reader.ids == ["t0", "t1", "t2", "t3", "t4"]


def test_actions_are_a_checklist() -> None:
    text = page(planning())
    assert text.count('<input type="checkbox" disabled>') == 1
    assert text.count('<input type="checkbox" disabled checked>') == 1
    assert "<b>Tom:</b> Send the numbers. <small>due Friday, 13 March 2026, " in text


def test_everybody_has_a_lane_the_silent_one_too() -> None:
    lanes = re.findall(r'<path d="(.*?)"/>', page(planning()))
    assert len(lanes) == 4
    assert [lane == "" for lane in lanes] == [False, False, False, True]
    assert lanes[1] == "M128.6 0h85.7v10H128.6z"  # Tom: 9 to 15 of 70 s


def test_is_readable_by_day_and_by_night() -> None:
    assert "color-scheme: light dark" in page(Minutes())
    assert "prefers-color-scheme: dark" in page(Minutes())


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' onclick='x", "&lt;b&gt;"]
)
def test_nothing_that_was_said_becomes_markup(text: str) -> None:
    minutes = Minutes(text)
    minutes.add(Joined(0, Participant("p1", text)))
    minutes.add(Turn("a", Segment(0, 1), "p1", text, language=text))
    minutes.add(Insight("action", Segment(0, 1), text, "p1", (text,), data={"owner": text, "due": text}))
    minutes.add(Insight(text, Segment(0, 1), text, text, ("a",)))
    reader = read(minutes)
    assert text in reader.text
    assert reader.attributes <= {
        *("lang", "charset", "name", "content", "http-equiv", "class", "id", "href", "type", "disabled"),
        *("viewbox", "preserveaspectratio", "aria-hidden", "d"),
    }


@few
@given(meetings())
def test_any_meeting_is_a_sound_page_with_every_word(minutes: Minutes) -> None:
    text = read(minutes).text
    for turn in minutes.transcript:
        assert one_line(turn.text) in text
