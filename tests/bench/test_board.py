import shutil
from pathlib import Path

import pytest

from voicemind.bench.board import HOCUSPOCUS, Scenario, install, measure, started
from voicemind.errors import BackendError, InputError

KEYS = {"clients", "rate", "cpu_us_per_update", "p50_ms", "p95_ms", "p99_ms", "rss_mb", "frames"}


def test_a_small_board_is_measured_on_a_real_server() -> None:
    report = measure(Scenario(clients=4, rate=5, seconds=1, writers=2, cursors=5))

    (row,) = report.rows
    assert row.keys() >= KEYS
    assert (row["clients"], row["writers"], row["updates"]) == (4, 2, 10)
    assert row["delivered"] == 1.0
    assert row["same"]
    assert row["closed"] == 0
    assert row["presence_a_second"] > 0
    assert row["rss_mb"] > 10


@pytest.mark.parametrize(
    "scenario",
    [
        Scenario(clients=1, rate=1, seconds=1),
        Scenario(clients=3, rate=1, seconds=1, writers=4),
        Scenario(clients=3, rate=0, seconds=1),
    ],
)
def test_a_scenario_without_sense_is_bad_input(scenario: Scenario) -> None:
    with pytest.raises(InputError):
        measure(scenario)


def test_a_server_that_does_not_start_is_told() -> None:
    with pytest.raises(BackendError, match="did not start"), started(["true"]):
        pass


def test_a_peer_needs_npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(BackendError, match="without --peer"):
        install(HOCUSPOCUS, tmp_path / "peer")
