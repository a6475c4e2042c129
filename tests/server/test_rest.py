import json
from typing import Any

import pytest

from tests.board.clients import until
from tests.server.visits import Visits, action, turn
from voicemind.server.rest import MAX_TITLE
from voicemind.timeline.insight import Insight
from voicemind.timeline.segment import Segment

JSON = {"Content-Type": "application/json"}


def create(visits: Visits, body: dict[str, Any]) -> Any:
    return visits.client.post("/api/rooms", json=body, headers=visits.bearer())


def get(visits: Visits, path: str, **headers: str) -> Any:
    return visits.client.get(path, headers={**visits.bearer(), **headers})


def test_a_room_is_made_with_its_agenda_and_a_link_for_each_role(visits: Visits) -> None:
    response = create(visits, {"title": " Weekly\n plan ", "agenda": "# Plan\n- Budget (10 min) @Maya\n- Hiring"})
    assert response.status_code == 201
    body = response.json()
    assert body["title"] == "Weekly plan"
    assert response.headers["location"] == f"/api/rooms/{body['room']}"
    assert list(body["links"]) == ["owner", "write", "comment", "read"]
    for role, link in body["links"].items():
        path, _, token = link.partition("?token=")
        assert path == f"/r/{body['room']}"
        seen = visits.client.get(f"/api/rooms/{body['room']}", params={"token": token}).json()
        assert (seen["role"], seen["title"], "links" in seen) == (role, "Weekly plan", role == "owner")
    agenda = visits.room(body["room"]).board.document.agenda()
    assert [(item.title, item.minutes, item.owner) for item in agenda] == [
        ("Budget", 10.0, "Maya"),
        ("Hiring", None, None),
    ]


def test_a_room_needs_neither_title_nor_agenda(visits: Visits) -> None:
    room = create(visits, {"title": "", "agenda": "  \n"}).json()["room"]
    assert visits.room(room).board.document.agenda() == []
    assert get(visits, f"/api/rooms/{room}").json()["title"] == room


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"title": "x" * (MAX_TITLE + 1)}, 422, "at most 200"),
        ({"title": 5}, 422, "text"),
        ({"agenda": 5}, 422, "list"),
        ({"agenda": "# only a heading"}, 422, "empty"),
        ({"agenda": [""]}, 422, "empty"),
        ({"agenda": [{"minutes": 5}]}, 422, "no title"),
        ({"agenda": [[]]}, 422, "no title"),
        ({"agenda": ["x"] * 501}, 422, "at most 500"),
    ],
)
def test_what_makes_no_room_is_said(visits: Visits, body: dict[str, Any], status: int, said: str) -> None:
    response = create(visits, body)
    assert response.status_code == status
    assert said in response.json()["detail"]


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"{", JSON, 400),
        (b"[]", JSON, 400),
        (b'{"title": NaN}', JSON, 400),
        (b"[" * 100_000, JSON, 400),
        (b'{"title": ' + b"9" * 5000 + b"}", JSON, 400),
        (b"\xff\xfe", JSON, 400),
        (b"{}", {"Content-Type": "text/plain"}, 415),
        (b"{}", {}, 415),
        (b'{"title": "' + b"x" * 300_000 + b'"}', JSON, 413),
    ],
)
def test_a_body_that_cannot_be_read_is_a_problem(
    visits: Visits, content: bytes, headers: dict[str, str], status: int
) -> None:
    response = visits.client.post("/api/rooms", content=content, headers={**visits.bearer(), **headers})
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"


def test_text_that_is_no_unicode_does_no_harm(visits: Visits) -> None:
    response = visits.client.post(
        "/api/rooms", content=b'{"title": "lone \\ud800 surrogate"}', headers={**visits.bearer(), **JSON}
    )
    assert response.status_code == 201
    assert get(visits, f"/api/rooms/{response.json()['room']}").json()["title"] == "lone � surrogate"


def test_a_room_tells_who_asks_what_it_is(visits: Visits) -> None:
    room = visits.room()
    token = visits.bearer("owner", "weekly", participant="p-1", name="Maya")
    body = visits.client.get("/api/rooms/weekly", headers=token).json()
    assert body["history_id"] == room.board.document.history_id
    assert {key: body[key] for key in ("room", "role", "participant", "state", "started", "lag", "participants")} == {
        "room": "weekly",
        "role": "owner",
        "participant": "p-1",
        "state": "waiting",
        "started": None,
        "lag": 0.0,
        "participants": [],
    }


def test_minutes_come_in_every_format(visits: Visits) -> None:
    room = visits.room()
    visits.write(room, turn(1), action(1))
    body = get(visits, "/api/rooms/weekly/minutes")
    assert body.json()["schema"] == "voicemind.minutes/1"
    assert body.json()["turns"][0]["text"] == "turn 1"
    assert "content-disposition" not in body.headers

    srt = get(visits, "/api/rooms/weekly/minutes?format=srt")
    assert "00:00:01,000 --> 00:00:02,000" in srt.text
    assert srt.headers["content-type"] == "application/x-subrip"
    assert srt.headers["content-disposition"] == "attachment; filename=\"weekly.srt\"; filename*=UTF-8''weekly.srt"
    for form in ("md", "json", "vtt", "rttm", "stm", "txt", "html"):
        assert "turn 1" in get(visits, f"/api/rooms/weekly/minutes?format={form}").text or form == "rttm"
    assert get(visits, "/api/rooms/weekly/minutes?format=pdf").status_code == 400


