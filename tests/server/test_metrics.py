import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from tests.fakes import fake_models
from tests.server.visits import Visits
from voicemind.backends.loading import Models
from voicemind.config import Config, ServeConfig
from voicemind.errors import BoardError, ModelUnavailable
from voicemind.server.app import Parts, create_app
from voicemind.weights.transfer import Progress


def figures(visits: Visits) -> dict[str, float]:
    families = text_string_to_metric_families(visits.client.get("/metrics", headers=visits.bearer("read")).text)
    return {
        sample.name + "".join(f"|{value}" for value in sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_figures_tell_what_there_is(visits: Visits) -> None:
    visits.room()
    visits.client.get("/api/rooms/weekly", headers=visits.bearer())
    visits.client.get("/api/rooms/weekly")
    with visits.client.websocket_connect(f"/sync/weekly?token={visits.token()}") as sync:
        sync.send_bytes(b"\x00\x00\x01\x00")
        sync.receive_bytes()
        with visits.client.websocket_connect(f"/events/weekly?token={visits.token()}"):
            until(lambda: figures(visits)["voicemind_event_watchers"] == 1)
            found = figures(visits)
    assert found["voicemind_rooms"] == 1
    assert found["voicemind_sync_connections"] == 1
    assert found["voicemind_participants"] == 0
    assert found["voicemind_jobs|queued"] == 0
    assert found["voicemind_lag_seconds"] == 0.0
    assert found["voicemind_rung"] == 0
    assert found["voicemind_waiting_seconds"] == 0.0
    assert found["voicemind_boards_failing"] == 0
    assert found["voicemind_http_seconds_count|GET|show_room|200"] == 1
    assert found["voicemind_http_seconds_count|GET|show_room|401"] == 1
    assert found["process_resident_memory_bytes"] > 1e6


def test_figures_name_nobody_and_no_room(visits: Visits) -> None:
    visits.room("secret-room")
    visits.client.get("/api/rooms/secret-room?participant=maya", headers=visits.bearer())
    visits.client.request("SPY", "/anything")
    text = visits.client.get("/metrics", headers=visits.bearer("read")).text
    assert "secret" not in text
    assert "maya" not in text
    assert "SPY" not in text


def test_readiness_waits_for_the_models(config: ServeConfig, parts: Parts) -> None:
    steps: list[Progress] = []
    loaded: list[Models] = []

    def load(_: Config, progress: Progress) -> Models:
        steps.append(progress)
        progress(5, 10, "downloading base")
        while not loaded:
            time.sleep(0.01)
        return loaded[0]

    with TestClient(create_app(config, replace(parts, load=load))) as client:
        until(lambda: bool(steps))
        response = client.get("/readyz")
        assert response.status_code == 503
        assert response.json() == {
            "ready": False,
            "models": {"state": "loading", "step": "downloading base", "done": 5, "of": 10},
            "degraded": [],
        }
        assert client.get("/healthz").json() == {"status": "ok", "degraded": []}
        loaded.append(fake_models())
        until(lambda: client.get("/readyz").status_code == 200)
        assert client.get("/readyz").json() == {"ready": True, "models": {"state": "ready"}, "degraded": []}
        with pytest.raises(RuntimeError, match="stopped"):
            steps[0](6, 10, "still downloading")


def test_models_that_cannot_be_had_are_told(config: ServeConfig, parts: Parts) -> None:
    def load(_: Config, __: Progress) -> Models:
        raise ModelUnavailable("no source could give base")

    with TestClient(create_app(config, replace(parts, load=load))) as client:
        until(lambda: client.get("/readyz").json()["models"]["state"] == "failed")
        why = "meetings are not transcribed: no source could give base"
        assert client.get("/readyz").status_code == 503
        assert client.get("/healthz").json() == {"status": "degraded", "degraded": [why]}


def test_a_board_that_cannot_be_written_is_told(visits: Visits, monkeypatch: pytest.MonkeyPatch) -> None:
    room = visits.room()
    until(lambda: visits.client.get("/readyz").status_code == 200)
    monkeypatch.setattr(room.board._owner, "failing", BoardError("the disk is full"))
    assert visits.client.get("/readyz").status_code == 503
    assert visits.client.get("/healthz").json()["degraded"] == ["1 boards cannot be written: the disk is full"]
    assert figures(visits)["voicemind_boards_failing"] == 1


def test_a_server_stops_although_its_models_are_on_their_way(config: ServeConfig, parts: Parts, tmp_path: Path) -> None:
    ended: list[bool] = []

    def load(_: Config, progress: Progress) -> Models:
        try:
            for step in range(2000):
                progress(step, 2000, "downloading base")
                time.sleep(0.01)
        finally:
            ended.append(True)
        return fake_models()

    began = time.monotonic()
    with TestClient(create_app(config, replace(parts, load=load))) as client:
        client.get("/healthz")
    until(lambda: bool(ended))
    assert time.monotonic() - began < 5
