from pathlib import Path
from typing import Any

import pytest

from tests.bench.test_annotated import row, write
from tests.fakes import HashEmbedder
from voicemind.bench.annotated import read_meeting
from voicemind.bench.listening import Listener, Spent

BUDGET = "now the budget of the winter catalogue is what we talk about"
GOAT = "once upon a time a goat was eating lemon cake in the harbour"


def listener(tmp_path: Path, timed: bool) -> Listener:
    """Five minutes of one subject, then five of another, by another."""
    rows: list[dict[str, Any]] = []
    for number in range(60):
        text, who = (BUDGET, "A") if number < 30 else (GOAT, "B")
        if number == 30:
            text = f"okay next point {text}"
        times = (10.0 * number, 10.0 * number + 9) if timed else (None, None)
        rows.append(row(number, who, text, *times))
    return Listener(read_meeting(write(tmp_path / "M.json.gz", rows)), HashEmbedder())


def test_a_meeting_is_answered_for(tmp_path: Path) -> None:
    spent = Spent()
    answer = listener(tmp_path, timed=True).meeting_answer(spent)
    assert answer["boundaries"] == [300.0]
    assert answer["share"] == pytest.approx({"A": 0.5, "B": 0.5}, abs=0.02)
    assert answer["floor_takes"] == []
    assert spent.meeting == 599.0
    assert spent.cpu > 0


def test_without_times_places_are_utterances(tmp_path: Path) -> None:
    assert listener(tmp_path, timed=False).meeting_answer(Spent())["boundaries"] in ([], [30.0])


@pytest.mark.parametrize(("timed", "steps"), [(True, 30), (False, 60)])
def test_tasks_of_drift(tmp_path: Path, timed: bool, steps: int) -> None:
    agenda = [{"label": "Budget", "description": "winter catalogue"}, {"label": "Launch"}]
    answer = listener(tmp_path, timed).task_answer({"kind": "off", "agenda": agenda})
    assert len(answer["drift"]) >= steps
    assert all(0 <= value <= 1 for value in answer["drift"])
    half = steps // 2
    assert sum(answer["drift"][half - 5 : half]) < sum(answer["drift"][steps - 5 : steps])
    assert all(start < end for start, end in answer["alerts"])


def test_tasks_of_coverage(tmp_path: Path) -> None:
    agenda = [{"label": "Hiring", "description": ""}, {"label": "Budget of the winter catalogue", "description": ""}]
    answer = listener(tmp_path, timed=True).task_answer({"kind": "avoid", "agenda": agenda})
    hiring, budget = answer["coverage"]
    assert budget > 0.5 > hiring
    assert answer["never"] == [0]
