import json
import time
from dataclasses import replace
from typing import Any

import anyio
import pytest

from tests.server.visits import Visits, action, turn
from voicemind.room.room import Room
from voicemind.server.remarks import MAX_CORRECTION, MAX_TARGET
from voicemind.timeline.insight import Insight
from voicemind.timeline.segment import Segment


def post(visits: Visits, path: str, body: object) -> Any:
    headers = visits.bearer("write", "weekly", participant="p-1", name="Maya")
    return visits.client.post(f"/api/rooms/weekly{path}", json=body, headers=headers)


def spoken(visits: Visits) -> Room:
    """A room in which Ada and Bob said something."""
    room = visits.room()
    visits.write(room, turn(1), replace(turn(3), speaker="bob"), turn(5))
    return room


def talk_of(visits: Visits) -> Any:
    """The figures of talk, once there are some: they follow what they are of."""
    for _ in range(200):
        talk = visits.client.get("/api/rooms/weekly/talk", headers=visits.bearer()).json()
        if "seconds" in talk:
            return talk
        time.sleep(0.02)
    raise AssertionError("no figures of talk")


def test_a_correction_stands_in_the_document_with_what_it_was_said_of(visits: Visits) -> None:
    room = spoken(visits)
    response = post(visits, "/corrections", {"kind": "reassign", "target": "t1", "value": "bob"})
    assert response.status_code == 201
    body = response.json()
    entry = room.board.document.corrections()[body.pop("id")]
    assert entry == body
    assert {key: entry[key] for key in ("kind", "target", "value", "by", "segments")} == {
        "kind": "reassign",
        "target": "t1",
        "value": "bob",
        "by": "p-1",
        "segments": [[1, 2]],
    }


def test_minutes_transcript_talk_and_events_are_as_people_say(visits: Visits) -> None:
    room = spoken(visits)
    heard: list[dict[str, Any]] = []
    post(visits, "/corrections", {"kind": "rename", "target": "bob", "value": "Bob Roy"})

    async def listen() -> None:
        with visits.services.events(room).watch() as watch, anyio.fail_after(60):
            while not heard or heard[-1]["type"] != "turn":
                heard.append(json.loads((await watch.next()).text))

    async def listening() -> None:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(listen)
            await anyio.wait_all_tasks_blocked()
            entry = {"kind": "reassign", "target": "t1", "value": "bob", "at": 5.0}  # as a page writes it
            await room.board.write(lambda document: document.put_correction("c", entry))

    visits.run(listening)
    [told] = [event["data"] for event in heard if event["type"] == "turn"]
    assert (told["id"], told["speaker"]) == ("t1", "bob")
    read = visits.client.get("/api/rooms/weekly/minutes", headers=visits.bearer()).json()
    assert [(t["id"], t["speaker"]) for t in read["turns"]] == [("t1", "bob"), ("t3", "bob"), ("t5", "ada")]
    assert {(s["name"], s["talk_seconds"]) for s in read["speakers"]} == {("Bob Roy", 2.0), ("ada", 1.0)}
    turns = visits.client.get("/api/rooms/weekly/transcript", headers=visits.bearer()).json()["turns"]
    assert [t["speaker"] for t in turns] == ["bob", "bob", "ada"]
    assert talk_of(visits)["seconds"] == {"bob": 2.0, "ada": 1.0}


def test_a_new_turn_is_told_as_its_speakers(visits: Visits) -> None:
    room = spoken(visits)
    post(visits, "/corrections", {"kind": "merge", "target": "ada", "value": "bob"})

    async def hear() -> str:
        with visits.services.events(room).watch() as watch, anyio.fail_after(60):
            await anyio.wait_all_tasks_blocked()  # until somebody gathers
            room._facts.publish(turn(7))
            while (event := await watch.next()).type != "turn":
                pass
            return str(event.data["speaker"])

    assert visits.run(hear) == "bob"


