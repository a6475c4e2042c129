"""``voicemind bench insight``: what is said of annotated meetings, scored as the scripts define it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voicemind.bench.annotated import corpora, read_meeting
from voicemind.bench.kept_vectors import KeptVectors
from voicemind.bench.listening import Answer, Listener, Spent
from voicemind.bench.report import Report, Row
from voicemind.bench.scoring import Scorers
from voicemind.errors import InputError
from voicemind.insight.ports import TextEmbedder


@dataclass(frozen=True, slots=True)
class Options:
    """What to do: ``tasks`` and ``scorers`` may be missing, ``only`` are prefixes of meetings, with commas."""

    out: Path
    tasks: Path | None = None
    scorers: Path | None = None
    vectors: Path | None = None
    split: str = "dev"
    only: str = ""


def measure(folder: Path, embedder: TextEmbedder, options: Options) -> Report:
    """Listen to the meetings of a folder, or of each corpus in it; write the answers, and score them.

    With several corpora each has a file of its own, its name behind that of ``out``: meetings of two
    corpora may be called alike. Raises InputError.
    """
    found = corpora(folder)
    tasks = _read_tasks(options.tasks) if options.tasks else {}
    if tasks and len(found) > 1:
        name = max(found, key=lambda corpus: len(_named(found[corpus]) & {t["meeting"] for t in tasks.values()}))
        found = {name: found[name]}
    rows: list[Row] = []
    for corpus, files in found.items():
        data = folder if (folder / corpus).is_dir() else folder.parent
        scorers = Scorers(options.scorers, data, options.split, options.only) if options.scorers else None
        out = options.out if len(found) == 1 else options.out.with_stem(f"{options.out.stem}-{corpus}")
        asked = tasks or (scorers.tasks(corpus) if scorers else {})
        chosen = [path for path in files if path.name.startswith(tuple(options.only.split(",")))]
        rows += _listen(corpus, chosen, asked, KeptVectors(embedder, _kept(options.vectors, corpus)), out)
        if scorers:
            rows += scorers.rows(corpus, out)
    return Report("voicemind bench insight", rows)


def _listen(
    corpus: str, files: Sequence[Path], tasks: Mapping[str, Mapping[str, Any]], embedder: KeptVectors, out: Path
) -> Iterator[Row]:
    """Write the answers for one corpus; yield a row of what listening cost."""
    answers: dict[str, Answer] = {}
    spent, asked = Spent(), 0
    for path in files:
        listener = Listener(read_meeting(path), embedder)
        answers[listener.meeting.name] = listener.meeting_answer(spent)
        mine = {name: task for name, task in tasks.items() if task["meeting"] == listener.meeting.name}
        answers |= {name: listener.task_answer(task) for name, task in mine.items()}
        asked += len(mine)
        embedder.save()
    try:
        out.write_text(json.dumps(answers), encoding="utf-8")
    except OSError as error:
        raise InputError(f"{out}: cannot be written ({error.strerror})") from None
    yield {
        "task": "cost",
        "corpus": corpus,
        "meetings": len(files),
        "tasks": asked,
        "hours": spent.meeting / 3600,
        "cpu_per_second": spent.cpu / spent.meeting if spent.meeting else 0.0,
    }


def _read_tasks(path: Path) -> dict[str, Any]:
    try:
        tasks: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: no tasks ({error}); give what agenda_tasks.py printed") from None
    return tasks


def _named(files: Sequence[Path]) -> set[str]:
    return {path.name.partition(".")[0] for path in files}


def _kept(folder: Path | None, corpus: str) -> Path | None:
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{corpus}.npz" if folder is not None else None
