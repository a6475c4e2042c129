"""Scripted meetings, rendered to sound, through the real replay: what was found of what their scripts hold.

A meeting is a folder with ``tracks/NAME.wav`` and ``truth.json`` (title, date, agenda, and what is to be found).
Nothing that ships was fitted on such meetings, so that each of them is left out.
"""

import datetime
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voicemind.backends.loading import Models
from voicemind.bench.report import Report, Row
from voicemind.config import Config
from voicemind.errors import InputError
from voicemind.recording import replay
from voicemind.timeline.agenda import AgendaItem
from voicemind.timeline.formats import render

SCRIPT = "score_meeting.py"
_KINDS = ("actions", "decisions", "questions")
_LIMIT = 300.0  # seconds for the script


@dataclass(frozen=True, slots=True)
class Scripted:
    """One rendered meeting."""

    folder: Path
    date: datetime.date | None
    agenda: tuple[AgendaItem, ...]
    tracks: dict[str, Path]

    @classmethod
    def read(cls, folder: Path) -> "Scripted":
        """Read what a meeting is of; InputError where a part is missing."""
        try:
            truth = json.loads((folder / "truth.json").read_text("utf-8"))
            items = tuple(AgendaItem(str(item["id"]), str(item["title"])) for item in truth["agenda"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise InputError(f"{folder}: no rendered meeting ({error!r})") from error
        tracks = {path.stem: path for path in sorted((folder / "tracks").glob("*.wav"))}
        if not tracks:
            raise InputError(f"{folder / 'tracks'}: no tracks; render the meeting first")
        day = truth.get("date")
        return cls(folder, datetime.date.fromisoformat(day) if day else None, items, tracks)


def measure(folder: Path, scorers: Path, models: Models, config: Config) -> Report:
    """Replay and score every meeting of a folder; a row each, and one of all."""
    meetings = [Scripted.read(path.parent) for path in sorted(folder.glob("*/truth.json"))]
    if not meetings:
        raise InputError(f"{folder}: no folder in it has a truth.json")
    rows = [_measure(meeting, scorers, models, config) for meeting in meetings]
    return Report("bench meetings", [*rows, _all(rows)])


def _measure(meeting: Scripted, scorers: Path, models: Models, config: Config) -> Row:
    start = time.process_time()
    minutes = replay((), tracks=meeting.tracks, agenda=meeting.agenda, date=meeting.date, config=config, models=models)
    spent = time.process_time() - start
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        file.write(render(minutes, ".json"))
        file.flush()
        scored = _scored(scorers, meeting.folder, Path(file.name))
    return dict(_figures(meeting.folder.name, scored)) | {"cpu_per_audio_second": spent / max(minutes.duration, 1.0)}


def _scored(scorers: Path, folder: Path, minutes: Path) -> dict[str, Any]:
    path = scorers / SCRIPT
    if not path.is_file():
        raise InputError(f"{path}: there is no such script; --scorers names the folder of the scoring scripts")
    command = [sys.executable, str(path), str(folder), str(minutes), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=_LIMIT, check=False)  # noqa: S603
    if done.returncode:
        raise InputError(f"{path.name} failed: {done.stderr.strip().splitlines()[-1:]}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _figures(name: str, scored: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    yield "id", name
    yield "wer", scored["wer"]
    for kind in _KINDS:
        for key in ("found", "of", "false"):
            yield f"{kind}_{key}", scored[f"{kind}_{key}"]
    for key in ("actions_owner", "actions_due", "drift_hit", "drift_of", "drift_false", "heat_false"):
        yield key, scored[key]
    yield "avoided_ok", int(scored["avoided_ok"])


def _all(rows: list[Row]) -> Row:
    """Return the sums, and the means of what is no count."""
    counts = {key: sum(row[key] for row in rows) for key in rows[0] if isinstance(rows[0][key], int)}
    means = {key: sum(row[key] for row in rows) / len(rows) for key in ("wer", "cpu_per_audio_second")}
    return {key: counts.get(key, means.get(key, "all")) for key in rows[0]}
