"""Minutes as Markdown (CommonMark with GitHub's tables and task lists): what people read after the meeting."""

import re
from collections.abc import Iterable, Iterator

from voicemind.timeline.formats.figures import (
    agenda,
    not_discussed,
    noticed,
    open_questions,
    paragraphs,
    readable,
    topic_spans,
)
from voicemind.timeline.formats.sentences import balance_sentence, facts, heading
from voicemind.timeline.formats.wording import clock, due, length, one_line, percent, span, when
from voicemind.timeline.insight import Insight
from voicemind.timeline.minutes import Minutes

_SPECIAL = re.compile(r"[\\`*_\[\]<>|~]|&(?=#?\w+;)")
_AT_START = re.compile(r"^(?:[-+=#]|\d+(?=[.)]))")


def markdown(minutes: Minutes) -> str:
    """Write the minutes; sections with nothing in them are left out."""
    sections = (
        ("Summary", [f"{_text(i.text)}\n" for i in minutes.insights("summary") if one_line(i.text)]),
        ("Decisions", _messages(minutes, readable(minutes, "decision"))),
        ("Actions", [_action(minutes, i) for i in readable(minutes, "action")]),
        ("Open questions", _messages(minutes, open_questions(minutes))),
        ("Not discussed", _messages(minutes, not_discussed(minutes))),
        ("Agenda", list(_agenda(minutes))),
        ("Topics", [f"- {span(s)} {escape(label)}" for s, label, _ in topic_spans(minutes) if one_line(label)]),
        ("Participants", list(_participants(minutes))),
        ("Also noticed", _messages(minutes, noticed(minutes), kinds=True)),
        ("Transcript", list(_transcript(minutes))),
    )
    about = facts(minutes)
    title = escape(heading(minutes)).replace("#", r"\#")  # Markdown drops them from a heading's end
    parts = [f"# {title}\n", *([f"{about}\n"] if about else [])]
    parts += ["\n".join((f"## {name}\n", *lines)).rstrip() + "\n" for name, lines in sections if lines]
    return "\n".join(parts)


def escape(text: str) -> str:
    """Return the text on one line such that Markdown shows it as it is, inside a line or a table cell."""
    return _SPECIAL.sub(r"\\\g<0>", one_line(text))


def _text(text: str) -> str:
    """The same at the start of a line, where more has a meaning."""
    safe = escape(text)
    if found := _AT_START.match(safe):
        mark = found.group()
        return f"{mark}\\{safe[len(mark) :]}" if mark[0].isdigit() else f"\\{safe}"
    return safe


def _messages(minutes: Minutes, insights: Iterable[Insight], kinds: bool = False) -> list[str]:
    lines = []
    for insight in insights:
        if not one_line(insight.text):
            continue
        kind = f"*{escape(insight.kind)}:* " if kinds else ""
        who = escape(minutes.name(insight.speaker)) if insight.speaker else ""
        where = ", ".join(part for part in (who, when(insight)) if part)
        lines.append(f"- {kind}{_text(insight.text)}{f' ({where})' if where else ''}")
    return lines


def _action(minutes: Minutes, insight: Insight) -> str:
    done = "x" if insight.data.get("done") is True else " "
    owner = insight.data.get("owner")
    who = f"**{escape(minutes.name(owner))}:** " if isinstance(owner, str) and one_line(owner) else ""
    date = insight.data.get("due")
    until = f", due {escape(due(date))}" if date else ""
    text = _text(insight.text).rstrip(".") if until else _text(insight.text)
    return f"- [{done}] {who}{text}{until} ({clock(insight.segment.start)})"


def _agenda(minutes: Minutes) -> Iterator[str]:
    rows = agenda(minutes)
    if not rows:
        return
    owned, planned = any(row.owner for row in rows), any(row.minutes is not None for row in rows)
    columns = ["Item", *(["Owner"] if owned else []), *(["Planned"] if planned else []), "Talked about", "Covered"]
    yield _row(columns)
    yield _row("---" if column in ("Item", "Owner") else "--:" for column in columns)
    for row in rows:
        cells = [escape(row.title)]
        cells += [escape(row.owner or "")] if owned else []
        cells += [f"{row.minutes:g} min" if row.minutes is not None else ""] if planned else []
        cells += [clock(row.seconds) if row.seconds else "–"]
        cells += [escape(row.status) if row.status == "not touched" else percent(row.coverage)]
        yield _row(cells)


def _participants(minutes: Minutes) -> Iterator[str]:
    rows = minutes.speakers()
    if not rows:
        return
    yield _row(["Name", "Share", "Talk", "Turns", "Longest"])
    yield _row(["---", "--:", "--:", "--:", "--:"])
    for row in rows:
        name = escape(row.name) or escape(row.id)
        longest = length(row.longest_turn) if row.longest_turn else "–"
        yield _row([name, percent(row.share), clock(row.talk_seconds), str(row.turns), longest])
    if sentence := balance_sentence(minutes, escape):
        yield f"\n{sentence}"


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _transcript(minutes: Minutes) -> Iterator[str]:
    for paragraph in paragraphs(minutes):
        text = " ".join(escape(turn.text) for turn in paragraph.turns)
        yield f"**{escape(minutes.name(paragraph.speaker))}** ({clock(paragraph.start)}): {text}\n"
