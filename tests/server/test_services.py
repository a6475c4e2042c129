from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from tests.server.visits import Visits
from voicemind.config import ServeConfig
from voicemind.errors import UnknownRoom, VoicemindError
from voicemind.server.app import Parts, create_app
from voicemind.server.services import Services


@pytest.mark.parametrize("name", ["weekly", "Ä.ö_ü~-", "x" * 64, "-8Zs"])
def test_a_room_is_made_on_its_first_use_where_all_are_owners(config: ServeConfig, parts: Parts, name: str) -> None:
    with TestClient(create_app(replace(config, open=True), parts), "http://localhost") as client:
        visits = Visits(client)
        room = visits.run(lambda: visits.services.room(name))
        assert visits.run(lambda: visits.services.room(name)) is room
        assert client.get(f"/api/rooms/{name}").json()["room"] == name


@pytest.mark.parametrize("name", ["", "a/b", "a b", "x" * 65, "<x>", "a\0b", "a\nb"])
def test_a_name_that_is_none_makes_no_room(config: ServeConfig, parts: Parts, name: str) -> None:
    with TestClient(create_app(replace(config, open=True), parts), "http://localhost") as client:
        visits = Visits(client)
        with pytest.raises(UnknownRoom, match="letters"):
            visits.run(lambda: visits.services.room(name))
        assert visits.services.rooms.all() == []


def test_where_it_takes_a_token_only_its_owner_makes_rooms(visits: Visits) -> None:
    with pytest.raises(UnknownRoom, match="weekly"):
        visits.run(lambda: visits.services.room("weekly"))


def test_a_room_has_one_source_of_events(visits: Visits) -> None:
    room = visits.room()

    async def twice() -> bool:
        return visits.services.events(room) is visits.services.events(room)

    assert visits.run(twice)


def test_links_lead_to_the_room_and_to_the_server(visits: Visits) -> None:
    room = visits.room()
    path, _, token = visits.services.link(room.name, "comment").partition("?token=")
    body = visits.client.get("/api/rooms/weekly", params={"token": token}).json()
    assert (path, body["role"]) == ("/r/weekly", "comment")
    path, _, token = visits.services.sign_in().partition("?token=")
    assert path == "/"
    assert visits.client.post("/api/rooms", json={}, params={"token": token}).status_code == 201


def test_nothing_is_there_before_the_start(config: ServeConfig, parts: Parts) -> None:
    shared: Services = create_app(config, parts).state.services
    with pytest.raises(VoicemindError, match="starting"):
        _ = shared.rooms
