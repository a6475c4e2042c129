import pytest

from tests.room.offers import CHROME
from tests.server.visits import Visits
from voicemind.errors import InputError
from voicemind.room.ice import IceServer
from voicemind.server import whip
from voicemind.server.whip import for_browsers, ice_server

SDP = {"Content-Type": "application/sdp"}


@pytest.mark.parametrize(
    ("text", "server"),
    [
        ("stun:stun.example:3478", IceServer("stun:stun.example:3478")),
        (
            "turn:maya:se%3Acret@turn.example:3478?transport=udp",
            IceServer("turn:turn.example:3478?transport=udp", "maya", "se:cret"),
        ),
        ("turns:m:s@turn.example", IceServer("turns:turn.example", "m", "s")),
    ],
)
def test_ice_servers_are_read(text: str, server: IceServer) -> None:
    assert ice_server(text) == server


@pytest.mark.parametrize("text", ["", "stun:", "http://x", "turn:maya@turn.example", "turn:@x", "stun.example:3478"])
def test_what_is_no_ice_server_is_bad_input(text: str) -> None:
    with pytest.raises(InputError, match="write stun:host:port"):
        ice_server(text)


def test_browsers_are_told_of_servers_in_their_own_words() -> None:
    assert for_browsers(IceServer("stun:s")) == {"urls": "stun:s"}
    assert for_browsers(IceServer("turn:s", "m", "p")) == {"urls": "turn:s", "username": "m", "credential": "p"}


def test_a_participant_is_who_the_token_says(visits: Visits) -> None:
    room = visits.room()
    for query, headers in (
        ("", visits.bearer("write", "weekly", participant="p-1", name="Maya")),
        ("?participant=p-9&name=Eve", visits.bearer("write", "weekly", participant="p-2", name="Tom")),
        ("?participant=p-1&name=Eve", visits.bearer("write", "weekly")),
    ):
        answer = visits.client.post(f"/whip/weekly{query}", content=CHROME, headers={**headers, **SDP})
        assert answer.status_code == 201
    named, known, guest = room.participants
    assert (named.id, named.name) == ("p-1", "Maya")
    assert (known.id, known.name) == ("p-2", "Tom")
    assert (guest.id[:6], guest.name) == ("guest-", "Eve")
    rows = visits.client.get("/api/rooms", headers=visits.bearer()).json()["rooms"]
    assert [person["name"] for person in rows[0]["participants"]] == ["Maya", "Tom", "Eve"]


def test_who_may_only_read_may_listen(visits: Visits) -> None:
    visits.room()
    listening = CHROME.replace("a=sendrecv", "a=recvonly")
    for offer, status in ((listening, 201), (CHROME, 403)):
        headers = {**visits.bearer("read", "weekly"), **SDP}
        assert visits.client.post("/whip/weekly", content=offer, headers=headers).status_code == status


def test_only_the_latest_sessions_can_be_trickled_to(visits: Visits, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whip, "MOST_SESSIONS", 1)
    visits.room()
    headers = {**visits.bearer("write", "weekly"), **SDP}
    first, second = (visits.client.post("/whip/weekly", content=CHROME, headers=headers) for _ in range(2))
    fragment = {**visits.bearer("read", "weekly"), "Content-Type": "application/trickle-ice-sdpfrag"}
    for made, status in ((first, 404), (second, 204)):
        told = {**fragment, "If-Match": made.headers["etag"]}
        place = made.headers["location"]
        assert visits.client.patch(place, content="a=mid:0\r\n", headers=told).status_code == status
        assert visits.client.delete(place, headers=visits.bearer("read", "weekly")).status_code == 200
