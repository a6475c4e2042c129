"""Jobs over REST, of meetings that end; those of recordings are tested with the recordings."""

import json

import pytest

from tests.server.visits import Visits


@pytest.fixture
def job(visits: Visits) -> str:
    """The job of a meeting that has ended."""
    visits.run(visits.room().end)
    answer = visits.client.post("/api/rooms/weekly/end", headers=visits.bearer("write", "weekly"))
    found: str = answer.headers["location"]
    return found


def test_whoever_may_read_the_room_may_watch_the_end_of_its_meeting(visits: Visits, job: str) -> None:
    visits.room("other")
    for path in (job, f"{job}/events"):
        assert visits.client.get(path, headers=visits.bearer("read", "weekly")).status_code == 200
        assert visits.client.get(path, headers=visits.bearer("read")).status_code == 200
        assert visits.client.get(path, headers=visits.bearer("owner", "other")).status_code == 403
        assert visits.client.get(path).status_code == 401


def test_the_stream_ends_with_the_job(visits: Visits, job: str) -> None:
    answer = visits.client.get(f"{job}/events", headers=visits.bearer("read", "weekly"))
    [data] = [line.removeprefix("data: ") for line in answer.text.splitlines() if line.startswith("data: ")]
    event = json.loads(data)
    assert event["type"] == "job"
    about = {"id": job.rpartition("/")[2], "room": "weekly", "done": 0.0, "of": None, "state": "done"}
    assert event["data"] == about
    assert event.items() >= about.items()
    known = {"Last-Event-ID": str(event["seq"])}
    again = visits.client.get(f"{job}/events", headers={**visits.bearer("read", "weekly"), **known})
    assert (again.status_code, again.content) == (204, b"")


def test_the_end_of_a_meeting_is_not_cancelled(visits: Visits, job: str) -> None:
    assert visits.client.delete(job, headers=visits.bearer("read", "weekly")).status_code == 403
    answer = visits.client.delete(job, headers=visits.bearer("write", "weekly"))
    assert answer.status_code == 409
    assert "open a new room" in answer.json()["detail"]


def test_what_is_known_of_a_job_is_not_sent_again(visits: Visits, job: str) -> None:
    first = visits.client.get(job, headers=visits.bearer())
    known = {**visits.bearer(), "If-None-Match": first.headers["etag"]}
    assert visits.client.get(job, headers=known).status_code == 304


@pytest.mark.parametrize("path", ["/api/jobs/none", "/api/jobs/none/events"])
def test_a_job_that_there_is_not_is_not_found(visits: Visits, path: str) -> None:
    assert visits.client.get(path, headers=visits.bearer()).status_code == 404
    assert visits.client.delete("/api/jobs/none", headers=visits.bearer()).status_code == 404
