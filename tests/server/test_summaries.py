import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.backends.llm_service import Service, llm_service
from tests.server.visits import Visits, turn
from voicemind.config import ServeConfig
from voicemind.errors import InputError
from voicemind.room.room import Room
from voicemind.server.app import Parts, create_app
from voicemind.timeline.insight import Insight
from voicemind.timeline.segment import Segment

PIECES = ["The heat pump is ordered", " in May [1].\n", "The moon is made of cheese [1].\n", "Nobody said this."]
EXTRACT = Insight("summary", Segment(1, 2), "so far", evidence=("t1",), data={"extractive": True})


@contextmanager
def server(config: ServeConfig, parts: Parts, service: Service) -> Iterator[Visits]:
    with llm_service(service) as known:
        settings = replace(config, llm_url=known.url, llm_model="tiny")
        with TestClient(create_app(settings, parts), "http://testserver") as client:
            yield Visits(client)


def spoken(visits: Visits) -> Room:
    room = visits.room()
    visits.write(room, replace(turn(1), text="Then we order the heat pump in May."), EXTRACT)
    return room


def ask(visits: Visits) -> list[dict[str, Any]]:
    response = visits.client.post("/api/rooms/weekly/summary", headers=visits.bearer("write", "weekly"))
    assert response.status_code == 200, response.text
    return [json.loads(line[6:]) for line in response.text.splitlines() if line.startswith("data: ")]


def test_pieces_come_and_what_the_transcript_bears_out_is_kept(config: ServeConfig, parts: Parts) -> None:
    with server(config, parts, Service(pieces=PIECES)) as visits:
        room = spoken(visits)
        *pieces, done = ask(visits)
        assert [piece["text"] for piece in pieces] == PIECES
        assert [insight["text"] for insight in done["insights"]] == ["The heat pump is ordered in May."]
        assert done["refused"] == ["The moon is made of cheese.", "Nobody said this."]
        (kept,) = room.minutes.insights("summary")
        assert (kept.text, kept.evidence) == ("The heat pump is ordered in May.", ("t1",))


@pytest.mark.parametrize("service", [Service(status=500, body=b"out of memory"), Service(body=b"data: what?\n\n")])
def test_one_that_fails_leaves_the_summary_as_it_was(config: ServeConfig, parts: Parts, service: Service) -> None:
    with server(config, parts, service) as visits:
        room = spoken(visits)
        (failed,) = ask(visits)
        assert failed["type"] == "failed"
        assert failed["detail"]
        assert [insight.text for insight in room.minutes.insights("summary")] == ["so far"]
        assert ask(visits)[-1]["type"] == "failed"  # the room is not busy for ever


def while_it_is_asked(visits: Visits, service: Service) -> list[dict[str, Any]]:
    """Save and read while the model is silent; return its events."""
    room, events = spoken(visits), list[dict[str, Any]]()
    asking = threading.Thread(target=lambda: events.extend(ask(visits)))
    asking.start()
    while not service.asked:
        asking.join(0.01)
    for number in range(2, 12):
        visits.write(room, turn(number))
    read = visits.client.get("/api/rooms/weekly/transcript", headers=visits.bearer()).json()
    assert len(read["turns"]) == 11
    again = visits.client.post("/api/rooms/weekly/summary", headers=visits.bearer())
    assert again.status_code == 409
    assert asking.is_alive()
    service.stopped.set()
    asking.join(60)
    return events


def test_saving_does_not_notice_one_that_hangs(config: ServeConfig, parts: Parts) -> None:
    service = Service(pieces=PIECES, hangs=True)
    with server(config, parts, service) as visits:
        assert while_it_is_asked(visits, service)[-1]["type"] == "done"


def test_saving_does_not_notice_one_that_takes_fifteen_seconds(config: ServeConfig, parts: Parts) -> None:
    service = Service(pieces=PIECES, before=15.0)
    with server(config, parts, service) as visits:
        assert while_it_is_asked(visits, service)[-1]["type"] == "done"


def test_without_a_model_or_words_there_is_none(visits: Visits, config: ServeConfig, parts: Parts) -> None:
    spoken(visits)
    post = visits.client.post("/api/rooms/weekly/summary", headers=visits.bearer())
    assert post.status_code == 409
    assert "--llm-url" in post.text
    with server(replace(config, data=config.data / "other"), parts, Service()) as other:
        other.room()
        assert other.client.post("/api/rooms/weekly/summary", headers=other.bearer()).status_code == 409


def test_half_a_model_is_refused(config: ServeConfig, parts: Parts) -> None:
    with pytest.raises(InputError, match="go together"):
        create_app(replace(config, llm_url="http://127.0.0.1:1/v1"), parts)
