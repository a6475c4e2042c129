"""What is said about a meeting as a whole: its title, its facts, the balance of its talk."""

from collections.abc import Callable

from voicemind.timeline.formats.figures import Balance, balance
from voicemind.timeline.formats.wording import day, length, one_line, percent
from voicemind.timeline.minutes import Minutes


def heading(minutes: Minutes) -> str:
    """Return the title, or what stands in for one."""
    return one_line(minutes.title) or "Minutes"


def facts(minutes: Minutes) -> str:
    """Return date, duration and head count, as far as they are known."""
    people = len(minutes.speakers())
    parts = [
        day(minutes.date) if minutes.date else "",
        length(minutes.duration) if minutes.duration else "",
        f"{people} participant{'s' if people > 1 else ''}" if people else "",
    ]
    return " · ".join(part for part in parts if part)


def balance_sentence(minutes: Minutes, escape: Callable[[str], str]) -> str:
    """Return the balance of the talk in one sentence, names escaped; empty when nobody spoke."""
    rows = minutes.speakers()
    if not rows or not rows[0].share:
        return ""
    figures = balance(minutes) or Balance(None, None, None, None)
    parts = []
    if len(rows) > 1:
        first, last = (f"{escape(one_line(row.name))} ({percent(row.share)})" for row in (rows[0], rows[-1]))
        parts.append(f"most of the talk came from {first}, least from {last}")
        if figures.gini is not None:
            parts.append(f"the Gini index is {figures.gini:.2f}, where 0 is equal shares")
    if figures.overlap_share is not None:
        parts.append(f"voices overlapped in {percent(figures.overlap_share)} of the speech")
    if figures.silence_share is not None:
        parts.append(f"nobody spoke for {percent(figures.silence_share)} of the time")
    sentence = "; ".join(parts)
    return f"{sentence[0].upper()}{sentence[1:]}." if sentence else ""
