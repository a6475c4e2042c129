from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from tests.server.visits import Visits
from voicemind.config import ServeConfig
from voicemind.server import throttle
from voicemind.server.app import Parts, create_app
from voicemind.server.throttle import TOO_OFTEN, Buckets, Pace, paces


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def buckets(clock: Clock, pace: Pace) -> Buckets:
    return Buckets({"read": pace, "change": pace, "open": pace}, clock)


def test_a_bucket_gives_what_it_holds_and_then_what_flows_in() -> None:
    clock = Clock()
    one = buckets(clock, Pace(rate=2, burst=3))
    assert [one.take("maya", "read") for _ in range(4)] == [0, 0, 0, 0.5]
    assert one.take("tom", "read") == one.take("maya", "change") == 0
    clock.now += 0.25
    assert one.take("maya", "read") == pytest.approx(0.25)
    clock.now += 0.25
    assert [one.take("maya", "read") for _ in range(2)] == [0, 0.5]
    clock.now += 1000
    assert [bool(one.take("maya", "read")) for _ in range(4)] == [False, False, False, True]


@given(st.lists(st.floats(min_value=0, max_value=3), min_size=1, max_size=60), st.integers(1, 5), st.integers(1, 5))
def test_nobody_gets_more_than_the_pace_and_whoever_waits_gets_in(steps: list[float], rate: int, burst: int) -> None:
    clock = Clock()
    one = buckets(clock, Pace(rate, burst))
    taken = 0
    for step in steps:
        clock.now += step
        wait = one.take("maya", "read")
        taken += not wait
        assert taken <= burst + rate * (clock.now - 100) + 1e-6
    if wait:
        clock.now += wait + 1e-9
        assert one.take("maya", "read") == 0


def test_no_crowd_makes_it_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "MOST_BUCKETS", 10)
    one = buckets(Clock(), Pace(1, 1))
    for number in range(100):
        one.take(str(number), "read")
    assert len(one._levels) == 10
    assert one.take("99", "read") > 0


def test_changing_is_slower_than_reading() -> None:
    found = paces(100)
    assert found["change"].rate < found["read"].rate
    assert found["change"].burst < found["read"].burst < found["open"].burst


@pytest.fixture
def slow(config: ServeConfig, parts: Parts) -> Iterator[Visits]:
    """A server that answers one request in a thousand seconds, after five at once."""
    with TestClient(create_app(replace(config, requests_per_second=0.001), parts), "http://testserver") as client:
        yield Visits(client)


@pytest.fixture(autouse=True)
def bursts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "voicemind.server.app.paces",
        lambda rate: {"read": Pace(rate, 3), "change": Pace(rate, 2), "open": Pace(rate, 2)},
    )


def ask(visits: Visits, token: str | None, method: str = "GET") -> Any:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return visits.client.request(method, "/api/rooms", headers=headers)


def test_who_asks_too_often_is_told_when_to_come_back(slow: Visits) -> None:
    token = slow.token("read")
    assert [ask(slow, token).status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = ask(slow, token)
    assert refused.headers["content-type"] == "application/problem+json"
    assert 900 <= int(refused.headers["retry-after"]) <= 1000
    assert refused.headers["x-content-type-options"] == "nosniff"
    assert [ask(slow, token, "POST").status_code for _ in range(3)] == [403, 403, 429]
    for path in ("/", "/healthz", "/assets/index-BRPOqieP.js"):
        assert all(slow.client.get(path).status_code == 200 for _ in range(9))


def test_people_do_not_pay_for_each_other(slow: Visits) -> None:
    slow.room()
    maya, tom = (slow.token("read", "weekly", participant=name) for name in ("maya", "tom"))
    invitation = slow.token("read", "weekly")
    for token in (maya, tom, invitation):
        assert [ask(slow, token).status_code for _ in range(4)] == [200, 200, 200, 429]
    # Another token of hers is still her; bad tokens are whoever sends them.
    again = slow.token("write", "weekly", participant="maya", name="Maya")
    assert ask(slow, again).status_code == 429
    bad = [ask(slow, f"bad{number}").status_code for number in range(5)]
    assert bad == [401, 401, 401, 429, 429]


def test_sockets_that_are_opened_too_often_are_told_to_come_back(slow: Visits) -> None:
    slow.room()
    token = slow.token("read", "weekly")
    for _ in range(2):
        with slow.client.websocket_connect("/events/weekly", [f"yauth-{token}"]):
            pass
    assert slow.closed("/events/weekly", [f"yauth-{token}"])[0] == TOO_OFTEN
