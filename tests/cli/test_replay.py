import json
from pathlib import Path

import av
import numpy as np
import pytest

from tests.backends.llm_service import Service, llm_service
from tests.cli.complaints import complaint
from voicemind.cli import BAD_INPUT, DONE, main


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


def test_an_agenda_that_is_no_text_says_so(recording: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    agenda = tmp_path / "agenda.docx"
    agenda.write_bytes(b"PK\x03\x04\xff\xfe")

    assert main(["replay", str(recording), "--agenda", str(agenda)]) == BAD_INPUT

    assert "UTF-8" in complaint(capsys)


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
