"""How times, shares and names are put into words; the same in every format that people read."""

import datetime
import re

from voicemind.timeline.insight import Insight
from voicemind.timeline.segment import Segment

STRETCH = 20.0  # seconds; what lasts longer is shown with its end

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
# Named here, for the calendar module's names follow the locale of the process.
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def one_line(text: str) -> str:
    """Return the text on one line, without control characters and doubled spaces."""
    return " ".join(_CONTROL.sub(" ", text).split())


def clock(seconds: float) -> str:
    """Return a time of the meeting as ``m:ss`` or ``h:mm:ss``."""
    minutes, second = divmod(int(max(0.0, seconds)), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def span(segment: Segment) -> str:
    """Return a segment as ``0:14–1:27``."""
    return f"{clock(segment.start)}–{clock(segment.end)}"


def when(insight: Insight) -> str:
    """Return the time of an insight, as a stretch where it lasts; empty where it has none."""
    if insight.data.get("why") == "not touched":
        return ""
    short = insight.segment.duration < STRETCH
    return clock(insight.segment.start) if short else span(insight.segment)


def length(seconds: float) -> str:
    """Return a duration as ``45 s``, ``6 min`` or ``1 h 12 min``."""
    if seconds < 59.5:
        return f"{max(0.0, seconds):.0f} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def day(date: datetime.date) -> str:
    """Return a date as ``Monday, 9 March 2026``."""
    return f"{_DAYS[date.weekday()]}, {date.day} {_MONTHS[date.month - 1]} {date.year}"


def due(value: object) -> str:
    """Return an action's due date in words; what is no ISO date is returned as it is."""
    text = one_line(str(value))
    try:
        return day(datetime.date.fromisoformat(text))
    except ValueError:
        return text


def percent(share: float) -> str:
    """Return a share in [0, 1] as ``12 %``."""
    return f"{share:.0%}".replace("%", " %")