@pytest.mark.parametrize("value", [["t1", "t5"], ["t1"]])
def test_turns_that_are_somebody_elses_are_split_off(visits: Visits, value: list[str]) -> None:
    room = spoken(visits)
    body = post(visits, "/corrections", {"kind": "split", "target": "ada", "value": value}).json()
    assert (body["value"], len(body["segments"])) == (value, len(value))
    post(visits, "/corrections", {"kind": "rename", "target": f"speaker-{body['id']}", "value": "Eve"})
    assert [t.id for t in room.minutes.transcript if room.minutes.name(t.speaker) == "Eve"] == value


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"kind": "reassign", "target": "t9", "value": "bob"}, "no turn 't9'"),
        ({"kind": "reassign", "target": "t1", "value": "eve"}, "no speaker 'eve' in this meeting; there are: ada, bob"),
        ({"kind": "text", "target": "ada", "value": "hello"}, "no turn 'ada'"),
        ({"kind": "rename", "target": "t1", "value": "Eve"}, "no speaker 't1'"),
        ({"kind": "merge", "target": "ada", "value": "eve"}, "no speaker 'eve'"),
        ({"kind": "split", "target": "ada", "value": ["t1", "t9"]}, "no turn 't9'"),
        ({"kind": "split", "target": "eve", "value": ["t1"]}, "no speaker 'eve'"),
        ({"kind": "split", "target": "ada", "value": [1.5]}, "no turn 'ada'"),
    ],
)
def test_a_correction_of_what_there_is_not_is_not_found(visits: Visits, body: dict[str, Any], says: str) -> None:
    room = spoken(visits)
    answer = post(visits, "/corrections", body)
    assert (answer.status_code, says in answer.json()["detail"]) == (404, True)
    assert room.board.document.corrections() == {}


@pytest.mark.parametrize(("claims", "author"), [({}, "write"), ({"name": "Maya"}, "Maya")])
def test_who_is_not_known_is_told_by_name_or_role(visits: Visits, claims: dict[str, str], author: str) -> None:
    spoken(visits)
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
        {"kind": "split", "target": "ada", "value": ["t1", 3]},
        {"kind": "merge", "target": "ada", "value": "ada"},
        {"kind": ["rename"], "target": "ada", "value": "x"},
        {"kind": "text", "target": "t1", "value": "x" * MAX_CORRECTION},
        {"kind": "text", "target": "t" * (MAX_TARGET + 1), "value": "x"},
    ],
)
def test_a_correction_that_is_none_is_refused(visits: Visits, body: dict[str, Any]) -> None:
    room = spoken(visits)
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


def test_an_insight_becomes_an_agenda_item_once(visits: Visits) -> None:
    room = spoken(visits)
    drift = Insight("drift", Segment(1, 9), "x", evidence=("t1",), data={"about": ["coffee", "cake"]})
    visits.write(room, drift)
    first = post(visits, "/agenda", {"insight": "drift:t1"})
    assert first.status_code == 201
    assert first.json()["title"] == "coffee, cake"
    again = post(visits, "/agenda", {"insight": "drift:t1"})
    assert (again.status_code, again.json()) == (200, first.json())
    assert [item.title for item in room.board.document.agenda()] == ["coffee, cake"]


def test_a_line_becomes_an_agenda_item(visits: Visits) -> None:
    spoken(visits)
    made = post(visits, "/agenda", {"item": "Budget (10 min) @Maya"})
    assert made.status_code == 201
    assert {key: made.json()[key] for key in ("title", "minutes", "owner")} == {
        "title": "Budget",
        "minutes": 10.0,
        "owner": "Maya",
    }


@pytest.mark.parametrize(
    ("body", "status"), [({}, 422), ({"insight": "drift:none"}, 404), ({"item": {"title": ""}}, 422)]
)
def test_what_is_no_item(visits: Visits, body: dict[str, Any], status: int) -> None:
    spoken(visits)
    assert post(visits, "/agenda", body).status_code == status
