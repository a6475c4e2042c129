"""Joining, and what owners decide while connections are open."""

import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.board.clients import Client
from tests.fakes import track
from tests.room.offers import CHROME
from tests.server.serving import client_of, stream
from tests.server.visits import Visits
from tests.test_recording import write
from voicemind.config import ServeConfig
from voicemind.errors import SignalError
from voicemind.room.player import play, read_pcm
from voicemind.server.app import Parts
from voicemind.server.run import Serving, running
from voicemind.server.tokens import Role

SDP = {"Content-Type": "application/sdp"}
PERSON = "/api/rooms/weekly/people"


def join(visits: Visits, token: str | None, name: object = "Maya") -> Any:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return visits.client.post("/api/rooms/weekly/join", json={"name": name}, headers=headers)


def ask(visits: Visits, token: str) -> Any:
    return visits.client.get("/api/rooms/weekly", params={"token": token})


def test_an_invitation_is_exchanged_for_a_token_of_one_s_own(visits: Visits) -> None:
    visits.room()
    invitation = visits.token("comment", "weekly")
    maya, tom = join(visits, invitation, " Maya\n L.").json(), join(visits, invitation, "Tom").json()
    assert maya["participant"] != tom["participant"]
    assert (maya["name"], maya["role"]) == ("Maya L.", "comment")
    assert maya["expires"] > time.time()
    seen = ask(visits, maya["token"]).json()
    assert (seen["participant"], seen["role"]) == (maya["participant"], "comment")
    again = join(visits, maya["token"], None).json()
    assert {k: again[k] for k in ("participant", "name")} == {k: maya[k] for k in ("participant", "name")}
    assert join(visits, maya["token"], "M.").json()["name"] == "M."


def test_who_signed_in_gets_a_seat_in_one_room(visits: Visits) -> None:
    visits.room()
    visits.room("other")
    seat = join(visits, visits.token()).json()
    assert seat["role"] == "owner"
    headers = {"Authorization": f"Bearer {seat['token']}"}
    assert visits.client.get("/api/rooms/other", headers=headers).status_code == 403
    assert visits.client.get("/api/recordings", headers=headers).status_code == 403


@pytest.mark.parametrize("name", [5, ["x"], "x" * 81])
def test_a_name_that_is_none_is_refused(visits: Visits, name: object) -> None:
    visits.room()
    assert join(visits, visits.token("read", "weekly"), name).status_code == 422
    assert join(visits, None).status_code == 401


def test_an_owner_changes_what_others_may(visits: Visits) -> None:
    visits.room()
    owner, maya = (join(visits, visits.token(role, "weekly")).json() for role in ("owner", "write"))
    headers = {"Authorization": f"Bearer {owner['token']}"}
    place = f"{PERSON}/{maya['participant']}"
    # Nobody is known before they open something: a stranger's id is no person.
    assert visits.client.put(place, json={"role": "read"}, headers=headers).status_code == 404
    with visits.client.websocket_connect(f"/events/weekly?token={maya['token']}") as socket:
        assert socket.receive_json()["type"] == "hello"
        [person] = visits.client.get(PERSON, headers=headers).json()["people"]
        assert person == {"id": maya["participant"], "name": "Maya", "present": True, "role": "write"}
        told = visits.client.put(place, json={"role": "read"}, headers=headers)
        assert (told.status_code, told.json()["role"]) == (200, "read")
        event = socket.receive_json()
        assert (event["type"], event["to"], event["data"]["role"]) == ("role", maya["participant"], "read")
    assert ask(visits, maya["token"]).json()["role"] == "read"
    assert join(visits, maya["token"]).json()["role"] == "read"
    assert visits.client.delete(place, headers=headers).json()["role"] is None
    for refused in (ask(visits, maya["token"]), join(visits, maya["token"])):
        assert (refused.status_code, "asked you to leave" in refused.json()["detail"]) == (403, True)
    assert visits.client.put(place, json={"role": "write"}, headers=headers).status_code == 200
    assert ask(visits, maya["token"]).json()["role"] == "write"


@pytest.mark.parametrize("body", [{}, {"role": "king"}, {"role": None}, {"role": ["read"]}])
def test_a_role_that_is_none_is_refused(visits: Visits, body: object) -> None:
    visits.room()
    assert visits.client.put(f"{PERSON}/p-1", json=body, headers=visits.bearer()).status_code == 422


def test_nobody_changes_what_they_may_themselves(visits: Visits) -> None:
    visits.room()
    owner = join(visits, visits.token("owner", "weekly")).json()
    headers = {"Authorization": f"Bearer {owner['token']}"}
    with visits.client.websocket_connect(f"/events/weekly?token={owner['token']}"):
        place = f"{PERSON}/{owner['participant']}"
        assert visits.client.put(place, json={"role": "read"}, headers=headers).status_code == 409
        assert visits.client.delete(place, headers=headers).status_code == 409


