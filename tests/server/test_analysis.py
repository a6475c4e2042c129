"""The process that analyses a recording: nice, cancelled without a trace, and never an orphan."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.backends.asr_service import Answer, serving
from tests.fakes import fake_models, track
from tests.test_recording import write
from voicemind.config import Config
from voicemind.errors import AudioError
from voicemind.server.analysis import NICENESS, analyse
from voicemind.server.jobs import analysis_command
from voicemind.server.recordings import Job, Library, Recording
from voicemind.timeline.formats import FORMATS


def brought(folder: Path, *parts: float, **known: str) -> Path:
    """The folder of a recording."""
    library = Library(folder)
    place = library.new_folder()
    write(place / "source.wav", track(*parts))
    details = {"name": "a.wav", "title": "Weekly", "date": "2026-03-09", "agenda": ""} | known
    library.add(Recording(id=place.name, source="source.wav", size=1, job=Job("1"), **details))  # type: ignore[arg-type]
    return place


def start(place: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "tests.server.scripted_analysis", str(place)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_minutes_are_written_in_every_format(tmp_path: Path) -> None:
    place = brought(tmp_path, 0.5, 1.0, 1.0, agenda="- Budget")
    with start(place) as process:
        assert process.stdout is not None
        rows = [json.loads(line) for line in process.stdout]
        assert process.wait(30) == 0
    assert rows[0]["of"] == 2.5
    written = {path.name for path in place.iterdir()}
    assert written == {"recording.json", "source.wav", "found.json", *(f"minutes.{form}" for form in FORMATS)}
    minutes = json.loads((place / "minutes.json").read_text())
    assert (minutes["title"], minutes["date"], minutes["agenda"][0]["title"]) == ("Weekly", "2026-03-09", "Budget")


def test_a_failure_is_one_line(tmp_path: Path) -> None:
    place = brought(tmp_path, 0.5, 1.0)
    (place / "source.wav").write_text("no sound")
    with start(place) as process:
        assert process.stdout is not None
        [row] = [json.loads(line) for line in process.stdout]
        assert process.wait(30) == 1
    assert "is no recording" in row["error"]
    with pytest.raises(AudioError):
        analyse(place, Config(), lambda done, of: None, fake_models())


def until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_it_lets_others_go_first(tmp_path: Path) -> None:
    place = brought(tmp_path, *[0.5, 1.0] * 100)
    with start(place) as process:
        until(lambda: os.getpriority(os.PRIO_PROCESS, process.pid) == os.getpriority(os.PRIO_PROCESS, 0) + NICENESS)
        process.kill()


def test_it_ends_when_its_parent_does(tmp_path: Path) -> None:
    place = brought(tmp_path, *[0.5, 1.0] * 300)
    with start(place) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["done"] > 0
        process.stdin.close()  # as the end of the parent does
        assert process.wait(5) == 1


def test_real_models_make_minutes_and_torch_is_not_loaded(tmp_path: Path, model_folder: Callable[[str], Path]) -> None:
    for name in ("tiny.en", "silero", "minilm"):
        model_folder(name)
    library = Library(tmp_path)
    place = library.new_folder()
    jfk = Path(__file__).parent.parent / "data" / "jfk.flac"
    (place / "source.flac").write_bytes(jfk.read_bytes())
    library.add(Recording(place.name, "jfk.flac", "JFK", "1961-01-20", "source.flac", 1, Job("1")))
    settings = Config(model="tiny.en", language="en").to_json()
    code = (
        "import sys; from voicemind.server.analysis import main\n"
        "assert main(*sys.argv[1:]) == 0; assert 'torch' not in sys.modules"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(place), settings], stdin=subprocess.PIPE) as process:
        assert process.wait(120) == 0
    assert "what your country can do for you" in (place / "minutes.txt").read_text().lower()


def test_a_recording_is_recognised_by_what_the_server_was_told_to_use(
    tmp_path: Path, model_folder: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("silero", "minilm"):
        model_folder(name)
    library = Library(tmp_path)
    place = library.new_folder()
    jfk = Path(__file__).parent.parent / "data" / "jfk.flac"
    (place / "source.flac").write_bytes(jfk.read_bytes())
    library.add(Recording(place.name, "jfk.flac", "JFK", "1961-01-20", "source.flac", 1, Job("1")))
    with serving(Answer({"text": "Said by the service, all of it."})) as service:
        config = Config(asr="openai", asr_url=service.url, asr_key="secret", diarizer="none", language="en")
        command = analysis_command(config)(place)
        assert "secret" not in " ".join(command)  # everybody on the machine can read it there
        monkeypatch.setenv("VOICEMIND_ASR_KEY", "secret")
        with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
            assert process.wait(120) == 0
    assert "Said by the service, all of it." in (place / "minutes.txt").read_text()
    assert {asked["key"] for asked in service.asked} == {"Bearer secret"}
