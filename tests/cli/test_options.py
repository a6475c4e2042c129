from pathlib import Path

import pytest

from tests.cli.complaints import complaint
from tests.fakes import ScriptedAsr, fake_models
from voicemind.cli import BAD_INPUT, DONE, main


def test_an_unknown_model_is_one_line_that_names_the_known_ones(
    recording: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["replay", str(recording), "--model", "tiny.em"]) == BAD_INPUT

    assert "tiny.en" in complaint(capsys)


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
