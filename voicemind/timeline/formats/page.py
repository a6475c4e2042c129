"""Minutes as one HTML page that stands alone: no script, no request, light and dark."""

import html
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
from voicemind.timeline.formats.style import STYLE
from voicemind.timeline.formats.wording import clock, due, one_line, percent, span, when
from voicemind.timeline.insight import Insight
from voicemind.timeline.minutes import Minutes

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_VOICES = 8  # colours in the style sheet
_BADGES = {"covered": "covered", "touched": "touched", "not touched": "missed"}


def page(minutes: Minutes) -> str:
    """Write the page; everything that people or models wrote is escaped."""
    return _Page(minutes).text()


def _escape(text: str) -> str:
    return html.escape(one_line(text))


def _header(*names: str) -> str:
    """A table's head; a column of numbers has a # before its name."""
    cells = (f'<th class="number">{name[1:]}</th>' if name[0] == "#" else f"<th>{name}</th>" for name in names)
    return f"<tr>{''.join(cells)}</tr>"


def _number(text: str, style: str = "") -> str:
    return f'<td class="{f"number {style}".strip()}">{text}</td>'


class _Page:
    """The parts of one page, which share anchors of turns and colours of speakers."""

    def __init__(self, minutes: Minutes) -> None:
        self.minutes = minutes
        shown = (turn for paragraph in paragraphs(minutes) for turn in paragraph.turns)
        self.anchors = {turn.id: f"t{number}" for number, turn in enumerate(shown)}
        self.voices = {row.id: f"v{i % _VOICES}" for i, row in enumerate(minutes.speakers())}

    def text(self) -> str:
        minutes = self.minutes
        title = _escape(heading(minutes))
        sections = (
            ("Summary", [f"<p>{_escape(i.text)}</p>" for i in minutes.insights("summary") if one_line(i.text)]),
            ("Decisions", self._list(readable(minutes, "decision"))),
            ("Actions", self._actions()),
            ("Open questions", self._list(open_questions(minutes))),
            ("Not discussed", self._list(not_discussed(minutes))),
            ("Agenda", list(self._agenda())),
            ("Topics", list(self._topics())),
            ("Participants", list(self._participants())),
            ("Also noticed", self._list(noticed(minutes), kinds=True)),
            ("Transcript", list(self._transcript())),
        )
        body = [f'<header><h1>{title}</h1><p class="soft">{_escape(facts(minutes))}</p></header>']
        for name, lines in sections:
            if lines:
                attribute = ' class="transcript"' if name == "Transcript" else ""
                body += [f"<section{attribute}><h2>{name}</h2>", *lines, "</section>"]
        language = html.escape(one_line(minutes.language)) or "en"
        return "\n".join(
            (
                "<!doctype html>",
                f'<html lang="{language}">',
                '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
                f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
                f"<title>{title}</title><style>{STYLE}</style></head>",
                "<body>",
                *body,
                "</body></html>\n",
            )
        )

    def _time(self, insight: Insight) -> str:
        """The time of an insight, a link to what was said where there is a turn for it."""
        time = when(insight)
        anchor = next((self.anchors[turn] for turn in insight.evidence if turn in self.anchors), None)
        return f'<a href="#{anchor}">{time}</a>' if anchor and time else time

    def _list(self, insights: Iterable[Insight], kinds: bool = False) -> list[str]:
        lines = []
        for insight in insights:
            if not one_line(insight.text):
                continue
            kind = f'<span class="soft">{_escape(insight.kind)}</span> ' if kinds else ""
            who = _escape(self.minutes.name(insight.speaker)) if insight.speaker else ""
            where = ", ".join(part for part in (who, self._time(insight)) if part)
            lines.append(f"<li>{kind}{_escape(insight.text)} <small>{where}</small></li>")
        return ["<ul>", *lines, "</ul>"] if lines else []

    def _actions(self) -> list[str]:
        lines = []
        for insight in readable(self.minutes, "action"):
            owner, date = insight.data.get("owner"), insight.data.get("due")
            done = " checked" if insight.data.get("done") is True else ""
            who = f"<b>{_escape(self.minutes.name(owner))}:</b> " if isinstance(owner, str) and one_line(owner) else ""
            until = f"due {_escape(due(date))}, " if date else ""
            text = f"{who}{_escape(insight.text)} <small>{until}{self._time(insight)}</small>"
            lines.append(f'<li><label><input type="checkbox" disabled{done}>{text}</label></li>')
        return ['<ul class="tasks">', *lines, "</ul>"] if lines else []

    def _agenda(self) -> Iterator[str]:
        rows = agenda(self.minutes)
        if not rows:
            return
        planned = any(row.minutes is not None for row in rows)
        yield f"<table>{_header('Item', *(['#Planned'] if planned else []), '#Talked about', '#Covered')}"
        for row in rows:
            owner = f" <small>{_escape(row.owner)}</small>" if row.owner else ""
            minutes = f"{row.minutes:g} min" if row.minutes is not None else ""
            shown = "not touched" if row.status == "not touched" else percent(row.coverage)
            yield (
                f"<tr><td>{_escape(row.title)}{owner}</td>{_number(minutes) if planned else ''}"
                f"{_number(clock(row.seconds) if row.seconds else '–')}"
                f"{_number(shown, _BADGES.get(row.status, ''))}</tr>"
            )
        yield "</table>"

    def _topics(self) -> Iterator[str]:
        rows = [(segment, label) for segment, label, _ in topic_spans(self.minutes) if one_line(label)]
        if rows:
            yield "<ul>"
            yield from (f"<li>{_escape(label)} <small>{span(segment)}</small></li>" for segment, label in rows)
            yield "</ul>"

    def _participants(self) -> Iterator[str]:
        rows = self.minutes.speakers()
        if not rows:
            return
        yield f"<table>{_header('Name', '#Share', '#Talk', '#Turns', 'When')}"
        for row in rows:
            yield (
                f"<tr><td>{_escape(row.name) or _escape(row.id)}</td>{_number(percent(row.share))}"
                f"{_number(clock(row.talk_seconds))}{_number(str(row.turns))}<td>{self._lane(row.id)}</td></tr>"
            )
        yield "</table>"
        if sentence := balance_sentence(self.minutes, _escape):
            yield f"<p>{sentence}</p>"

    def _lane(self, speaker: str) -> str:
        """When somebody spoke, as a strip as wide as the meeting is long."""
        scale = 1000 / self.minutes.duration if self.minutes.duration > 0 else 0.0
        bars = "".join(
            f"M{s.start * scale:.1f} 0h{max(1.0, s.duration * scale):.1f}v10H{s.start * scale:.1f}z"
            for s in self.minutes.annotation.segments(speaker, gap=0.5)
        )
        return (
            f'<svg class="lane {self.voices[speaker]}" viewBox="0 0 1000 10" preserveAspectRatio="none" '
            f'aria-hidden="true"><path d="{bars}"/></svg>'
        )

    def _transcript(self) -> Iterator[str]:
        for paragraph in paragraphs(self.minutes):
            spoken = " ".join(
                f'<span id="{self.anchors[turn.id]}">{_escape(turn.text)}</span>' for turn in paragraph.turns
            )
            name = _escape(self.minutes.name(paragraph.speaker))
            voice = self.voices[paragraph.speaker]
            yield f'<p class="{voice}"><b>{name}</b> <small>{clock(paragraph.start)}</small><br>{spoken}</p>'
