"""One recording's way to minutes, in a process of its own: python -m voicemind.server.analysis FOLDER SETTINGS.

Settings are ``Config`` as JSON; the key of a transcription service is in VOICEMIND_ASR_KEY. The process is nice
to the rooms (their finals come first), writes how far it is to standard output, a JSON object a line, and dies
with its parent: when standard input ends.
"""

import datetime
import json
import os
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from voicemind.backends.loading import Models
from voicemind.config import ASR_KEY, Config
from voicemind.errors import VoicemindError
from voicemind.recording import replay
from voicemind.server.found import keep
from voicemind.server.recordings import Recording
from voicemind.timeline.agenda import parse_agenda
from voicemind.timeline.formats import FORMATS, render
from voicemind.timeline.minutes import Minutes

NICENESS = 19  # with 10 it still takes a seventh of what live rooms need, with 19 a twentieth
INTERVAL = 0.2  # seconds between two lines


def main(folder: str, settings: str, models: Models | None = None) -> int:
    """Be the process: write the minutes in every format into ``folder``; return 0, or 1 after an ``error`` line."""
    config = replace(Config.from_json(settings), workers=1, asr_key=os.environ.get(ASR_KEY, ""))
    os.nice(NICENESS)
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
    try:
        minutes = analyse(Path(folder), config, _reporter(), models)
        keep(Path(folder), minutes)
        for form in FORMATS:
            _write(Path(folder) / f"minutes.{form}", render(minutes, form))
    except VoicemindError as error:
        _say(error=str(error))
        return 1
    return 0


def analyse(
    folder: Path, config: Config, progress: Callable[[float, float | None], None], models: Models | None = None
) -> Minutes:
    """Return the minutes of the recording in ``folder``."""
    recording = Recording.read(folder)
    return replay(
        folder / recording.source,
        title=recording.title,
        date=datetime.date.fromisoformat(recording.date),
        agenda=parse_agenda(recording.agenda) if recording.agenda.strip() else (),
        config=config,
        models=models,
        progress=progress,
    )


def _reporter() -> Callable[[float, float | None], None]:
    told = 0.0

    def report(done: float, of: float | None) -> None:
        nonlocal told
        if (now := time.monotonic()) - told >= INTERVAL:
            told = now
            _say(done=done, of=of)

    return report


def _say(**fields: object) -> None:
    sys.stdout.write(json.dumps(fields) + "\n")
    sys.stdout.flush()


def _write(path: Path, text: str) -> None:
    fresh = path.with_name(f".{path.name}")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)


def _end_with_parent() -> None:
    while os.read(0, 1024):  # not by sys.stdin, whose lock would hold up the end of the process
        pass
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
