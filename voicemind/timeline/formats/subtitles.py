"""Subtitles: SubRip (SRT) and WebVTT (W3C)."""

import html

from voicemind.timeline.formats.cues import Cue, cues, wrap
from voicemind.timeline.formats.wording import one_line
from voicemind.timeline.minutes import Minutes


def srt(minutes: Minutes) -> str:
    """Write SubRip: numbered cues, the speaker's name in front where the speaker changes."""
    blocks = []
    for number, cue in enumerate(cues(minutes), 1):
        label = one_line(cue.label)
        text = f"{label}: {one_line(cue.text)}" if label else one_line(cue.text)
        # SubRip has no escapes; an arrow is the one thing in a text that would break the file.
        lines = "\n".join(wrap(text.replace("-->", "→")))
        blocks.append(f"{number}\n{_times(cue, ',')}\n{lines}\n")
    return "\n".join(blocks)


def vtt(minutes: Minutes) -> str:
    """Write WebVTT: each cue in a voice span of its speaker."""
    blocks = ["WEBVTT\n"]
    for number, cue in enumerate(cues(minutes), 1):
        name = _escape(one_line(minutes.name(cue.speaker))) or "Speaker"
        lines = "\n".join(_escape(line) for line in wrap(one_line(cue.text)))
        blocks.append(f"{number}\n{_times(cue, '.')}\n<v {name}>{lines}</v>\n")
    return "\n".join(blocks)


def _escape(text: str) -> str:
    return html.escape(text, quote=False)


def _times(cue: Cue, mark: str) -> str:
    """A cue's start and end; a cue lasts a millisecond at least, or readers reject it."""
    start = round(cue.segment.start * 1000)
    end = max(round(cue.segment.end * 1000), start + 1)
    return f"{_stamp(start, mark)} --> {_stamp(end, mark)}"


def _stamp(milliseconds: int, mark: str) -> str:
    seconds, milli = divmod(milliseconds, 1000)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours:02}:{minute:02}:{second:02}{mark}{milli:03}"
