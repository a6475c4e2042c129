"""Over a real network, whoever is cut off and comes back hears every event once, by either transport."""

import json
import tempfile
from dataclasses import replace
from pathlib import Path

import anyio
import httpx2
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from websockets.asyncio.client import connect

from tests.fakes import fake_models
from tests.room.host import LOCAL
from tests.server.serving import Row, client_of, stream
from voicemind.config import ServeConfig
from voicemind.server.app import Parts
from voicemind.server.run import Serving, running


class Listener:
    """Hears a few events at a time, is cut off without a word, and comes back with the last number it knows."""

    def __init__(self, serving: Serving, client: httpx2.AsyncClient) -> None:
        self.serving, self.client = serving, client
        self.heard: list[Row] = []
        self.last: int | None = None

    async def by_socket(self, count: int) -> None:
        query = "" if self.last is None else f"&since={self.last}"
        token = self.serving.sign_in.partition("?token=")[2]
        address = f"{self.serving.url.replace('http', 'ws')}/events/weekly?token={token}{query}"
        async with connect(address) as socket:
            if self.last is None:
                greeting = json.loads(await socket.recv())
                self.last = greeting["data"]["seq"]
            for _ in range(count):
                self._hear(json.loads(await socket.recv()))
            socket.transport.abort()

    async def by_stream(self, count: int) -> None:
        async with stream(self.client, "/api/rooms/weekly/events", str(self.last or "")) as events:
            for _ in range(count):
                self._hear(await events.next())

    def _hear(self, event: Row) -> None:
        self.heard.append(event)
        self.last = event["seq"]


@settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.integers(0, 6), st.sampled_from(["by_socket", "by_stream"]), st.integers(0, 6))))
def test_every_event_is_heard_once(steps: list[tuple[int, str, int]]) -> None:
    """Each step: so many events happen, then somebody comes by a transport, and is cut off after so many."""

    async def run() -> list[Row]:
        parts = Parts(lambda config, progress: fake_models(), lambda folder: ("false",), LOCAL)
        with tempfile.TemporaryDirectory() as data, anyio.fail_after(60):
            config = replace(ServeConfig(Path(data), port=0), requests_per_second=1e6)
            async with running(config, parts) as serving, client_of(serving) as client:
                room = await serving.services.rooms.open("weekly", create=True)
                events, listener, published = serving.services.events(room), Listener(serving, client), 0
                await listener.by_socket(0)
                for happen, transport, hear in [*steps, (0, "by_socket", 1000)]:
                    for _ in range(happen):
                        events.publish("turn", {"n": published})
                        published += 1
                    await getattr(listener, transport)(min(hear, published - len(listener.heard)))
                assert len(listener.heard) == published
                return listener.heard

    heard = anyio.run(run)
    assert [event["data"]["n"] for event in heard] == list(range(len(heard)))
