import re
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from starlette.routing import Route

from tests.server.visits import Visits
from voicemind.server import endings, people
from voicemind.server import events as module
from voicemind.server.app import routes
from voicemind.server.openapi import document
from voicemind.server.pages import Bundle
from voicemind.timeline.formats import FORMATS

PAGES = {"/", "/r/{room}", "/replay/{id}", "/{path:path}"}


def test_the_document_describes_every_route_and_no_other() -> None:
    there: set[tuple[str, str]] = set()
    for route in routes(Bundle()):
        if isinstance(route, Route) and route.path not in PAGES:
            path = route.path.replace(":path", "")
            there |= {(path, method) for method in (route.methods or set()) - {"HEAD"}}
    told = {
        (path, method.upper())
        for path, item in document()["paths"].items()
        for method in item
        if method != "parameters"
    }
    assert told == there


def test_the_document_is_valid_openapi() -> None:
    schema = schemathesis.openapi.from_dict(document())
    schema.validate()
    for part in document()["components"]["schemas"].values():
        jsonschema_rs.meta.validate(part)
    broken = {**document(), "paths": {"no path": {"get": {"responses": 5}}}}
    with pytest.raises(Exception, match="no path"):  # so it does look
        schemathesis.openapi.from_dict(broken).validate()


def test_the_document_hangs_together(visits: Visits) -> None:
    response = visits.client.get("/openapi.json")
    assert response.headers["content-type"] == "application/json"
    body = response.json()
    assert body["openapi"] == "3.1.0"
    assert re.fullmatch(r"\d+\.\d+.*", body["info"]["version"])

    def check(value: Any) -> None:
        if isinstance(value, dict):
            if "$ref" in value:
                place = body
                for name in value["$ref"].removeprefix("#/").split("/"):
                    place = place[name]
            for item in value.values():
                check(item)
        elif isinstance(value, list):
            for item in value:
                check(item)

    check(body)
    for path, item in body["paths"].items():
        declared = {p["name"] for p in item.get("parameters", [])}
        assert declared == set(re.findall(r"{(\w+)}", path))
        for method in item.keys() - {"parameters"}:
            assert {"summary", "responses"} <= item[method].keys()
            assert "default" in item[method]["responses"]


def test_formats_and_event_types_are_complete() -> None:
    minutes = document()["paths"]["/api/rooms/{room}/minutes"]["get"]["parameters"]
    assert minutes[0]["schema"]["enum"] == list(FORMATS)
    events = document()["components"]["schemas"]["Event"]["properties"]["type"]["enum"]
    sources = "".join(Path(str(found.__file__)).read_text() for found in (module, people, endings))
    published = set(re.findall(r'publish\("(\w+)"', sources)) | {"resync", "hello"}
    assert published == set(events)