def test_new_links_take_the_old_ones_back(visits: Visits) -> None:
    visits.room()
    old = visits.services.links("weekly")
    seat = join(visits, old["write"].partition("?token=")[2]).json()
    told = visits.client.post("/api/rooms/weekly/links", headers=visits.bearer("owner", "weekly")).json()
    assert list(told["links"]) == ["owner", "write", "comment", "read"]
    for role, link in told["links"].items():
        assert ask(visits, link.partition("?token=")[2]).json()["role"] == role
        assert ask(visits, old[role].partition("?token=")[2]).status_code == 401
    assert ask(visits, seat["token"]).status_code == 200


# What is open follows


class Guest:
    """Somebody with everything open: the document, events in both ways, and a voice."""

    def __init__(self, serving: Serving, token: str, speech: Path) -> None:
        self.address = serving.url.replace("http", "ws")
        self.token = token
        self.speech = speech
        self.document = Client()
        self.ended: dict[str, int | str] = {}
        self.open = {"sync": anyio.Event(), "events": anyio.Event(), "stream": anyio.Event(), "voice": anyio.Event()}
        self.client = httpx2.AsyncClient(
            base_url=serving.url, headers={"Authorization": f"Bearer {token}"}, trust_env=False
        )
        self.socket: ClientConnection | None = None
        self.speaks = True

    async def run(self) -> None:
        async with self.client, anyio.create_task_group() as tasks:
            for part in (self.sync, self.events, self.stream, self.voice):
                tasks.start_soon(part)

    async def sync(self) -> None:
        async with connect(f"{self.address}/sync/weekly?token={self.token}") as self.socket:
            await self.socket.send(self.document.hello())
            try:
                while True:
                    frame = await self.socket.recv()
                    assert isinstance(frame, bytes)
                    if answer := self.document.hear(frame):
                        await self.socket.send(answer)
                    if self.document.synced.is_set():
                        self.open["sync"].set()
            except ConnectionClosed:
                self.ended["sync"] = self.socket.close_code or 0

    async def events(self) -> None:
        async with connect(f"{self.address}/events/weekly?token={self.token}") as socket:
            try:
                while True:
                    json.loads(await socket.recv())
                    self.open["events"].set()
            except ConnectionClosed:
                self.ended["events"] = socket.close_code or 0

    async def stream(self) -> None:
        async with stream(self.client, "/api/rooms/weekly/events") as events:
            self.open["stream"].set()
            try:
                while True:
                    await events.next()
            except anyio.EndOfStream:
                self.ended["stream"] = "end"

    async def voice(self) -> None:
        async def post(sdp: str) -> str:
            answer = await self.client.post("/whip/weekly", content=sdp, headers=SDP)
            assert answer.status_code == 201
            return answer.text

        async def ready() -> None:
            self.open["voice"].set()

        try:
            while self.speaks:
                await play(read_pcm(self.speech), post, ready=ready)
        except SignalError:
            self.ended["voice"] = "lost"

    async def speak(self, client: httpx2.AsyncClient) -> int:
        """Try to come in by voice; the status."""
        headers = {**SDP, "Authorization": f"Bearer {self.token}"}
        return (await client.post("/whip/weekly", content=CHROME, headers=headers)).status_code

    async def until_open(self) -> None:
        for event in self.open.values():
            await event.wait()

    async def until_ended(self, *parts: str) -> None:
        while not set(parts) <= self.ended.keys():  # noqa: ASYNC110 - four kinds of connections, seen from outside
            await anyio.sleep(0.01)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def serving(config: ServeConfig, parts: Parts) -> AsyncIterator[Serving]:
    async with running(config, parts) as found:
        await found.services.rooms.open("weekly", create=True)
        yield found


Act = Callable[[httpx2.AsyncClient, Guest, str], Awaitable[None]]


async def with_guest(serving: Serving, role: Role, speech: Path, act: Act) -> None:
    """Do something with somebody who came by an invitation, joined, and has everything open."""
    async with client_of(serving) as owner:
        token = serving.services.access.token("weekly", role, 1)
        headers = {"Authorization": f"Bearer {token}"}
        seat = (await owner.post("/api/rooms/weekly/join", json={"name": "Maya"}, headers=headers)).json()
        guest = Guest(serving, seat["token"], speech)
        with anyio.fail_after(60):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(guest.run)
                await guest.until_open()
                await act(owner, guest, f"{PERSON}/{seat['participant']}")
                guest.speaks = False
                tasks.cancel_scope.cancel()


