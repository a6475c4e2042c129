import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.fakes import track
from tests.server.visits import Visits
from tests.test_recording import write
from voicemind.config import ServeConfig
from voicemind.server.app import Parts, create_app
from voicemind.timeline.formats import FORMATS


def bring(visits: Visits, file: Path, name: str | None = None, **fields: str) -> Any:
    with file.open("rb") as content:
        return visits.client.post(
            "/api/recordings", files={"file": (name or file.name, content)}, data=fields, headers=visits.bearer("write")
        )


def get(visits: Visits, path: str, **headers: str) -> Any:
    return visits.client.get(path, headers={**visits.bearer("read"), **headers})


def wait(condition: Callable[[], Any], seconds: float = 20) -> Any:
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.02)
    return found


def until(visits: Visits, recording: str, *states: str) -> dict[str, Any]:
    """The recording once it is in one of these states."""

    def there() -> dict[str, Any] | None:
        body: dict[str, Any] = get(visits, f"/api/recordings/{recording}").json()
        return body if body["state"] in states else None

    found: dict[str, Any] = wait(there)
    return found


def folders(visits: Visits) -> list[str]:
    return [folder.name for folder in (visits.services.config.data / "recordings").iterdir()]


def test_a_recording_becomes_minutes(visits: Visits, speech: Path) -> None:
    response = bring(visits, speech, "Weekly ‐ März.wav", agenda="- Budget", date="2026-03-09")
    assert response.status_code == 202
    accepted = response.json()
    assert response.headers["location"] == f"/api/recordings/{accepted['id']}"
    done = until(visits, accepted["id"], "done", "failed")
    assert {key: done[key] for key in ("name", "title", "date", "state", "job", "error", "done", "of", "duration")} == {
        "name": "Weekly ‐ März.wav",
        "title": "Weekly ‐ März",
        "date": "2026-03-09",
        "state": "done",
        "job": accepted["job"],
        "error": None,
        "done": 3.0,
        "of": 3.0,
        "duration": 3.0,
    }
    assert done["size"] == speech.stat().st_size

    minutes = get(visits, f"/api/recordings/{accepted['id']}/minutes")
    body = minutes.json()
    assert (body["title"], body["date"], body["agenda"][0]["title"]) == ("Weekly ‐ März", "2026-03-09", "Budget")
    assert len(body["turns"]) == 1
    for form in FORMATS:
        saved = get(visits, f"/api/recordings/{accepted['id']}/minutes?format={form}")
        assert saved.status_code == 200
        assert saved.headers["content-disposition"].endswith(f"Weekly%20%E2%80%90%20M%C3%A4rz.{form}")
    same = get(visits, f"/api/recordings/{accepted['id']}/minutes", **{"If-None-Match": minutes.headers["etag"]})
    assert same.status_code == 304

    [listed] = get(visits, "/api/recordings").json()["recordings"]
    assert listed == done


def test_the_job_is_told_as_it_goes_and_the_stream_ends_with_it(visits: Visits, speech: Path) -> None:
    accepted = bring(visits, speech).json()
    rows, last_id = [], ""
    with visits.client.stream("GET", f"/api/jobs/{accepted['job']}/events", headers=visits.bearer("read")) as events:
        assert events.headers["content-type"].startswith("text/event-stream")
        for line in events.iter_lines():
            if line.startswith("data: "):
                rows.append(json.loads(line[6:]))
            elif line.startswith("id: "):
                last_id = line[4:]
    assert all(row["id"] == accepted["job"] and row["recording"] == accepted["id"] for row in rows)
    states = [row["state"] for row in rows]
    assert states == sorted(states, key=["queued", "running", "done"].index)
    job = {"id": accepted["job"], "recording": accepted["id"], "done": 3.0, "of": 3.0, "state": "done"}
    assert (rows[-1]["type"], str(rows[-1]["seq"]), rows[-1]["data"]) == ("job", last_id, job)
    assert rows[-1].items() >= job.items()  # beside it, too
    assert get(visits, f"/api/jobs/{accepted['job']}").json() == job
    again = get(visits, f"/api/jobs/{accepted['job']}/events", **{"Last-Event-ID": last_id})
    assert again.status_code == 204


def test_jobs_wait_for_each_other_and_can_be_cancelled(visits: Visits, speech: Path) -> None:
    slow = bring(visits, speech, title="slow").json()
    waiting = bring(visits, speech, title="waiting").json()
    assert until(visits, slow["id"], "running")["state"] == "running"
    wait(lambda: get(visits, f"/api/jobs/{slow['job']}").json()["done"] == 1.0)
    assert get(visits, f"/api/jobs/{slow['job']}").json()["of"] == 600.0
    assert get(visits, f"/api/jobs/{waiting['job']}").json()["state"] == "queued"
    assert get(visits, f"/api/recordings/{waiting['id']}/minutes").status_code == 409

    def cancel(job: str) -> Any:
        return visits.client.delete(f"/api/jobs/{job}", headers=visits.bearer("write")).json()["state"]

    third = bring(visits, speech, title="third").json()
    assert cancel(third["job"]) == "cancelled"
    assert cancel(slow["job"]) == "cancelled"
    assert until(visits, waiting["id"], "done", "failed")["state"] == "done"
    assert cancel(waiting["job"]) == "done"
    assert get(visits, f"/api/recordings/{third['id']}").json()["state"] == "cancelled"
    told = get(visits, f"/api/recordings/{slow['id']}/minutes")
    assert (told.status_code, "cancelled" in told.json()["detail"]) == (409, True)


