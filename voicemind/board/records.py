"""Turns, insights and agenda items as the JSON fields that stand in the document, and back."""

from collections.abc import Mapping
from typing import Any, cast, get_args

from voicemind.board.values import Json, clean
from voicemind.timeline.agenda import AgendaItem
from voicemind.timeline.insight import Insight, State
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn, Word

Fields = dict[str, Json]


def turn_fields(turn: Turn) -> Fields:
    """Return a turn's fields; a word is [text, start, end, confidence], 1/100 s from the turn's start and percent."""
    start = turn.segment.start
    words = [
        [
            word.text,
            round((word.segment.start - start) * 100),
            round((word.segment.end - start) * 100),
            round(word.confidence * 100),
        ]
        for word in turn.words
    ]
    return _cleaned(
        start=start,
        end=turn.segment.end,
        speaker=turn.speaker,
        text=turn.text,
        words=words,
        confidence=turn.confidence,
        track=turn.track,
        language=turn.language,
    )


def turn_from(turn_id: str, fields: Mapping[str, Any]) -> Turn:
    """Read a turn; raises KeyError, TypeError or ValueError where fields are missing or wrong."""
    start = float(fields["start"])
    words = tuple(
        Word(str(text), Segment(start + begin / 100, start + end / 100), confidence / 100)
        for text, begin, end, confidence in fields["words"]
    )
    return Turn(
        turn_id,
        Segment(start, float(fields["end"])),
        str(fields["speaker"]),
        str(fields["text"]),
        words,
        float(fields["confidence"]),
        str(fields["track"]),
        str(fields["language"]),
    )


def insight_fields(insight: Insight) -> Fields:
    """Return an insight's fields, all JSON."""
    return _cleaned(
        kind=insight.kind,
        start=insight.segment.start,
        end=insight.segment.end,
        text=insight.text,
        speaker=insight.speaker,
        evidence=insight.evidence,
        confidence=insight.confidence,
        data=insight.data,
        state=insight.state,
        shown=insight.shown,
    )


def insight_from(insight_id: str, fields: Mapping[str, Any]) -> Insight:
    """Read an insight; raises KeyError, TypeError or ValueError where fields are missing or wrong."""
    if fields["state"] not in get_args(State):
        raise ValueError(f"an insight is open, closed or withdrawn, not {fields['state']!r}")
    return Insight(
        fields["kind"],
        Segment(float(fields["start"]), float(fields["end"])),
        fields["text"],
        fields["speaker"],
        tuple(fields["evidence"]),
        float(fields["confidence"]),
        fields["data"],
        fields["state"],
        insight_id,
        fields["shown"],
    )


def agenda_fields(item: AgendaItem) -> Fields:
    """Return an agenda item's fields."""
    return _cleaned(id=item.id, title=item.title, minutes=item.minutes, owner=item.owner)


def agenda_item_from(fields: object) -> AgendaItem | None:
    """Read what people (or their programs) wrote as an agenda item; None when it has no id or no title."""
    if not isinstance(fields, Mapping):
        return None
    item_id, title = fields.get("id"), fields.get("title")
    minutes, owner = fields.get("minutes"), fields.get("owner")
    if not isinstance(item_id, str) or not isinstance(title, str) or not item_id or not title.strip():
        return None
    planned = isinstance(minutes, int | float) and not isinstance(minutes, bool) and minutes > 0
    return AgendaItem(
        item_id,
        title.strip(),
        float(cast("float", minutes)) if planned else None,
        owner.strip() if isinstance(owner, str) and owner.strip() else None,
    )


def _cleaned(**fields: object) -> Fields:
    return {name: clean(value) for name, value in fields.items()}
