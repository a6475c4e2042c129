"""Due dates as people say them, relative to the date of the meeting."""

import calendar
import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass

from voicemind.insight.numerals import digits

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = tuple(name.lower() for name in calendar.month_name[1:])
_WD = rf"(?P<weekday>{'|'.join(_WEEKDAYS)})"
_MO = rf"(?:{'|'.join(_MONTHS)}|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)"
_NTH = r"\d{1,2}(?:st|nd|rd|th)"
_FRIDAY = 4


@dataclass(frozen=True, slots=True)
class Due:
    """A date and the words that said it, as a span of the text with its numbers in digits."""

    date: datetime.date
    start: int
    end: int
    deadline: bool
    """Said with "by", "before", "until": a limit, not just a day."""


def find(text: str, base: datetime.date | None) -> list[Due]:
    """Return the dates that a text names, in order; none where they need a meeting date and have none."""
    text = _spoken(text)
    taken: list[Due] = []
    for pattern, resolve in _GRAMMAR:
        for match in pattern.finditer(text):
            if any(due.start < match.end() and match.start() < due.end for due in taken):
                continue
            date = resolve(match, base)
            if date is not None:
                date = _as_meant(date, match.group())
                lead = text[: match.start()]
                taken.append(
                    Due(date, match.start(), match.end(), bool(_DEADLINE.search(lead) or _LIMIT.match(match.group())))
                )
    return sorted(taken, key=lambda due: due.start)


def due(text: str, base: datetime.date | None) -> datetime.date | None:
    """Return when something is due: the date said as a limit, else the first one said."""
    spoken = _spoken(text)
    found = [d for d in find(text, base) if not _PAST.search(spoken[: d.start])]
    # In "by noon tomorrow" the hour is no day of its own.
    found = [d for d in found if d.date != base] or found
    limits = [d for d in found if d.deadline]
    return (limits or found)[0].date if found else None


def without_dates(text: str, base: datetime.date | None) -> str:
    """Return the text (numbers in digits) with its dates taken out: what is left says what is to be done."""
    text = _spoken(text)
    for found in reversed(find(text, base)):
        text = text[: found.start] + text[found.end :]
    return text


def _as_meant(date: datetime.date, said: str) -> datetime.date:
    """Undo the slip between 13th and 30th that recognisers make, where a weekday tells which it is."""
    named = re.match(rf"\W*(?:(?:next|this|on)\s+)?{_WD}", said, re.IGNORECASE)
    if named is None or date.day not in _SOUND_ALIKE or date.weekday() == _WEEKDAYS.index(named["weekday"].lower()):
        return date
    day = _SOUND_ALIKE[date.day]
    if day > calendar.monthrange(date.year, date.month)[1]:
        return date
    other = date.replace(day=day)
    return other if other.weekday() == _WEEKDAYS.index(named["weekday"].lower()) else date


_SOUND_ALIKE = {13: 30, 30: 13}
_DEADLINE = re.compile(
    r"\b(?:by|before|until|till|no later than|not later than|latest|due|for|from|on|to)\s+(?:the\s+)?$", re.IGNORECASE
)
_LIMIT = re.compile(r"by\b|before\b", re.IGNORECASE)
_PAST = re.compile(r"\b(?:last|since|past|previous|my|your|his|her|our|their|every|each|not)\s+$", re.IGNORECASE)
_FIRST = re.compile(rf"\b({_MO}|(?:{'|'.join(_WEEKDAYS)}),?(?:\s+the)?)\s+(first|second)\b", re.IGNORECASE)
_FIRST_OF = re.compile(rf"\b(first|second)(?=\s+of\s+{_MO}\b)", re.IGNORECASE)
_NUMBERED = {"first": "1st", "second": "2nd"}
_VAGUE = (
    (re.compile(r"\ba\s+couple\s+of\b"), "2"),
    (re.compile(r"\ba\s+fortnight\b"), "2 weeks"),
    (re.compile(r"\bwithin\b"), "in"),
    (re.compile(r"\b(?:of|the)\b"), ""),
)


def _spoken(text: str) -> str:
    """Digits for number words, and for "first" and "second" where they can only be days."""
    text = _FIRST.sub(lambda m: f"{m.group(1)} {_NUMBERED[m.group(2).lower()]}", text)
    text = _FIRST_OF.sub(lambda m: _NUMBERED[m.group(1).lower()], text)
    return digits(text)


def _parsed(match: re.Match[str], base: datetime.date | None) -> datetime.date | None:
    said = match.group("date").lower()
    if base is None and not re.search(r"\d{4}", said):
        return None
    # Imported here: it costs 80 ms, and many a meeting names no date.
    import dateparser

    for pattern, plain in _VAGUE:
        said = pattern.sub(plain, said)
    start = datetime.datetime.combine(base or datetime.date.min.replace(year=2000), datetime.time())
    settings = {"PREFER_DATES_FROM": "future", "RELATIVE_BASE": start}
    parsed = dateparser.parse(" ".join(said.split()), languages=["en"], settings=settings)
    return parsed.date() if parsed else None


def _day_of_month(match: re.Match[str], base: datetime.date | None) -> datetime.date | None:
    """The next such day on or after the meeting's."""
    if base is None:
        return None
    day = int(re.sub(r"\D", "", match.group("day") or match.group("bare")))
    for ahead in range(13):
        month = base.month - 1 + ahead
        year, month = base.year + month // 12, month % 12 + 1
        if 1 <= day <= calendar.monthrange(year, month)[1] and datetime.date(year, month, day) >= base:
            return datetime.date(year, month, day)
    return None


