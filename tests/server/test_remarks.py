from typing import Any

import pytest

from tests.server.visits import Visits, action
from voicemind.server.remarks import MAX_CORRECTION, MAX_TARGET


def post(visits: Visits, path: str, body: object) -> Any:
    headers = visits.bearer("write", "weekly", participant="p-1", name="Maya")
    return visits.client.post(f"/api/rooms/weekly{path}", json=body, headers=headers)


def test_a_correction_stands_in_the_document(visits: Visits) -> None:
    room = visits.room()
    response = post(visits, "/corrections", {"kind": "rename", "target": "ada", "value": "Ada L."})
    assert response.status_code == 201
    body = response.json()
    entry = room.board.document.corrections()[body.pop("id")]
    assert entry == body
    assert {key: entry[key] for key in ("kind", "target", "value", "by")} == {
        "kind": "rename",
        "target": "ada",
        "value": "Ada L.",
        "by": "p-1",
    }


@pytest.mark.parametrize("value", [["t1", "t2"], [12.5], ["t1", 3], "more than a word"])
def test_a_correction_is_a_text_or_a_list(visits: Visits, value: object) -> None:
    visits.room()
    assert post(visits, "/corrections", {"kind": "split", "target": "ada", "value": value}).json()["value"] == value


@pytest.mark.parametrize(("claims", "author"), [({}, "write"), ({"name": "Maya"}, "Maya")])
def test_who_is_not_known_is_told_by_name_or_role(visits: Visits, claims: dict[str, str], author: str) -> None:
    visits.room()
    body = {"kind": "rename", "target": "ada", "value": "Ada"}
    headers = visits.bearer("write", "weekly", **claims)
    answer = visits.client.post("/api/rooms/weekly/corrections?participant=p-1", json=body, headers=headers)
    assert answer.json()["by"] == author


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"kind": "delete", "target": "ada", "value": "x"},
        {"kind": "rename", "value": "x"},
        {"kind": "rename", "target": "", "value": "x"},
        {"kind": "rename", "target": "ada"},
        {"kind": "rename", "target": "ada", "value": 5},
        {"kind": "rename", "target": "ada", "value": ""},
        {"kind": "rename", "target": "ada", "value": " "},
        {"kind": "rename", "target": " ", "value": "Ada"},
        {"kind": "split", "target": "ada", "value": []},
        {"kind": "split", "target": "ada", "value": [True]},
        {"kind": "split", "target": "ada", "value": [["t1"]]},
        {"kind": "split", "target": "ada", "value": {"t1": 1}},
        {"kind": ["rename"], "target": "ada", "value": "x"},
        {"kind": "text", "target": "t1", "value": "x" * MAX_CORRECTION},
        {"kind": "text", "target": "t" * (MAX_TARGET + 1), "value": "x"},
    ],
)
def test_a_correction_that_is_none_is_refused(visits: Visits, body: dict[str, Any]) -> None:
    room = visits.room()
    assert post(visits, "/corrections", body).status_code == 422
    assert room.board.document.corrections() == {}


def test_a_verdict_adds_to_what_was_said_before(visits: Visits) -> None:
    room = visits.room()
    visits.write(room, action(1))
    assert post(visits, "/verdicts/action:t1", {"status": "confirmed", "owner": "Ada"}).json() == {
        "insight": "action:t1",
        "status": "confirmed",
        "owner": "Ada",
        "by": "p-1",
    }
    post(visits, "/verdicts/action:t1", {"due": "2026-03-09", "done": True})
    assert room.board.document.verdicts()["action:t1"] == {
        "status": "confirmed",
        "owner": "Ada",
        "due": "2026-03-09",
        "done": True,
        "by": "p-1",
    }


@pytest.mark.parametrize(
    "body", [{}, {"status": "maybe"}, {"done": "yes"}, {"text": "x" * 5001}, {"owner": 5}, {"other": "x"}]
)
def test_a_verdict_that_is_none_is_refused(visits: Visits, body: dict[str, Any]) -> None:
    visits.write(visits.room(), action(1))
    assert post(visits, "/verdicts/action:t1", body).status_code == 422


def test_a_verdict_needs_an_insight(visits: Visits) -> None:
    visits.room()
    assert post(visits, "/verdicts/action:t1", {"status": "done"}).status_code == 404
