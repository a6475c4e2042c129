import json
import time
from typing import Any

import pytest

from tests.room.sounds import syllables
from tests.room.test_wire import opus
from tests.server.visits import Visits
from voicemind.board.protocol import uint
from voicemind.room.late import LateSound
from voicemind.room.opus import FRAME, RATE, OpusDecoder
from voicemind.room.room import Room
from voicemind.room.wire import read_message

HELLO = {"codec": "opus", "rate": RATE}


def here(room: Room) -> list[tuple[str, bool, bool]]:
    return sorted((person.name, person.microphone, person.heard) for person in room.participants if person.present)


def until(condition: Any) -> None:
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


class Speaker:
    """Somebody at ``/audio/weekly``, as the server knows them by a token."""

    def __init__(self, visits: Visits, participant: str, query: str = "") -> None:
        token = visits.token("comment", "weekly", participant=participant, name=participant.title())
        self.connect = visits.client.websocket_connect(f"/audio/weekly?token={token}{query}")

    def __enter__(self) -> Any:
        self.socket = self.connect.__enter__()
        return self.socket

    def __exit__(self, *error: object) -> None:
        self.connect.__exit__(*error)


def test_two_people_hear_each_other_and_come_and_go(visits: Visits) -> None:
    room = visits.room()
    said = list(opus(syllables(2, seed=3)))
    with Speaker(visits, "ana") as ana, Speaker(visits, "bo", "&listen=1") as bo:
        ana.send_json(HELLO)
        greeting = ana.receive_json()
        assert (greeting["type"], greeting["codec"], greeting["rate"]) == ("hello", "opus", RATE)
        bo.receive_json()
        until(lambda: here(room) == [("Ana", True, True), ("Bo", False, True)])
        decoder, loudest, count = OpusDecoder(), 0, 0
        for message in said:
            ana.send_bytes(message)
            time.sleep(FRAME / RATE)
        while loudest < 1000 and count < 200:
            read = read_message(bo.receive_bytes())
            assert read is not None
            loudest, count = max(loudest, int(abs(decoder.decode(read[1])).max())), count + 1
        assert loudest >= 1000
    until(lambda: here(room) == [])


@pytest.mark.parametrize("hello", ["[]", "no json", json.dumps({"codec": "mp3", "rate": RATE}), "{}"])
def test_sound_that_nobody_can_decode_is_refused(visits: Visits, hello: str) -> None:
    visits.room()
    with Speaker(visits, "ana") as ana:
        ana.send_text(hello)
        message = ana.receive()
    assert message["code"] == 4400
    assert "opus" in message["reason"]


def test_who_may_only_read_may_listen(visits: Visits) -> None:
    visits.room()
    token = visits.token("read", "weekly")
    assert visits.closed(f"/audio/weekly?token={token}")[0] == 4403
    with visits.client.websocket_connect(f"/audio/weekly?listen=1&token={token}") as socket:
        assert socket.receive_json()["type"] == "hello"
    assert visits.closed("/audio/weekly")[0] == 4401


def test_a_wish_not_to_be_heard_is_kept(visits: Visits) -> None:
    room = visits.room()
    with Speaker(visits, "ana", "&heard=0") as ana:
        ana.send_json(HELLO)
        ana.receive_json()
        assert here(room) == [("Ana", True, False)]
    with Speaker(visits, "ana", "&heard=2") as ana:
        ana.send_json(HELLO)
        assert ana.receive()["code"] == 4400


def test_of_two_pages_of_one_person_the_later_one_has_the_sound(visits: Visits) -> None:
    room = visits.room()
    with Speaker(visits, "ana", "&page=1") as first:
        first.send_json(HELLO)
        first.receive_json()
        with Speaker(visits, "ana", "&page=2") as second:
            second.send_json(HELLO)
            second.receive_json()
            message = first.receive()
            while message["type"] == "websocket.send":
                message = first.receive()
            assert message["code"] == 4503
            for page, code in ((1, 4409), (2, None), (3, None)):
                with Speaker(visits, "ana", f"&page={page}") as again:
                    again.send_json(HELLO)
                    message = again.receive()
                    assert message.get("code") == code
                    assert code is None or "another page" in message["reason"]
                    assert here(room) == [("Ana", True, True)]


