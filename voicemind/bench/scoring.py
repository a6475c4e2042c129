"""The scoring scripts for annotated meetings, run beside the bench: their tasks and their figures."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voicemind.errors import InputError

# Task: the script, the corpora that it can score, what it is asked for.
_SCRIPTS: Mapping[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "topics": ("score_topics.py", ("ami", "qmsum"), ()),
    "actions": ("score_actions.py", ("ami",), ("--linked",)),
    "agenda": ("score_agenda.py", ("ami", "qmsum"), ()),
    "talk": ("score_talk.py", ("ami",), ()),
}
_LIMIT = 1800.0  # seconds; a script that hangs is ended


@dataclass(frozen=True, slots=True)
class Scorers:
    """A folder of scoring scripts, the folder of the corpora, and the split that is scored."""

    folder: Path
    data: Path
    split: str = "dev"
    only: str = ""

    def tasks(self, corpus: str) -> dict[str, Any]:
        """Return the agenda tasks of a corpus."""
        tasks: dict[str, Any] = json.loads(self._run("agenda_tasks.py", "--corpus", corpus))
        return {name: task for name, task in tasks.items() if self.wanted(name)}

    def wanted(self, name: str) -> bool:
        """Tell whether a meeting or task is scored."""
        return name.startswith(tuple(self.only.split(",")))

    def rows(self, corpus: str, system: Path) -> Iterator[Mapping[str, Any]]:
        """Score an output; one row a figure that a script prints."""
        only = ("--only", self.only) if self.only else ()
        for task, (script, of, flags) in _SCRIPTS.items():
            if corpus in of:
                for found in _objects(self._run(script, str(system), "--corpus", corpus, *flags, *only)):
                    yield {"task": found.pop("kind", task), "corpus": corpus, "split": self.split, **found}

    def _run(self, script: str, *arguments: str) -> str:
        path = self.folder / script
        if not path.is_file():
            raise InputError(f"{path}: there is no such script; --scorers names the folder of the scoring scripts")
        command = [sys.executable, str(path), *arguments, "--split", self.split, "--data", str(self.data)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=_LIMIT, check=False)  # noqa: S603
        if done.returncode:
            raise InputError(f"{path.name} failed: {done.stderr.strip().splitlines()[-1:]}")
        return done.stdout


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """Read JSON objects that stand one after the other."""
    decoder, place = json.JSONDecoder(), 0
    while (place := text.find("{", place)) >= 0:
        found, place = decoder.raw_decode(text, place)
        yield found
