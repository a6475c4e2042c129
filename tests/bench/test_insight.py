import json
from pathlib import Path

import pytest

from tests.bench.test_annotated import row, write
from tests.bench.test_scoring import ECHO
from tests.fakes import HashEmbedder
from voicemind import cli
from voicemind.bench.insight import Options, measure
from voicemind.errors import InputError

AGENDA = [{"label": "Budget", "description": ""}, {"label": "Launch", "description": ""}]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for corpus in ("ami", "qmsum"):
        for name in ("M1", "M2"):
            times = (0.0, 30.0) if corpus == "ami" else (None, None)
            write(
                tmp_path / "data" / corpus / f"{name}.json.gz", [row(0, "A", "the budget is tight this winter", *times)]
            )
    return tmp_path / "data"


def test_answers_are_written_a_file_a_corpus(data: Path, tmp_path: Path) -> None:
    report = measure(data, HashEmbedder(), Options(tmp_path / "out.json", vectors=tmp_path / "kept"))
    for corpus in ("ami", "qmsum"):
        assert set(json.loads((tmp_path / f"out-{corpus}.json").read_text())) == {"M1", "M2"}
        assert (tmp_path / "kept" / f"{corpus}.npz").is_file()
    assert [(r["task"], r["corpus"], r["meetings"]) for r in report.rows] == [("cost", "ami", 2), ("cost", "qmsum", 2)]


def test_tasks_are_answered_for_the_corpus_that_they_are_of(data: Path, tmp_path: Path) -> None:
    write(data / "qmsum" / "only.json.gz", [row(0, "A", "the launch is late")])
    tasks = {"only/full": {"meeting": "only", "kind": "full", "agenda": AGENDA}}
    (tmp_path / "tasks.json").write_text(json.dumps(tasks))
    measure(data, HashEmbedder(), Options(tmp_path / "out.json", tasks=tmp_path / "tasks.json"))
    found = json.loads((tmp_path / "out.json").read_text())
    assert set(found) == {"M1", "M2", "only", "only/full"}
    assert set(found["only/full"]) == {"drift", "alerts"}


def test_figures_of_the_scripts_follow(data: Path, tmp_path: Path) -> None:
    scripts = tmp_path / "score"
    scripts.mkdir()
    for name in ("score_topics.py", "score_actions.py", "score_agenda.py", "score_talk.py"):
        (scripts / name).write_text(ECHO)
    (scripts / "agenda_tasks.py").write_text("print('{}')")
    report = measure(data / "ami", HashEmbedder(), Options(tmp_path / "out.json", scorers=scripts, only="M1"))
    assert [r["task"] for r in report.rows] == ["cost", *["off", "avoid"] * 4]
    assert report.rows[1]["asked"][report.rows[1]["asked"].index("--data") + 1] == str(data)
    assert set(json.loads((tmp_path / "out.json").read_text())) == {"M1"}
    assert report.table().count("auc") >= 2


def test_bad_input(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "tasks.json").write_text("[")
    with pytest.raises(InputError, match="agenda_tasks"):
        measure(data, HashEmbedder(), Options(tmp_path / "out.json", tasks=tmp_path / "tasks.json"))
    with pytest.raises(InputError, match="cannot be written"):
        measure(data / "ami", HashEmbedder(), Options(tmp_path / "no" / "out.json"))
    with pytest.raises(SystemExit) as exit_:
        cli.main(["bench", "insight", str(data)])
    assert exit_.value.code == 2
    assert "--out" in capsys.readouterr().err
