import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from voicemind.bench.annotated import WORD, corpora, read_meeting, utterance
from voicemind.errors import InputError
from voicemind.timeline.event import Tick
from voicemind.timeline.segment import Segment


def row(number: int, speaker: str, text: str, start: float | None = None, end: float | None = None) -> dict[str, Any]:
    words = None
    if start is not None and end is not None:
        said = text.split()
        step = (end - start) / max(1, len(said))
        words = [[w, start + n * step, start + (n + 1) * step] for n, w in enumerate(said)]
    return {"id": f"u{number}", "speaker": speaker, "text": text, "start": start, "end": end, "words": words}


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    people = [{"id": "A", "role": "chair"}, {"id": "B", "role": None}]
    path.parent.mkdir(parents=True, exist_ok=True)
    content = json.dumps({"meeting": path.name.partition(".")[0], "participants": people, "utterances": rows})
    path.write_bytes(gzip.compress(content.encode()))
    return path


def test_a_meeting_with_times(tmp_path: Path) -> None:
    rows = [
        row(0, "A", "good morning all", 0.0, 9.0),
        row(1, "B", "hello", 2.0, 3.0),
        row(2, "A", "", 9.0, 9.5),
        row(3, "A", "so let us start", 9.1, 11.0),
    ]
    meeting = read_meeting(write(tmp_path / "M1.json.gz", rows))
    assert meeting.timed
    assert [p.name for p in meeting.participants] == ["chair", "B"]
    assert [turn.id for turn in meeting.turns] == ["u1", "u0", "u3"]  # by their ends
    # Words of one speaker that are less than 0.3 s apart are one stretch of speech.
    assert [(s.speaker, s.segment) for s in meeting.speech] == [("A", Segment(0.0, 11.0)), ("B", Segment(2.0, 3.0))]
    events = meeting.events()
    times = [event.time for event in events]
    assert times == sorted(times)
    assert sum(isinstance(event, Tick) for event in events) == 12


def test_a_meeting_without_times_is_laid_out_and_long_turns_are_cut(tmp_path: Path) -> None:
    long = ". ".join(" ".join(["word"] * 20) for _ in range(3)) + ". " + " ".join(["on"] * 50)
    meeting = read_meeting(
        write(tmp_path / "M2.json.gz", [row(0, "A", "hello there"), row(1, "B", ""), row(2, "B", long)])
    )
    assert not meeting.timed
    assert meeting.turns[0].segment == Segment(0.0, 2 * WORD)
    assert {utterance(turn.id) for turn in meeting.turns[1:]} == {"u2"}
    assert len(meeting.turns) > 4
    assert all(len(turn.text.split()) <= 37 for turn in meeting.turns)
    assert " ".join(turn.text for turn in meeting.turns[1:]) == long
    assert meeting.end == pytest.approx(112 * WORD)
    assert meeting.utterances == {"u0": 0, "u1": 1, "u2": 2}


def test_corpora_are_a_folder_or_the_folders_in_it(tmp_path: Path) -> None:
    for name in ("ami/a.json.gz", "ami/b.json.gz", "qmsum/a.json.gz"):
        write(tmp_path / name, [])
    assert {name: len(files) for name, files in corpora(tmp_path).items()} == {"ami": 2, "qmsum": 1}
    assert list(corpora(tmp_path / "ami")) == ["ami"]


def test_bad_input(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no meetings"):
        corpora(tmp_path)
    (tmp_path / "x.json.gz").write_bytes(b"no gzip")
    with pytest.raises(InputError, match=r"x\.json\.gz"):
        read_meeting(tmp_path / "x.json.gz")
    (tmp_path / "y.json").write_text('{"meeting": "y"}')
    with pytest.raises(InputError, match="not an annotated meeting"):
        read_meeting(tmp_path / "y.json")
