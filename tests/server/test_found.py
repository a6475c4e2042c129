import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from tests.timeline.strategies import few, meetings
from tests.timeline.test_amendment import meeting
from voicemind.errors import CorrectionError
from voicemind.server import found
from voicemind.timeline.amendment import said_of
from voicemind.timeline.corrections import Correction
from voicemind.timeline.formats import FORMATS, render
from voicemind.timeline.minutes import Minutes


@settings(few, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(meetings())
def test_what_was_found_is_read_back_as_it_was(tmp_path: Path, minutes: Minutes) -> None:
    found.keep(tmp_path, minutes)
    again = found.found(tmp_path)
    assert [turn.id for turn in again.transcript] == [turn.id for turn in minutes.transcript]
    assert again.duration == minutes.duration
    assert len(again.annotation) == len(minutes.annotation)


def test_minutes_are_the_same_in_every_format(tmp_path: Path) -> None:
    minutes = meeting()
    found.keep(tmp_path, minutes)
    for form in FORMATS:
        assert render(found.found(tmp_path), form) == render(minutes, form)


def rename(minutes: Minutes) -> Correction:
    return said_of(Correction("c", "rename", "S0", "Maya", "p", 5.0), minutes)


def test_minutes_are_written_anew_where_something_was_corrected(tmp_path: Path) -> None:
    found.keep(tmp_path, meeting())
    (tmp_path / "minutes.txt").write_text("as it was found")
    assert found.written(tmp_path, "txt").read_text() == "as it was found"
    assert found.correct(tmp_path, rename).segments
    os.utime(tmp_path / "minutes.txt", (1, 1))
    text = found.written(tmp_path, "txt").read_text()
    assert "Maya: a b c" in text
    (tmp_path / "minutes.txt").write_text("kept")
    assert found.written(tmp_path, "txt").read_text() == "kept"
    assert [c.value for c in found.corrections(tmp_path)] == ["Maya"]
    assert "S0" not in found.written(tmp_path, "md").read_text()


def test_what_cannot_be_read_says_so_and_nothing_is_lost(tmp_path: Path) -> None:
    with pytest.raises(CorrectionError, match="earlier version"):
        found.correct(tmp_path, rename)
    found.keep(tmp_path, meeting())
    (tmp_path / found.CORRECTIONS).write_text("{")
    with pytest.raises(CorrectionError, match="not JSON"):
        found.correct(tmp_path, rename)
    assert (tmp_path / found.CORRECTIONS).read_text() == "{"
    (tmp_path / found.CORRECTIONS).unlink()
    (tmp_path / found.FOUND).write_text(json.dumps({"title": "x"}))
    with pytest.raises(CorrectionError, match="bring it again"):
        found.correct(tmp_path, rename)
