"""The recordings that were brought: each a folder with the file, what is known of it, and its minutes."""

import json
import logging
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, get_args

from voicemind.errors import BackendError

logger = logging.getLogger(__name__)

State = Literal["queued", "running", "done", "failed", "cancelled"]
STATES: tuple[State, ...] = get_args(State)

META = "recording.json"
_ID = re.compile(r"[0-9a-f]{16}")
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,8}")


@dataclass(frozen=True, slots=True)
class Job:
    """The analysis of a recording: ``done`` of ``of`` seconds (None where the file does not say its length).

    ``seq`` counts what was told of it; ``error`` is one line that says what to do.
    """

    id: str
    state: State = "queued"
    done: float = 0.0
    of: float | None = None
    error: str | None = None
    seq: int = 0

    @property
    def over(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state in ("done", "failed", "cancelled")


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording as it was brought; ``date`` as YYYY-MM-DD, ``created`` a unix time, ``duration`` in seconds."""

    id: str
    name: str
    title: str
    date: str
    source: str
    size: int
    job: Job
    duration: float | None = None
    created: float = field(default_factory=time.time)
    agenda: str = ""

    @classmethod
    def read(cls, folder: Path) -> "Recording":
        """Read what a folder says of its recording; ValueError when it says nothing."""
        try:
            table: dict[str, Any] = json.loads((folder / META).read_text("utf-8"))
            return cls(**{**table, "job": Job(**table["job"])})
        except (OSError, KeyError, TypeError) as error:
            raise ValueError(f"{folder} holds no recording") from error


class Library:
    """All recordings of a server, oldest first; methods that write take milliseconds."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._recordings: dict[str, Recording] = {}

    def load(self) -> None:
        """Read what is on disk, and remove what was only half there."""
        self._folder.mkdir(parents=True, exist_ok=True)
        found = []
        for folder in self._folder.iterdir():
            try:
                found.append(Recording.read(folder))
            except ValueError:
                shutil.rmtree(folder, ignore_errors=True)
        self._recordings = {recording.id: recording for recording in sorted(found, key=lambda r: (r.created, r.id))}

    def __iter__(self) -> Iterator[Recording]:
        return iter(list(self._recordings.values()))

    def get(self, recording_id: str) -> Recording | None:
        """Return a recording."""
        return self._recordings.get(recording_id)

    def with_job(self, job_id: str) -> Recording | None:
        """Return the recording that a job is for."""
        return next((r for r in self._recordings.values() if r.job.id == job_id), None)

    def folder(self, recording_id: str) -> Path:
        """Return the folder of a recording."""
        return self._folder / recording_id

    def source(self, recording: Recording) -> Path:
        """Return the file that was brought."""
        return self._folder / recording.id / recording.source

    def minutes(self, recording: Recording, form: str) -> Path:
        """Return the file with the minutes in a format; it is there once the job is done."""
        return self._folder / recording.id / f"minutes.{form}"

    def new_folder(self) -> Path:
        """Make the folder for a recording that is on its way; it counts once ``add`` is told."""
        folder = self._folder / secrets.token_hex(8)
        folder.mkdir(parents=True)
        return folder

    def add(self, recording: Recording) -> None:
        """Take in a recording whose file is in its folder; BackendError when the disk is full."""
        try:
            self._write(recording)
        except OSError as error:
            raise BackendError(
                f"the recording cannot be kept ({error.strerror}); make room in the data folder"
            ) from error
        self._recordings[recording.id] = recording

    def tell(self, recording_id: str, job: Job) -> None:
        """Change what is known of a recording's job, on disk too where its state changed.

        What a full disk does not take is only lost to a restart, after which the job is run again.
        """
        known = self._recordings.get(recording_id)
        if known is None:
            return
        changed = replace(known, job=job, duration=job.of or known.duration)
        self._recordings[recording_id] = changed
        if job.state != known.job.state:
            try:
                self._write(changed)
            except OSError as error:
                logger.warning("the state of recording %s cannot be kept: %s", recording_id, error)

    def remove(self, recording_id: str) -> None:
        """Delete a recording with all that came of it."""
        self._recordings.pop(recording_id, None)
        if _ID.fullmatch(recording_id):
            shutil.rmtree(self._folder / recording_id, ignore_errors=True)

    def _write(self, recording: Recording) -> None:
        path = self._folder / recording.id / META
        fresh = path.with_suffix(".new")
        with fresh.open("w", encoding="utf-8") as file:
            json.dump(asdict(recording), file)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)


def safe_suffix(name: str) -> str:
    """Return the suffix of a file's name where it is a plain one, else nothing."""
    suffix = Path(name).suffix
    return suffix if _SUFFIX.fullmatch(suffix) else ""