@pytest.mark.anyio
async def test_who_is_sent_away_is_out_at_once_everywhere(serving: Serving, speech: Path) -> None:
    async def act(owner: httpx2.AsyncClient, guest: Guest, place: str) -> None:
        assert (await owner.delete(place)).status_code == 200
        await guest.until_ended("sync", "events", "stream", "voice")
        assert guest.ended == {"sync": 4403, "events": 4403, "stream": "end", "voice": "lost"}
        assert await guest.speak(owner) == 403
        [person] = (await owner.get(PERSON)).json()["people"]
        assert (person["present"], person["role"]) == (False, None)

    await with_guest(serving, "write", speech, act)


@pytest.mark.anyio
async def test_who_may_only_read_from_now_on_reads_on(serving: Serving, speech: Path) -> None:
    room = await serving.services.rooms.open("weekly")

    async def act(owner: httpx2.AsyncClient, guest: Guest, place: str) -> None:
        document = guest.document
        assert guest.socket is not None
        before = room.board.document.title()
        assert (await owner.put(place, json={"role": "read"})).status_code == 200
        await guest.until_ended("voice")  # to speak takes more
        assert await guest.speak(owner) == 403
        while not document.denied:  # noqa: ASYNC110
            await anyio.sleep(0.01)
        document.roots["title"].insert(0, "not mine")
        [update] = document.take_unsent()
        await guest.socket.send(update)
        await room.board.write(lambda written: written.set_talk(shares={"maya": 1.0}))
        while "shares" not in document.roots["talk"]:  # noqa: ASYNC110
            await anyio.sleep(0.01)
        assert room.board.document.title() == before
        assert guest.ended == {"voice": "lost"}
        assert (await owner.put(place, json={"role": "write"})).status_code == 200
        while "not mine" not in room.board.document.title():  # noqa: ASYNC110 - what was refused is asked for again
            await anyio.sleep(0.01)
        assert guest.ended == {"voice": "lost"}

    await with_guest(serving, "write", speech, act)


@pytest.mark.anyio
async def test_links_that_are_taken_back_close_what_came_by_them(serving: Serving) -> None:
    address = serving.url.replace("http", "ws")
    invitation = serving.services.access.token("weekly", "read", 1)
    async with client_of(serving) as owner, connect(f"{address}/sync/weekly?token={invitation}") as socket:
        await socket.send(Client().hello())
        await socket.recv()
        assert (await owner.post("/api/rooms/weekly/links")).status_code == 200
        with anyio.fail_after(60):
            await socket.wait_closed()
        assert socket.close_code == 4401


# Who is heard


@pytest.mark.anyio
async def test_people_say_themselves_whether_they_are_heard_and_are_forgotten(
    config: ServeConfig, parts: Parts, tmp_path: Path
) -> None:
    speech = write(tmp_path / "speech.wav", track(0.5, 1.5, 1.0))
    async with running(config, parts) as serving:
        services = serving.services
        await services.rooms.open("weekly", create=True)
        tokens = {
            name: services.access.token("weekly", "write", 1, participant=name, name=name) for name in ("ada", "bo")
        }
        owner = {"Authorization": f"Bearer {services.access.token('weekly', 'owner', 1)}"}
        async with client_of(serving) as client:

            async def post(sdp: str) -> str:
                headers = {**SDP, "Authorization": f"Bearer {tokens['ada']}"}
                return (await client.post("/whip/weekly?heard=1", content=sdp, headers=headers)).raise_for_status().text

            async def ask(method: str, path: str, who: str, **sent: Any) -> httpx2.Response:
                headers = {"Authorization": f"Bearer {tokens[who]}"}
                return await client.request(method, f"{PERSON}/{path}", headers=headers, **sent)

            bad = await client.post("/whip/weekly?heard=maybe", content=CHROME, headers={**SDP, **owner})
            assert (bad.status_code, "heard is 0 or 1" in bad.json()["detail"]) == (422, True)
            await play(read_pcm(speech), post)
            for who, heard, status in (("ada", False, 200), ("bo", False, 403), ("ada", "no", 422)):
                assert (await ask("PUT", "ada/consent", who, json={"heard": heard})).status_code == status
            assert (await ask("PUT", "bo/consent", "bo", json={"heard": False})).status_code == 404
            [person] = [p for p in (await client.get(PERSON, headers=owner)).json()["people"] if p["id"] == "ada"]
            assert person["heard"] is False

            place = "/api/rooms/weekly/minutes"
            with anyio.fail_after(60):
                while not (await client.get(place, headers=owner)).json()["turns"]:  # noqa: ASYNC110
                    await anyio.sleep(0.05)
            assert (await ask("DELETE", "ada/record", "bo")).status_code == 403
            gone = await ask("DELETE", "me/record", "ada")
            assert gone.json() == {"id": "ada", "turns": 1}
            assert (await client.get(place, headers=owner)).json()["turns"] == []
            assert (await client.delete(f"{PERSON}/ada/record", headers=owner)).json() == {"id": "ada", "turns": 0}
