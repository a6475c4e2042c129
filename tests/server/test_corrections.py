from pathlib import Path
from typing import Any

from tests.server.test_uploads import bring, get, until
from tests.server.visits import Visits


def correct(visits: Visits, recording: str, **body: object) -> Any:
    path = f"/api/recordings/{recording}/corrections"
    return visits.client.post(path, json=body, headers=visits.bearer("write", name="Maya"))


def test_a_speaker_is_renamed_and_a_turn_corrected_and_the_minutes_say_so(visits: Visits, speech: Path) -> None:
    recording = bring(visits, speech).json()["id"]
    until(visits, recording, "done")
    path = f"/api/recordings/{recording}/minutes"
    before = get(visits, path)
    [turn] = before.json()["turns"]
    answer = correct(visits, recording, kind="rename", target=turn["speaker"], value="Maya Lopez")
    assert answer.status_code == 201
    assert answer.json()["by"] == "Maya"
    assert correct(visits, recording, kind="text", target=turn["id"], value="Words, words").status_code == 201
    after = get(visits, path, **{"If-None-Match": before.headers["etag"]}).json()
    assert [(row["id"], row["text"]) for row in after["turns"]] == [(turn["id"], "Words, words")]
    assert [row["name"] for row in after["speakers"]] == ["Maya Lopez"]
    assert "Maya Lopez: Words, words" in get(visits, f"{path}?format=txt").text
    split = correct(visits, recording, kind="split", target="Maya Lopez", value=[turn["id"]]).json()
    assert correct(visits, recording, kind="rename", target=f"speaker-{split['id']}", value="Tom").status_code == 201
    assert [row["name"] for row in get(visits, path).json()["speakers"] if row["turns"]] == ["Tom"]
    kept = get(visits, f"/api/recordings/{recording}/corrections").json()
    assert sorted(entry["kind"] for entry in kept.values()) == ["rename", "rename", "split", "text"]


def test_what_cannot_be_corrected_is_refused_with_the_reason(visits: Visits, speech: Path) -> None:
    slow = bring(visits, speech, title="slow").json()
    until(visits, slow["id"], "running")
    assert correct(visits, slow["id"], kind="rename", target="a", value="b").status_code == 409
    visits.client.delete(f"/api/jobs/{slow['job']}", headers=visits.bearer("write"))
    done = bring(visits, speech).json()["id"]
    until(visits, done, "done")
    answer = correct(visits, done, kind="rename", target="S9", value="Tom")
    assert (answer.status_code, "there is no speaker 'S9'" in answer.json()["detail"]) == (404, True)
    assert correct(visits, done, kind="rename", target="SPEAKER_00", value=" ").status_code == 422
    assert correct(visits, "0" * 16, kind="rename", target="a", value="b").status_code == 404
    assert get(visits, f"/api/recordings/{done}/corrections").json() == {}
