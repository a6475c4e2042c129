from pathlib import Path

import pytest

from tests.cli.complaints import complaint
from tests.fakes import HashEmbedder
from voicemind.cli import BAD_INPUT, DONE, main


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
