"""What the analysis of a recording found, kept as it was found: minutes are it with people's corrections."""

import datetime
import json
import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from voicemind.board import records
from voicemind.errors import CorrectionError
from voicemind.timeline.amendment import amended
from voicemind.timeline.corrections import Correction, parse_corrections
from voicemind.timeline.event import Agenda, Participant
from voicemind.timeline.formats import render
from voicemind.timeline.minutes import Minutes
from voicemind.timeline.segment import Segment

FOUND = "found.json"
CORRECTIONS = "corrections.json"

_one_by_one = threading.Lock()  # each correction is of what the one before left


def keep(folder: Path, minutes: Minutes) -> None:
    """Keep what was found beside the recording in ``folder``."""
    _write(folder / FOUND, json.dumps(_fields(minutes), ensure_ascii=False))


def found(folder: Path) -> Minutes:
    """Return what was found; CorrectionError where an earlier version did not keep it."""
    try:
        return _minutes(json.loads((folder / FOUND).read_text("utf-8")))
    except FileNotFoundError:
        raise CorrectionError(
            "this recording was analysed by an earlier version; bring it again to correct it"
        ) from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CorrectionError(f"what was found in this recording cannot be read ({error}); bring it again") from error


def corrections(folder: Path) -> list[Correction]:
    """Return what people corrected; CorrectionError where the file is damaged."""
    try:
        return parse_corrections((folder / CORRECTIONS).read_text("utf-8"))
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise CorrectionError(f"{folder / CORRECTIONS} cannot be read ({error})") from error


def correct(folder: Path, say: Callable[[Minutes], Correction]) -> Correction:
    """Keep one more correction, said of the minutes as they are; on disk when this returns."""
    with _one_by_one:
        correction = say(corrected(folder))
        entries = {known.id: known.fields() for known in [*corrections(folder), correction]}
        _write(folder / CORRECTIONS, json.dumps(entries, ensure_ascii=False, indent=1))
        return correction


def corrected(folder: Path) -> Minutes:
    """Return minutes with all that people corrected in them."""
    return amended(found(folder), corrections(folder))


def written(folder: Path, form: str) -> Path:
    """Return the file with the minutes in a format, written anew where corrections came after it."""
    path, said = folder / f"minutes.{form}", folder / CORRECTIONS
    with _one_by_one:
        if said.exists() and (not path.exists() or path.stat().st_mtime_ns <= said.stat().st_mtime_ns):
            _write(path, render(corrected(folder), form))
    return path


def _fields(minutes: Minutes) -> dict[str, Any]:
    return {
        "title": minutes.title,
        "date": minutes.date.isoformat() if minutes.date else None,
        "model": minutes.model,
        "duration": minutes.duration,
        "agenda": [records.agenda_fields(item) for item in minutes.agenda],
        "participants": {key: person.name for key, person in minutes.participants.items()},
        "speech": [[i.segment.start, i.segment.end, i.label, i.track] for i in minutes.annotation],
        "turns": {turn.id: records.turn_fields(turn) for turn in minutes.transcript},
        "insights": {insight.id: records.insight_fields(insight) for insight in minutes.all_insights()},
    }


def _minutes(fields: Mapping[str, Any]) -> Minutes:
    day = fields["date"]
    minutes = Minutes(fields["title"], datetime.date.fromisoformat(day) if day else None, fields["model"])
    items = [records.agenda_item_from(entry) for entry in fields["agenda"]]
    minutes.add(Agenda(0.0, tuple(item for item in items if item is not None)))
    minutes.participants = {key: Participant(key, name) for key, name in fields["participants"].items()}
    for start, end, label, track in fields["speech"]:
        minutes.annotation.add(Segment(start, end), label, track)
    for key, entry in fields["turns"].items():
        minutes.add(records.turn_from(key, entry))
    for key, entry in fields["insights"].items():
        minutes.add(records.insight_from(key, entry))
    minutes.duration = fields["duration"]
    return minutes


def _write(path: Path, text: str) -> None:
    fresh = path.with_name(f".{path.name}")
    with fresh.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
