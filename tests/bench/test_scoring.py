from pathlib import Path

import pytest

from voicemind.bench.scoring import Scorers
from voicemind.errors import InputError

ECHO = """import json, sys
print(json.dumps({"kind": "off", "auc": 0.75, "asked": sys.argv[1:]}, indent=2))
print("a line between")
print(json.dumps({"kind": "avoid", "auc": 0.5}))
"""
TASKS = """import json
print(json.dumps({"ES1a/full": {"meeting": "ES1a"}, "IS2b/full": {"meeting": "IS2b"}}))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("score_topics.py", "score_actions.py", "score_agenda.py", "score_talk.py"):
        (tmp_path / name).write_text(ECHO)
    (tmp_path / "agenda_tasks.py").write_text(TASKS)
    return tmp_path


def test_each_object_that_a_script_prints_is_a_row(folder: Path) -> None:
    rows = list(Scorers(folder, folder / "data", "held-out", "ES1,IS2").rows("qmsum", folder / "out.json"))
    assert [row["task"] for row in rows] == ["off", "avoid"] * 2  # topics and agenda; the others score AMI alone
    assert {row["split"] for row in rows} == {"held-out"}
    asked = rows[0]["asked"]
    assert asked[0] == str(folder / "out.json")
    for flag, value in (
        ("--corpus", "qmsum"),
        ("--split", "held-out"),
        ("--data", f"{folder}/data"),
        ("--only", "ES1,IS2"),
    ):
        assert asked[asked.index(flag) + 1] == value
    linked = [row for row in Scorers(folder, folder).rows("ami", folder) if "--linked" in row.get("asked", ())]
    assert len(linked) == 1


def test_tasks_of_the_meetings_that_are_wanted(folder: Path) -> None:
    assert set(Scorers(folder, folder).tasks("ami")) == {"ES1a/full", "IS2b/full"}
    assert set(Scorers(folder, folder, only="IS2").tasks("ami")) == {"IS2b/full"}


def test_a_script_that_is_missing_or_fails(folder: Path) -> None:
    with pytest.raises(InputError, match="scoring scripts"):
        Scorers(folder / "no", folder).tasks("ami")
    (folder / "agenda_tasks.py").write_text("raise SystemExit('no such split')")
    with pytest.raises(InputError, match="no such split"):
        Scorers(folder, folder).tasks("ami")