def _weekday(match: re.Match[str], base: datetime.date | None) -> datetime.date | None:
    """Return the coming Friday for "Friday"; "next Friday" and "Friday next week" lie in the next calendar week."""
    if base is None:
        return None
    index = _WEEKDAYS.index(match.group("weekday").lower())
    which = (match.group("which") or "").lower()
    after = (match.group("after") or "").lower()
    monday = base - datetime.timedelta(days=base.weekday())
    if which == "next" or "next week" in after:
        return monday + datetime.timedelta(days=7 + index)
    if "after next" in after:
        return monday + datetime.timedelta(days=14 + index)
    # "Friday" said on a Friday is a week ahead; "this Friday" is today.
    ahead = (index - base.weekday()) % 7 or (0 if which == "this" else 7)
    if after.strip() == "week":
        ahead += 7
    return base + datetime.timedelta(days=ahead)


def _relative(match: re.Match[str], base: datetime.date | None) -> datetime.date | None:
    if base is None:
        return None
    said = " ".join(match.group("date").lower().split())
    if "day after tomorrow" in said:
        return base + datetime.timedelta(days=2)
    return base + datetime.timedelta(days=1 if "tomorrow" in said else 0)


def _end_of(match: re.Match[str], base: datetime.date | None) -> datetime.date | None:
    """The last day of a period; a working week ends on Friday."""
    if base is None:
        return None
    unit, ahead = match.group("unit").lower(), int((match.group("which") or "").lower() == "next")
    if unit in ("day", "today", "business", "eod", "cob"):
        return base
    if unit in ("week", "eow"):
        return base + datetime.timedelta(days=(_FRIDAY - base.weekday()) % 7 + 7 * ahead)
    if unit == "year":
        return datetime.date(base.year + ahead, 12, 31)
    if unit == "quarter":
        month = (base.month - 1) // 3 * 3 + 2 + 3 * ahead
    elif unit in ("month", "eom"):
        month = base.month - 1 + ahead
    else:
        index = next(i for i, name in enumerate(_MONTHS) if name.startswith(unit[:3]))
        month = index if index >= base.month - 1 else index + 12
    year, month = base.year + month // 12, month % 12 + 1
    return datetime.date(year, month, calendar.monthrange(year, month)[1])


def _week(match: re.Match[str], base: datetime.date | None) -> datetime.date | None:
    """Return the Friday of "this week" or "next week"."""
    if base is None:
        return None
    ahead = 7 if match.group("which").lower() == "next" else 0
    return base + datetime.timedelta(days=(_FRIDAY - base.weekday()) % 7 + ahead)


_Resolve = Callable[[re.Match[str], datetime.date | None], datetime.date | None]
_LEAD_WD = rf"(?:(?:(?:next|this|on)\s+)?(?:{'|'.join(_WEEKDAYS)})(?:\s+next\s+week)?,?\s+)?"
# In order: what is said exactly before what is said relatively; a later pattern never cuts into an earlier match.
_PATTERNS: tuple[tuple[str, _Resolve], ...] = (
    (r"\b(?P<date>\d{4}-\d{2}-\d{2})\b", _parsed),
    (rf"\b{_LEAD_WD}(?:the\s+)?(?P<date>{_MO}\.?\s+(?:the\s+)?(?:{_NTH}|\d{{1,2}})(?:,?\s+20\d\d)?)\b", _parsed),
    (rf"\b{_LEAD_WD}(?:the\s+)?(?P<date>(?:{_NTH}|\d{{1,2}})\s+(?:of\s+)?{_MO}(?:,?\s+20\d\d)?)\b", _parsed),
    (
        rf"\b(?:(?:next|this)\s+)?(?:{'|'.join(_WEEKDAYS)})(?:\s+next\s+week)?,?\s+the\s+(?P<day>{_NTH}|\d{{1,2}})\b",
        _day_of_month,
    ),
    (
        rf"\b(?:by|on|before|until|for)\s+the\s+(?P<day>{_NTH})\b(?!\s+(?:of|one|time)\b)"
        rf"|\bthe\s+(?P<bare>{_NTH})(?=\s*(?:$|[,.;?!]|(?:then|instead|works|is|at|would|rather)\b))",
        _day_of_month,
    ),
    (
        rf"\b(?:(?P<which>next|this|coming)\s+)?{_WD}"
        r"(?P<after>\s+(?:of\s+)?next\s+week|\s+after\s+next|\s+week\b)?(?!['’]s\b)\b",
        _weekday,
    ),
    (r"\b(?P<date>(?:the\s+)?day\s+after\s+tomorrow|tomorrow)\b", _relative),
    (
        r"\b(?P<date>today|tonight|this\s+(?:morning|afternoon|evening)|by\s+(?:noon|lunch(?:time)?|midnight)"
        r"|by\s+\d{1,2}(?::\d\d)?\s*(?:o'clock|[ap]\.?m\b))",
        _relative,
    ),
    (
        r"\b(?:the\s+)?(?:end|close)\s+of\s+(?:(?:the|this|(?P<which>next))\s+)?"
        rf"(?P<unit>day|today|business|week|month|quarter|year|{_MO})\b",
        _end_of,
    ),
    (r"\b(?P<unit>eod|cob|eow|eom)\b(?P<which>)", _end_of),
    (r"\b(?P<date>(?:in|within)\s+(?:a\s+fortnight|(?:\d+|a|a\s+couple\s+of)\s+(?:day|week|month)s?))\b", _parsed),
    (r"\b(?P<which>this|next)\s+week\b", _week),
    (r"\b(?:before|by)\s+the\s+(?P<which>week)end\b", _week),
)
_GRAMMAR = tuple((re.compile(pattern, re.IGNORECASE), resolve) for pattern, resolve in _PATTERNS)