def test_the_transcript_can_be_polled(visits: Visits) -> None:
    visits.write(visits.room(), turn(2), turn(1))
    turns = get(visits, "/api/rooms/weekly/transcript").json()["turns"]
    assert [(row["id"], row["text"], row["start"]) for row in turns] == [("t1", "turn 1", 1), ("t2", "turn 2", 2)]


def test_insights_and_talk_can_be_polled(visits: Visits) -> None:
    room = visits.room()
    visits.write(room, turn(1), action(1))
    [found] = get(visits, "/api/rooms/weekly/insights").json()["insights"]
    assert (found["id"], found["kind"], found["speaker"], found["evidence"]) == ("action:t1", "action", "ada", ["t1"])
    assert get(visits, "/api/rooms/weekly/insights?kind=decision").json() == {"insights": []}
    visits.run(lambda: room.board.write(lambda document: document.set_talk(shares={"ada": 1.0})))
    assert get(visits, "/api/rooms/weekly/talk").json() == {"shares": {"ada": 1.0}}


@pytest.mark.parametrize("path", ["", "/minutes", "/minutes?format=md", "/talk", "/insights", "/transcript"])
def test_what_is_known_is_not_sent_again(visits: Visits, path: str) -> None:
    room = visits.room()
    visits.write(room, turn(1))
    first = get(visits, f"/api/rooms/weekly{path}")
    etag = first.headers["etag"]
    assert etag.startswith('"')
    same = get(visits, f"/api/rooms/weekly{path}", **{"If-None-Match": f'"other", {etag}'})
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", etag)
    assert get(visits, f"/api/rooms/weekly{path}", **{"If-None-Match": '"other"'}).status_code == 200

    async def change() -> None:
        await room.board.write(lambda d: d.set_talk(shares={"ada": 1.0}))
        await room.board.write(lambda d: d.put_insight(action(1)))
        await room.board.write(lambda d: d.add_turn(turn(2)))
        await room.board.write(lambda d: d.found("Another title", ()))

    visits.run(change)
    changed = get(visits, f"/api/rooms/weekly{path}", **{"If-None-Match": etag})
    assert changed.status_code == 200
    assert changed.content != first.content


def test_large_answers_are_compressed(visits: Visits) -> None:
    visits.write(visits.room(), *(turn(number) for number in range(50)))
    packed = get(visits, "/api/rooms/weekly/minutes", **{"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert len(packed.json()["turns"]) == 50
    plain = get(visits, "/api/rooms/weekly/minutes", **{"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.json() == packed.json()
    assert plain.headers["etag"] != packed.headers["etag"]
    assert plain.headers["vary"] == packed.headers["vary"] == "Accept-Encoding"
    for known in (plain, packed):
        encoding = known.headers.get("content-encoding", "identity")
        again = {"If-None-Match": known.headers["etag"], "Accept-Encoding": encoding}
        assert get(visits, "/api/rooms/weekly/minutes", **again).status_code == 304


def test_a_meeting_is_ended_once_and_for_all(visits: Visits) -> None:
    room = visits.room()
    jobs = set()
    for _ in range(2):
        response = visits.client.post("/api/rooms/weekly/end", headers=visits.bearer("write", "weekly"))
        assert response.status_code == 202
        jobs.add(response.json()["job"])
        assert response.headers["location"] == f"/api/jobs/{response.json()['job']}"
        visits.run(lambda: until(lambda: room.state == "ended"))
    assert len(jobs) == 1
    assert response.json()["state"] == "ended"


def test_rooms_are_listed(visits: Visits) -> None:
    visits.room()
    body = get(visits, "/api/rooms")
    [row] = body.json()["rooms"]
    assert (row["room"], row["state"], row["participants"]) == ("weekly", "waiting", [])
    assert get(visits, "/api/rooms", **{"If-None-Match": body.headers["etag"]}).status_code == 304


@pytest.mark.parametrize("path", ["/api/nothing", "/api/rooms/weekly/nothing", "/nothing"])
def test_what_is_not_there_is_a_problem(visits: Visits, path: str) -> None:
    response = get(visits, path)
    assert json.loads(response.content) == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "there is nothing at this address",
    }
    assert response.headers["content-type"] == "application/problem+json"


def test_a_method_that_an_address_does_not_take_is_a_problem(visits: Visits) -> None:
    response = visits.client.put("/api/rooms", headers=visits.bearer())
    assert (response.status_code, response.json()["status"]) == (405, 405)
    assert "GET" in response.headers["allow"]


def test_the_next_meeting_takes_up_what_was_avoided(visits: Visits) -> None:
    room = visits.room()
    visits.write(
        room,
        turn(1),
        Insight("avoided", Segment(0, 9), "x", data={"why": "not touched", "item": "Budget"}, id="avoided:a"),
        Insight("question", Segment(1, 2), "Who pays?", evidence=("t1",), data={"answered": False}),
    )
    body = {"title": "Weekly 2", "agenda": "- Rest\n- budget", "follows": room.name}
    made = visits.client.post("/api/rooms", json=body, headers=visits.bearer())
    assert made.status_code == 201
    agenda = visits.run(lambda: visits.services.room(made.json()["room"])).board.document.agenda()
    assert [item.title for item in agenda] == ["Rest", "budget", "Who pays?"]


def test_nobody_reads_another_room_by_following_it(visits: Visits) -> None:
    room = visits.room()
    headers = visits.bearer("write", "another")
    assert visits.client.post("/api/rooms", json={"follows": room.name}, headers=headers).status_code in (403, 404)
    assert visits.client.post("/api/rooms", json={"follows": "none"}, headers=visits.bearer()).status_code == 404