def test_a_process_that_dies_fails_its_own_job_alone(visits: Visits, speech: Path) -> None:
    broken = bring(visits, speech, title="broken").json()
    failed = until(visits, broken["id"], "failed", "done")
    assert failed["error"] == "the analysis broke off (-11); bring the recording again"
    assert failed["error"] in get(visits, f"/api/recordings/{broken['id']}/minutes").json()["detail"]
    fine = bring(visits, speech).json()
    assert until(visits, fine["id"], "failed", "done")["state"] == "done"


def test_a_recording_is_deleted_with_all_that_came_of_it(visits: Visits, speech: Path) -> None:
    done, slow = bring(visits, speech).json(), bring(visits, speech, title="slow").json()
    until(visits, done["id"], "done")
    until(visits, slow["id"], "running")
    for recording in (slow["id"], done["id"]):
        path = f"/api/recordings/{recording}"
        assert visits.client.delete(path, headers=visits.bearer("write")).status_code == 204
        assert get(visits, path).status_code == 404
        assert get(visits, f"{path}/minutes").status_code == 404
    assert get(visits, "/api/recordings").json() == {"recordings": []}
    assert folders(visits) == []
    later = bring(visits, speech).json()
    assert until(visits, later["id"], "done", "failed")["state"] == "done"


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    path = tmp_path / "notes.txt"
    path.write_text("These are the notes of the meeting, and no sound at all.\n" * 50)
    return path


@pytest.mark.parametrize("name", ["notes.txt", "notes.wav", "../../etc/notes.mp3"])
def test_a_text_file_is_refused_in_words_and_leaves_nothing(visits: Visits, notes: Path, name: str) -> None:
    response = bring(visits, notes, name)
    assert response.status_code == 422
    detail = response.json()["detail"]
    assert detail.startswith(Path(name).name)
    assert "recording" in detail
    assert str(visits.services.config.data) not in detail
    assert "\n" not in detail
    assert folders(visits) == []
    assert get(visits, "/api/recordings").json() == {"recordings": []}


@pytest.mark.parametrize(
    ("fields", "status"),
    [({"date": "yesterday"}, 422), ({"agenda": "# nothing"}, 422)],
)
def test_what_is_wrong_beside_the_file_is_told(
    visits: Visits, speech: Path, fields: dict[str, str], status: int
) -> None:
    assert bring(visits, speech, None, **fields).status_code == status
    assert folders(visits) == []


@pytest.fixture
def small(config: ServeConfig, parts: Parts) -> Iterator[Visits]:
    """A server that takes little."""
    with TestClient(create_app(replace(config, max_upload=10_000), parts), "http://testserver") as client:
        yield Visits(client)


def test_a_file_that_is_too_large_is_refused_before_and_while_it_comes(small: Visits, speech: Path) -> None:
    long = bring(small, write(speech.with_name("long.wav"), track(0.0, 60.0)))
    assert (long.status_code, "10000" in long.json()["detail"]) == (413, True)
    assert bring(small, speech).status_code == 413  # no longer than the form might be, yet too long
    assert folders(small) == []


def test_a_full_disk_is_told(config: ServeConfig, parts: Parts, speech: Path) -> None:
    app = create_app(replace(config, spare_disk=1 << 62), parts)
    with TestClient(app, "http://testserver") as client:
        visits = Visits(client)
        response = bring(visits, speech)
        assert (response.status_code, "room" in response.json()["detail"]) == (507, True)
        assert not (config.data / "recordings").exists() or folders(visits) == []


def test_the_queue_survives_a_restart(config: ServeConfig, parts: Parts, speech: Path) -> None:
    with TestClient(create_app(config, parts), "http://testserver") as client:
        visits = Visits(client)
        slow, waiting = bring(visits, speech, title="slow").json(), bring(visits, speech).json()
        until(visits, slow["id"], "running")
    with TestClient(create_app(config, parts), "http://testserver") as client:
        visits = Visits(client)
        assert [row["id"] for row in get(visits, "/api/recordings").json()["recordings"]] == [waiting["id"], slow["id"]]
        until(visits, slow["id"], "running")
        visits.client.delete(f"/api/jobs/{slow['job']}", headers=visits.bearer())
        assert until(visits, waiting["id"], "done", "failed")["state"] == "done"
    with TestClient(create_app(config, parts), "http://testserver") as client:
        visits = Visits(client)
        assert get(visits, f"/api/recordings/{waiting['id']}").json()["state"] == "done"
        assert get(visits, f"/api/recordings/{slow['id']}").json()["state"] == "cancelled"
