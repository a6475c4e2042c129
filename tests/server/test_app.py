from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from voicemind.config import ServeConfig
from voicemind.errors import InputError
from voicemind.server.app import Parts, create_app


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "meet.example", "::"])  # noqa: S104
def test_only_on_its_own_machine_is_a_server_open_to_all(config: ServeConfig, host: str) -> None:
    with pytest.raises(InputError, match="loopback"):
        create_app(replace(config, host=host, open=True))
    create_app(replace(config, host=host))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_loopback_has_many_names(config: ServeConfig, host: str) -> None:
    create_app(replace(config, host=host, open=True))


def test_what_is_kept_is_kept_in_the_data_folder(config: ServeConfig, parts: Parts) -> None:
    app = create_app(config, parts)
    assert sorted(path.name for path in config.data.iterdir()) == ["owner.key"]
    with TestClient(app) as client:
        assert client.get("/healthz").status_code == 200
    assert {path.name for path in config.data.iterdir()} == {
        "owner.key",
        "recordings",
        "boards.sqlite",
        "access.sqlite",
    }


def test_a_data_folder_that_cannot_be_is_bad_input(config: ServeConfig, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="choose another"):
        create_app(replace(config, data=tmp_path / "file" / "data"))


def test_rooms_are_there_again_after_a_restart(config: ServeConfig, parts: Parts) -> None:
    open_to_all = replace(config, open=True)
    with TestClient(create_app(open_to_all, parts), "http://localhost") as client:
        made = client.post("/api/rooms", json={"title": "Weekly"}).json()
    with TestClient(create_app(config, parts)) as client:
        link = made["links"]["read"].partition("?token=")[2]
        body = client.get(f"/api/rooms/{made['room']}", params={"token": link}).json()
        assert (body["title"], body["role"]) == ("Weekly", "read")
