from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.server.test_pictures import NO_PICTURES, PICTURES, PNG
from tests.server.visits import Visits
from voicemind.config import ServeConfig
from voicemind.server import files
from voicemind.server.app import Parts, create_app

TYPES = {"png": "image/png", "jpg": "image/jpeg", "gif": "image/gif", "webp": "image/webp", "avif": "image/avif"}


def bring(visits: Visits, body: bytes, media_type: str = "image/png", room: str = "weekly") -> Any:
    headers = {**visits.bearer("write", room), "Content-Type": media_type}
    return visits.client.post(f"/api/rooms/{room}/files", content=body, headers=headers)


def see(visits: Visits, url: str, **headers: str) -> Any:
    return visits.client.get(url, headers={**visits.bearer("read", "weekly"), **headers})


@pytest.mark.parametrize("kind", PICTURES)
def test_a_picture_is_shown_as_what_it_is_and_never_runs(visits: Visits, kind: str) -> None:
    visits.room()
    answer = bring(visits, PICTURES[kind], "text/html")  # whatever the sender calls it
    told = answer.json()
    assert (answer.status_code, answer.headers["location"]) == (201, told["url"])
    assert (told["mimeType"], told["size"]) == (TYPES[kind], len(PICTURES[kind]))
    shown = see(visits, told["url"])
    assert (shown.status_code, shown.content, shown.headers["content-type"]) == (200, PICTURES[kind], TYPES[kind])
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert shown.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
    assert shown.headers["cross-origin-resource-policy"] == "same-origin"
    assert "immutable" in shown.headers["cache-control"]
    known = see(visits, told["url"], **{"If-None-Match": shown.headers["etag"]})
    assert (known.status_code, known.content) == (304, b"")


def test_the_same_picture_has_one_address(visits: Visits) -> None:
    visits.room()
    first = bring(visits, PNG).json()
    headers = visits.bearer("write", "weekly")
    form = visits.client.post("/api/rooms/weekly/files", files={"file": ("../x.html", PNG)}, headers=headers)
    assert (form.status_code, form.json()) == (201, first)
    assert bring(visits, PNG + b"\0").json()["url"] != first["url"]


def test_a_picture_is_its_room_s_alone(visits: Visits) -> None:
    visits.room()
    visits.room("other")
    told = bring(visits, PNG, room="other").json()
    assert see(visits, told["url"]).status_code == 403
    assert see(visits, told["url"].replace("other", "weekly")).status_code == 404
    assert visits.client.get(told["url"]).status_code == 401


@pytest.mark.parametrize("body", NO_PICTURES)
def test_what_is_no_picture_is_refused(visits: Visits, body: bytes) -> None:
    visits.room()
    answer = bring(visits, body)
    assert (answer.status_code, answer.headers["content-type"]) == (415, "application/problem+json")


@pytest.mark.parametrize("form", [True, False])
def test_what_is_too_large_is_refused(visits: Visits, form: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_PICTURE", 100)
    visits.room()
    body = PNG.ljust(101, b"\0")
    headers = visits.bearer("write", "weekly")
    sent = {"files": {"file": ("x.png", body)}} if form else {"content": body}
    assert visits.client.post("/api/rooms/weekly/files", headers=headers, **sent).status_code == 413
    monkeypatch.setattr(files, "MAX_ROOM", 150)
    assert [bring(visits, PNG + bytes([n])).status_code for n in range(3)] == [201, 201, 413]


def test_a_full_disk_is_told_of(config: ServeConfig, parts: Parts, tmp_path: Path) -> None:
    with TestClient(create_app(replace(config, spare_disk=1 << 60), parts), "http://testserver") as client:
        visits = Visits(client)
        visits.room()
        assert bring(visits, PNG).status_code == 507


def test_the_name_of_a_room_may_be_any_script(config: ServeConfig, parts: Parts) -> None:
    with TestClient(create_app(replace(config, open=True), parts), "http://localhost") as client:
        told = client.post("/api/rooms/会議/files", content=PNG)
        assert told.status_code == 201
        assert client.get(told.headers["location"]).content == PNG
