from pathlib import Path

import pytest

from voicemind.cli import DONE, main


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
