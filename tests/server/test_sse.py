from collections.abc import AsyncGenerator
from typing import Any

import anyio
import pytest
from starlette.types import Message

from voicemind.server import sse
from voicemind.server.sse import EventStream, frame, mark

pytestmark = pytest.mark.anyio


class Browser:
    """The other end of an ASGI response."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: dict[bytes, bytes] = {}
        self.body = ""
        self.ended = False
        self.gone = anyio.Event()
        self.reads = True

    async def receive(self) -> Message:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], dict(message["headers"])
            return
        if not self.reads:
            await anyio.sleep_forever()
        self.body += message["body"].decode()
        self.ended = not message.get("more_body", False)

    async def listen(self, stream: EventStream, method: str = "GET") -> None:
        with anyio.fail_after(60):
            await stream({"type": "http", "method": method}, self.receive, self.send)


class Source:
    """Frames as they come, and whether they were let go of."""

    def __init__(self, *frames: str, ends: bool = False) -> None:
        self.frames, self.ends, self.closed = frames, ends, False

    async def run(self) -> AsyncGenerator[str, None]:
        try:
            for text in self.frames:
                yield text
            if not self.ends:
                await anyio.sleep_forever()
        finally:
            self.closed = True


def stream(source: Source, **options: Any) -> EventStream:
    return EventStream(source.run(), options.pop("stopping", anyio.Event()), **options)


def test_a_frame_is_what_browsers_read() -> None:
    assert frame('{"n":1}', 7) == 'id: 7\ndata: {"n":1}\n\n'
    assert frame('{"n":1}') == 'data: {"n":1}\n\n'
    assert mark(7) == "id: 7\n\n"


async def test_a_stream_ends_with_what_it_sends() -> None:
    browser, source = Browser(), Source("data: 1\n\n", "data: 2\n\n", ends=True)
    await browser.listen(stream(source))
    assert (browser.status, browser.headers[b"content-type"]) == (200, b"text/event-stream; charset=utf-8")
    assert browser.headers[b"cache-control"] == b"no-store"
    assert b"content-length" not in browser.headers
    assert browser.body == "retry: 2000\n\ndata: 1\n\ndata: 2\n\n"
    assert browser.ended
    assert source.closed


async def test_a_stream_ends_when_the_browser_goes() -> None:
    browser, source = Browser(), Source("data: 1\n\n")
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(browser.listen, stream(source))
        await anyio.sleep(0.05)
        assert not source.closed
        browser.gone.set()
    assert source.closed


async def test_a_stream_ends_when_the_server_stops() -> None:
    browser, source, stopping = Browser(), Source("data: 1\n\n"), anyio.Event()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(browser.listen, stream(source, stopping=stopping))
        await anyio.sleep(0.05)
        stopping.set()
    assert source.closed
    assert browser.ended


async def test_a_stream_ends_when_its_listener_may_not_listen_any_more() -> None:
    browser, source, revoked = Browser(), Source("data: 1\n\n"), anyio.Event()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(browser.listen, stream(source, revoked=revoked.wait))
        await anyio.sleep(0.05)
        assert not source.closed
        revoked.set()
    assert source.closed
    assert browser.ended


async def test_a_browser_that_does_not_read_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sse, "STALL", 0.05)
    browser, source = Browser(), Source("data: 1\n\n")
    browser.reads = False
    await browser.listen(stream(source))
    assert source.closed


async def test_a_sign_of_life_comes_when_nothing_else_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sse, "KEEP_ALIVE", 0.05)
    browser = Browser()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(browser.listen, stream(Source("data: 1\n\n")))
        await anyio.sleep(0.3)
        browser.gone.set()
    assert browser.body.startswith("retry: 2000\n\ndata: 1\n\n: still here\n\n: still here\n\n")


async def test_head_is_answered_without_a_stream() -> None:
    browser = Browser()
    await browser.listen(stream(Source("data: 1\n\n")), "HEAD")
    assert (browser.status, browser.body, browser.ended) == (200, "", True)
