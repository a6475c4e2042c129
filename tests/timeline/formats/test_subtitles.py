import re
from dataclasses import dataclass

import pytest
from hypothesis import given

from tests.timeline.formats.meetings import planning
from tests.timeline.strategies import few, meetings
from voicemind.timeline.event import Joined, Participant
from voicemind.timeline.formats.cues import LINE
from voicemind.timeline.formats.subtitles import srt, vtt
from voicemind.timeline.formats.wording import one_line
from voicemind.timeline.minutes import Minutes
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn

SRT_BLOCK = re.compile(
    r"(\d+)\n(\d\d+):([0-5]\d):([0-5]\d),(\d{3}) --> (\d\d+):([0-5]\d):([0-5]\d),(\d{3})\n(.+)", re.DOTALL
)
VTT_BLOCK = re.compile(
    r"(\d+)\n(\d\d+):([0-5]\d):([0-5]\d)\.(\d{3}) --> (\d\d+):([0-5]\d):([0-5]\d)\.(\d{3})\n<v ([^<>\n]+)>([^<>]+)</v>",
    re.DOTALL,
)


@dataclass
class Shown:
    number: int
    start: int  # milliseconds
    end: int
    lines: list[str]
    speaker: str = ""


def milliseconds(hours: str, minutes: str, seconds: str, milli: str) -> int:
    return ((int(hours) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int(milli)


def blocks(text: str) -> list[str]:
    return [block.rstrip("\n") for block in re.split(r"\n\n+", text) if block.strip("\n")]


def parse_srt(text: str) -> list[Shown]:
    """A reader as strict as the strictest player."""
    shown = []
    for block in blocks(text):
        match = SRT_BLOCK.fullmatch(block)
        assert match, block
        number, *times, body = match.groups()
        shown.append(Shown(int(number), milliseconds(*times[:4]), milliseconds(*times[4:]), body.split("\n")))
    return shown


def parse_vtt(text: str) -> list[Shown]:
    """The WebVTT grammar, as far as it is used here."""
    head, *rest = blocks(text)
    assert head == "WEBVTT"
    shown = []
    for block in rest:
        match = VTT_BLOCK.fullmatch(block)
        assert match, block
        number, *times, speaker, body = match.groups()
        assert not re.search(r"&(?!amp;|lt;|gt;)", speaker + body)
        shown.append(Shown(int(number), milliseconds(*times[:4]), milliseconds(*times[4:]), body.split("\n"), speaker))
    return shown


def said(text: str, speaker: str = "Maya") -> Minutes:
    minutes = Minutes()
    minutes.add(Joined(0.0, Participant("p1", speaker)))
    minutes.add(Turn("a", Segment(1.0, 3.5), "p1", text))
    return minutes


def test_srt_of_a_line() -> None:
    assert srt(said("Good morning.")) == "1\n00:00:01,000 --> 00:00:03,500\nMaya: Good morning.\n"


def test_vtt_of_a_line() -> None:
    assert vtt(said("Good morning.")) == "WEBVTT\n\n1\n00:00:01.000 --> 00:00:03.500\n<v Maya>Good morning.</v>\n"


def test_srt_names_the_speaker_where_it_changes() -> None:
    text = [" ".join(cue.lines) for cue in parse_srt(srt(planning()))]
    named = [line.split(":")[0] for line in text if re.match(r"\w+: ", line)]
    assert named == ["Maya", "Tom", "Priya", "Maya"]


def test_vtt_gives_every_cue_its_voice() -> None:
    speakers = [cue.speaker for cue in parse_vtt(vtt(planning()))]
    assert [s for s, before in zip(speakers, ["", *speakers], strict=False) if s != before] == [
        *("Maya", "Tom", "Priya", "Maya"),
    ]


def test_markup_in_names_and_text_stays_text() -> None:
    (cue,) = parse_vtt(vtt(said("</v><script>a & b --> c", "A<b>&B")))
    assert cue.lines == ["&lt;/v&gt;&lt;script&gt;a &amp; b --&gt; c"]
    assert cue.speaker == "A&lt;b&gt;&amp;B"


def test_an_arrow_cannot_break_srt() -> None:
    (cue,) = parse_srt(srt(said("from --> to")))
    assert cue.lines == ["Maya: from → to"]


@pytest.mark.parametrize("form", [srt, vtt])
def test_hours_are_written(form: object) -> None:
    minutes = Minutes()
    minutes.add(Turn("a", Segment(3 * 3600 + 61.5, 3 * 3600 + 63.0), "p1", "late"))
    assert callable(form)
    assert "03:01:01" in form(minutes)


def test_a_speaker_without_a_name_has_a_voice_all_the_same() -> None:
    assert "<v Speaker>" in vtt(said("word", ""))


def test_nothing_said_is_an_empty_file() -> None:
    assert srt(Minutes()) == ""
    assert vtt(Minutes()) == "WEBVTT\n"


@few
@given(meetings())
def test_any_meeting_is_valid_srt(minutes: Minutes) -> None:
    check(parse_srt(srt(minutes)))


@few
@given(meetings())
def test_any_meeting_is_valid_vtt(minutes: Minutes) -> None:
    cues = parse_vtt(vtt(minutes))
    check(cues)
    shown = "".join("".join(cue.lines) for cue in cues)
    letters = sum(c.isalnum() for turn in minutes.transcript for c in one_line(turn.text))
    entities = {"&amp;": "&", "&lt;": "<", "&gt;": ">"}
    assert sum(c.isalnum() for c in re.sub("&(amp|lt|gt);", lambda m: entities[m.group()], shown)) == letters


def check(cues: list[Shown]) -> None:
    assert [cue.number for cue in cues] == list(range(1, len(cues) + 1))
    assert [cue.start for cue in cues] == sorted(cue.start for cue in cues)
    for cue in cues:
        assert cue.start < cue.end <= cue.start + 7001
        assert all(line.strip() for line in cue.lines)
        if " " in " ".join(cue.lines).strip():
            assert len(cue.lines) <= 2 or any(len(line) > LINE // 2 for line in cue.lines)
