"""The JSON form of minutes, ``voicemind.minutes/1``: times in seconds from the start of the meeting."""

import json
import math
from collections.abc import Mapping
from typing import Any

from voicemind.timeline.formats.figures import agenda, balance, drift, messages, number, topic_spans
from voicemind.timeline.insight import Insight
from voicemind.timeline.minutes import Minutes
from voicemind.timeline.transcript import Turn

SCHEMA = "voicemind.minutes/1"


def document(minutes: Minutes) -> dict[str, Any]:
    """Return minutes as JSON values; times to the millisecond, shares and scores to four digits."""
    figures = balance(minutes)
    return {
        "schema": SCHEMA,
        "title": minutes.title,
        "date": minutes.date.isoformat() if minutes.date else None,
        "duration": _time(minutes.duration),
        "language": minutes.language,
        "model": minutes.model,
        "speakers": _speakers(minutes),
        "balance": {
            key: _score(getattr(figures, key, None)) for key in ("gini", "entropy", "overlap_share", "silence_share")
        },
        "floor_takes": [
            {**_span(i), "by": _name(minutes, i.data.get("by")), "of": _name(minutes, i.data.get("of"))}
            for i in minutes.insights("floor_take")
        ],
        "agenda": [
            {
                "id": row.id,
                "title": row.title,
                "minutes": number(row.minutes),
                "coverage": _score(row.coverage),
                "seconds": _time(row.seconds),
                "status": row.status,
            }
            for row in agenda(minutes)
        ],
        "topics": [
            {"start": _time(segment.start), "end": _time(segment.end), "label": label, "agenda_item": item}
            for segment, label, item in topic_spans(minutes)
        ],
        "drift": [[_time(time), _score(score)] for time, score in drift(minutes)],
        "turns": [_turn(turn) for turn in minutes.transcript],
        "insights": [_insight(minutes, insight) for insight in messages(minutes)],
    }


def json_text(minutes: Minutes) -> str:
    """Write ``document`` as JSON with one turn, insight or row a line, so that two files compare well."""
    parts = []
    for key, value in document(minutes).items():
        text = _dump(value)
        if isinstance(value, list) and value:
            rows = ",\n".join(f"  {_dump(row)}" for row in value)
            text = f"[\n{rows}\n ]"
        parts.append(f" {_dump(key)}: {text}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _dump(value: Any) -> str:
    # A plug-in's data may hold what JSON does not know; its text is better than no minutes.
    return json.dumps(_finite(value), ensure_ascii=False, allow_nan=False, default=str)


def _finite(value: Any) -> Any:
    """Replace what JSON cannot say (NaN, infinities) by null, at any depth."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_finite(item) for item in value]
    return value


def _speakers(minutes: Minutes) -> list[dict[str, Any]]:
    voices = {insight.id.removeprefix("voice:"): insight.data for insight in minutes.insights("voice")}
    return [
        {
            "id": row.id,
            "name": row.name,
            "talk_seconds": _time(row.talk_seconds),
            "share": _score(row.share),
            "turns": row.turns,
            "longest_turn": _time(row.longest_turn),
            "words": row.words,
            **({"voice": dict(voices[row.id])} if row.id in voices else {}),
        }
        for row in minutes.speakers()
    ]


def _turn(turn: Turn) -> dict[str, Any]:
    return {
        "id": turn.id,
        "start": _time(turn.segment.start),
        "end": _time(turn.segment.end),
        "speaker": turn.speaker,
        "text": turn.text,
        "confidence": _score(turn.confidence),
        "words": [
            {
                "text": word.text,
                "start": _time(word.segment.start),
                "end": _time(word.segment.end),
                "confidence": _score(word.confidence),
            }
            for word in turn.words
        ],
    }


def _insight(minutes: Minutes, insight: Insight) -> dict[str, Any]:
    return {
        "id": insight.id,
        "kind": insight.kind,
        "state": insight.state,
        **_span(insight),
        # Readers compare times: what no pipeline has timed counts as shown at once.
        "shown": _time(insight.segment.start if insight.shown is None else insight.shown),
        "speaker": _name(minutes, insight.speaker),
        "text": insight.text,
        "evidence": list(insight.evidence),
        "confidence": _score(insight.confidence),
        "data": dict(insight.data),
    }


def _span(insight: Insight) -> dict[str, Any]:
    return {"start": _time(insight.segment.start), "end": _time(insight.segment.end)}


def _name(minutes: Minutes, speaker: Any) -> str | None:
    return minutes.name(speaker) if isinstance(speaker, str) else None


def _time(seconds: float) -> float:
    return float(round(seconds, 3))


def _score(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
