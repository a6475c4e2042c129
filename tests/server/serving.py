"""A server behind a real port, for tests of what only a network shows."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import httpx2

from voicemind.server.run import Serving

Row = dict[str, Any]


@asynccontextmanager
async def client_of(serving: Serving) -> AsyncIterator[httpx2.AsyncClient]:
    """An HTTP client that is signed in."""
    token = serving.sign_in.partition("?token=")[2]
    async with httpx2.AsyncClient(
        base_url=serving.url, headers={"Authorization": f"Bearer {token}"}, timeout=10, trust_env=False
    ) as client:
        yield client


class Stream:
    """An event stream as a browser reads it: events, and the number to come back with."""

    def __init__(self, response: httpx2.Response) -> None:
        self.response = response
        self.last_id = ""
        self._lines = response.aiter_lines()

    async def next(self) -> Row:
        """The data of the next event; anyio.EndOfStream at the end."""
        data = ""
        with anyio.fail_after(60):
            async for line in self._lines:
                name, _, value = line.partition(": ")
                if name == "id":
                    self.last_id = value
                elif name == "data":
                    data += value
                elif not line and data:
                    found: Row = json.loads(data)
                    return found
        raise anyio.EndOfStream

    async def until(self, kind: str) -> Row:
        """The next event of a type."""
        while (event := await self.next())["type"] != kind:
            pass
        return event


@asynccontextmanager
async def stream(client: httpx2.AsyncClient, path: str, last_id: str = "") -> AsyncIterator[Stream]:
    """Listen to an event stream."""
    headers = {"Last-Event-ID": last_id} if last_id else {}
    async with client.stream("GET", path, headers=headers) as response:
        yield Stream(response)


async def end(client: httpx2.AsyncClient, room: str) -> Row:
    """End a room's meeting; returns its job once that is over."""
    answer = await client.post(f"/api/rooms/{room}/end")
    assert (answer.status_code, answer.json()["state"]) in ((202, "live"), (202, "waiting"), (202, "ended"))
    async with stream(client, f"{answer.headers['Location']}/events") as events:
        while True:
            job: Row = (await events.next())["data"]
            if job["state"] in ("done", "failed"):
                return job
