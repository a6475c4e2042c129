import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import av
import numpy as np
import pytest

from tests.backends.llm_service import Service, llm_service
from tests.fakes import HashEmbedder, ScriptedAsr, fake_models, track
from tests.test_recording import write
from voicemind.cli import BAD_INPUT, CANCELLED, DONE, FAILED, main
from voicemind.config import Config
from voicemind.errors import BackendError, CacheError, DigestMismatch


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the commands run without real models."""
    monkeypatch.setattr("voicemind.backends.loading.load", lambda config, progress: fake_models())


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    return write(tmp_path / "standup.wav", track(0.5, 1.0, 1.0, 1.0, 1.0))


def complaint(capsys: pytest.CaptureFixture[str]) -> str:
    """The one line that a failed command writes, and nothing else."""
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("voicemind: ")
    assert captured.err.count("\n") == 1
    return captured.err


@pytest.mark.usefixtures("scripted")
def test_replay_prints_markdown(recording: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", str(recording)]) == DONE

    assert capsys.readouterr().out.startswith("# standup")


@pytest.mark.usefixtures("scripted")
def test_replay_writes_every_format_asked_for(recording: Path, tmp_path: Path) -> None:
    outputs = [tmp_path / f"minutes.{suffix}" for suffix in ("md", "json", "srt", "vtt", "rttm", "stm", "txt", "html")]

    assert main(["replay", str(recording), "--quiet", *(f"-o{path}" for path in outputs)]) == DONE

    assert all(path.read_text() for path in outputs)


@pytest.mark.usefixtures("scripted")
def test_replay_with_corrections(recording: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = tmp_path / "corrections.json"
    said.write_text('[{"kind": "rename", "target": "SPEAKER_00", "value": "Maya"}]')

    assert main(["replay", str(recording), "--quiet", "--json", "--corrections", str(said)]) == DONE

    assert [row["name"] for row in json.loads(capsys.readouterr().out)["speakers"]] == ["Maya"]


@pytest.mark.usefixtures("scripted")
@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "cannot be read"),
        ("[", "not JSON"),
        ('[{"kind": "rename"}]', "correction 0001: target"),
        ('[{"kind": "rename", "target": "SPEAKER_07", "value": "x"}]', "no speaker 'SPEAKER_07'"),
    ],
)
def test_corrections_that_are_none_are_bad_input(
    recording: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str | None, says: str
) -> None:
    said = tmp_path / "corrections.json"
    if text is not None:
        said.write_text(text)

    assert main(["replay", str(recording), "--quiet", "--corrections", str(said)]) == BAD_INPUT

    assert says in complaint(capsys)


@pytest.mark.usefixtures("scripted")
def test_replay_of_tracks_with_an_agenda_as_json(
    recording: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    agenda = tmp_path / "agenda.md"
    agenda.write_text("# Weekly\n\n- Budget (10 min) @Maya\n- Launch\n")
    arguments = ["--track", f"Maya={recording}", "--track", f"Tom={recording}", "--agenda", str(agenda)]

    assert main(["replay", *arguments, "--date", "2026-03-09", "--title", "Weekly", "--json"]) == DONE

    minutes = json.loads(capsys.readouterr().out)
    assert minutes["schema"] == "voicemind.minutes/1"
    assert (minutes["title"], minutes["date"]) == ("Weekly", "2026-03-09")
    assert {speaker["name"] for speaker in minutes["speakers"]} == {"Maya", "Tom"}
    assert [item["title"] for item in minutes["agenda"]] == ["Budget", "Launch"]


def broken(tmp_path: Path) -> dict[str, Path]:
    """Files that hold nothing usable, each in its own way."""
    files = {name: tmp_path / name for name in ("empty.wav", "text.wav", "missing.wav", "silent.mp4", "cut.mp4")}
    files["empty.wav"].touch()
    files["text.wav"].write_text("this is not sound\n" * 100)
    with av.open(str(files["silent.mp4"]), "w") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width = stream.height = 32
        stream.pix_fmt = "yuv420p"
        for _ in range(5):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8))))
        container.mux(stream.encode(None))
    whole = files["silent.mp4"].read_bytes()
    files["cut.mp4"].write_bytes(whole[: len(whole) // 2])
    return files


@pytest.mark.usefixtures("scripted")
@pytest.mark.parametrize("name", ["empty.wav", "text.wav", "missing.wav", "silent.mp4", "cut.mp4"])
def test_a_file_without_sound_is_one_line_and_exit_code_2(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = broken(tmp_path)[name]

    assert main(["replay", str(path)]) == BAD_INPUT

    assert name in complaint(capsys)


@pytest.mark.usefixtures("scripted")
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "nothing to replay"),
        (["--track", "Maya"], "NAME=FILE"),
        (["--track", "=x.wav"], "NAME=FILE"),
        (["--track", "Maya=a.wav", "--track", "Maya=b.wav"], "given twice"),
        (["a.wav", "--date", "yesterday"], "2026-03-09"),
        (["a.wav", "--agenda", "nowhere.md"], "cannot be read"),
        (["a.wav", "-o", "minutes.pdf"], "suffix"),
        (["a.wav", "-o", "no/such/folder/minutes.md"], "no folder"),
        (["a.wav", "--diarizer", "pyannote"], "not built yet"),
    ],
)
def test_bad_usage_is_one_line_and_exit_code_2(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["replay", *arguments]) == BAD_INPUT

    assert says in complaint(capsys)


def test_an_unknown_model_is_one_line_that_names_the_known_ones(
    recording: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["replay", str(recording), "--model", "tiny.em"]) == BAD_INPUT

    assert "tiny.en" in complaint(capsys)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (CacheError("no space left in /cache; free some, or name another folder in VOICEMIND_CACHE"), BAD_INPUT),
        (DigestMismatch("model.bin from the hub is not the pinned one"), BAD_INPUT),
        (BackendError("out of memory"), FAILED),
    ],
)
def test_what_fails_behind_a_command_is_one_line(
    error: Exception, code: int, recording: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(config: Config, progress: object) -> None:
        raise error

    monkeypatch.setattr("voicemind.backends.loading.load", fail)

    assert main(["replay", str(recording)]) == code

    assert complaint(capsys) == f"voicemind: {error}\n"


def test_an_agenda_that_is_no_text_says_so(recording: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    agenda = tmp_path / "agenda.docx"
    agenda.write_bytes(b"PK\x03\x04\xff\xfe")

    assert main(["replay", str(recording), "--agenda", str(agenda)]) == BAD_INPUT

    assert "UTF-8" in complaint(capsys)


def test_models_list_names_every_model(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "list"]) == DONE

    lines = capsys.readouterr().out.splitlines()
    assert {"tiny.en", "base", "silero", "minilm"} <= {line.split()[0] for line in lines}


def test_models_path_and_verify(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "path", "silero"]) == DONE
    path = capsys.readouterr().out.strip()
    assert Path(path).is_dir()

    assert main(["models", "verify", "silero"]) == DONE
    assert path in capsys.readouterr().out


def test_a_port_that_is_in_use_is_one_line_and_exit_code_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert main(["serve", "--open", "--port", port, "--data", str(tmp_path)]) == BAD_INPUT

    said = complaint(capsys)
    assert f"port {port} is in use" in said
    assert "--port" in said


def test_an_interrupt_cancels_with_exit_code_130(tmp_path: Path) -> None:
    recording = write(tmp_path / "long.wav", track(*[0.5, 5.0] * 60))
    script = (
        "import sys, time\n"
        "from voicemind.cli import main\n"
        "from voicemind.backends import loading\n"
        "from tests.fakes import ScriptedAsr, fake_models\n"
        "class Slow(ScriptedAsr):\n"
        "    def transcribe(self, requests):\n"
        "        print('busy', flush=True)\n"
        "        time.sleep(0.5)\n"
        "        return super().transcribe(requests)\n"
        "loading.load = lambda config, progress: fake_models(Slow())\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, "replay", str(recording)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parent.parent,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "busy\n"
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)

    assert process.returncode == CANCELLED
    assert errors == "voicemind: cancelled\n"


def test_importing_voicemind_loads_no_model_runtime_and_is_fast() -> None:
    script = (
        "import sys, voicemind; print(sorted({'torch', 'aiortc', 'faster_whisper', 'numpy', 'av'} & set(sys.modules)))"
    )

    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "[]"


@pytest.mark.usefixtures("scripted")
@pytest.mark.parametrize("status", [200, 500])
def test_replay_with_a_language_model(recording: Path, capsys: pytest.CaptureFixture[str], status: int) -> None:
    with llm_service(Service(pieces=["Word after word [1]."], status=status)) as service:
        flags = ["--llm-url", service.url, "--llm-model", "tiny"]
        assert main(["replay", str(recording), "--json", "--quiet", *flags]) == 0
    found = [i["text"] for i in json.loads(capsys.readouterr().out)["insights"] if i["kind"] == "summary"]
    assert ("Word after word." in found) == (status == 200)
    assert len(service.asked) == 1


def test_a_language_model_has_an_address_and_a_name(recording: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", str(recording), "--llm-model", "tiny"]) == 2
    assert "go together" in capsys.readouterr().err


@pytest.fixture
def embedder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voicemind.backends.loading.load_embedder", lambda progress: HashEmbedder())


@pytest.mark.usefixtures("embedder")
def test_documents_are_indexed_and_searched(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, index = tmp_path / "docs", ["--index", str(tmp_path / "index.sqlite")]
    folder.mkdir()
    (folder / "travel.md").write_text("# Travel\n\nTrains instead of flights under six hours.")
    (folder / "pay.txt").write_text("Salaries come on the last working day.")
    (folder / "broken.txt").write_bytes(b"\xff\xfe\x00\x01")
    assert main(["index", str(folder), *index]) == DONE
    captured = capsys.readouterr()
    assert captured.out == "2 documents read, 0 as they were, 0 dropped\n"
    assert "broken.txt" in captured.err.replace("\n", "")
    assert main(["search", "trains or flights", "--most", "1", *index]) == DONE
    assert capsys.readouterr().out.startswith(f"{folder / 'travel.md'} · Travel (")


@pytest.mark.usefixtures("embedder")
def test_documents_that_there_are_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    index = ["--index", str(tmp_path / "index.sqlite")]
    assert main(["search", "trains", *index]) == BAD_INPUT
    assert "voicemind index FOLDER" in complaint(capsys)
    assert main(["index", str(tmp_path / "none"), *index]) == BAD_INPUT
    assert "no folder" in complaint(capsys)


def test_words_to_expect_come_from_a_file(
    recording: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asr = ScriptedAsr()
    monkeypatch.setattr("voicemind.backends.loading.load", lambda config, progress: fake_models(asr))
    (tmp_path / "terms.txt").write_text("Northgate\n")

    assert main(["replay", str(recording), "--hints", str(tmp_path / "terms.txt"), "--quiet"]) == DONE
    assert {request.hints for request in asr.requests} == {("Northgate",)}
    capsys.readouterr()
    assert main(["replay", str(recording), "--hints", str(tmp_path / "none.txt")]) == BAD_INPUT
    assert "none.txt: the terms cannot be read" in complaint(capsys)