def test_it_is_shown_how_everybody_arrives(visits: Visits) -> None:
    visits.room()

    def quality(person: str) -> Any:
        people = visits.client.get("/api/rooms/weekly/people", headers=visits.bearer()).json()["people"]
        return next(found.get("quality") for found in people if found["id"] == person)

    with Speaker(visits, "ana") as ana, Speaker(visits, "bo", "&listen=1") as bo:
        ana.send_json(HELLO)
        ana.receive_json()
        bo.receive_json()
        messages = list(opus(syllables(1, seed=5)))
        for message in messages[:20] + messages[24:]:
            ana.send_bytes(message)
        until(lambda: quality("ana")["received"] == 46)
        assert quality("ana")["lost"] == 4
        assert quality("bo") == {"received": 0, "lost": 0, "jitter": 0.0}
    until(lambda: quality("ana") is None)


def sounded(said: list[bytes]) -> bytes:
    return b"".join(uint(len(message)) + message for message in said)


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("codec=mp3&rate=48000&ago=3", "opus at 48000"),
        ("codec=opus&rate=x&ago=3", "opus at 48000"),
        ("codec=opus&rate=48000", "how many seconds"),
        ("codec=opus&rate=48000&ago=nan", "at most a day"),
    ],
)
def test_late_sound_that_says_too_little_is_refused(visits: Visits, query: str, says: str) -> None:
    visits.room()
    headers = visits.bearer("comment", "weekly", participant="ana")
    answer = visits.client.post(f"/api/rooms/weekly/people/me/sound?{query}", content=b"\x01a", headers=headers)
    assert (answer.status_code, says in answer.json()["detail"]) == (422, True)


def test_late_sound_is_that_of_who_brings_it(visits: Visits) -> None:
    visits.room()
    place = "/api/rooms/weekly/people/me/sound?codec=opus&rate=48000&ago="
    body = sounded(list(opus(syllables(1, seed=5))))
    ana, bo = (visits.bearer("comment", "weekly", participant=person) for person in ("ana", "bo"))
    assert visits.client.post(place + "1.0", content=body, headers=ana).status_code == 409  # nobody is here yet
    with Speaker(visits, "ana") as socket:
        socket.send_json(HELLO)
        socket.receive_json()
        time.sleep(1.1)
        assert visits.client.post(place + "1.0", content=body, headers=bo).status_code == 404
        reader = visits.bearer("read", "weekly", participant="ana")
        assert visits.client.post(place + "1.0", content=body, headers=reader).status_code == 403
        answers = [visits.client.post(place + "1.0", content=body, headers=ana).json() for _ in range(2)]
        assert answers == [{"heard": True}, {"heard": False}]
        consent = visits.client.put("/api/rooms/weekly/people/me/consent", json={"heard": False}, headers=ana)
        assert consent.status_code == 200
        assert visits.client.post(place + "1.0", content=body, headers=ana).status_code == 409


def test_nobody_joins_after_the_end(visits: Visits) -> None:
    room = visits.room()
    with Speaker(visits, "ana") as ana:
        ana.send_json(HELLO)
        ana.receive_json()
        visits.run(room.end)
        message = ana.receive()
        while message["type"] == "websocket.send":
            message = ana.receive()
        assert message["code"] == 4503
    with Speaker(visits, "ana") as ana:
        ana.send_json(HELLO)
        assert ana.receive()["code"] == 4410


def test_nonsense_troubles_nobody(visits: Visits) -> None:
    room = visits.room()
    with Speaker(visits, "ana") as ana, Speaker(visits, "bo") as bo:
        for each in (ana, bo):
            each.send_json(HELLO)
            each.receive_json()
        for nonsense in (b"", b"\xff" * 20, uint(2**52) + b"x" * 4000, b"\x00", uint(5) + b"\x00\x01\x02"):
            ana.send_bytes(nonsense)
        ana.send_text("hello again")
        for message in opus(syllables(1, seed=5)):
            bo.send_bytes(message)
        read = None
        while read is None:
            read = read_message(ana.receive_bytes())
        assert here(room) == [("Ana", True, True), ("Bo", True, True)]


def test_late_sound_that_was_long_on_its_way_still_stands_in_its_place(
    visits: Visits, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, brought = visits.room(), list[float]()

    async def note(_: str, sound: LateSound) -> bool:
        brought.append(sound.ago)
        return True

    monkeypatch.setattr(room, "bring", note)
    place = "/api/rooms/weekly/people/me/sound?codec=opus&rate=48000&ago=20"
    headers, body = visits.bearer("comment", "weekly", participant="ana"), sounded(list(opus(syllables(1, seed=5))))
    now = visits.client.get("/api/clock").json()["now"]
    for told in ("", f"&now={now - 7}", f"&now={now + 7}"):  # a clock that is ahead is none of ours
        assert visits.client.post(place + told, content=body, headers=headers).status_code == 200
    assert [round(ago) for ago in brought] == [20, 27, 20]
