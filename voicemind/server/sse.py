"""Event streams (text/event-stream): what waits for a client is sent, and a sign of life when nothing does."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing

import anyio
from anyio.abc import ObjectReceiveStream, ObjectSendStream
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

RETRY = 2000  # milliseconds after which a client comes back
KEEP_ALIVE = 15.0  # seconds; proxies give up after 30 or 60
STALL = 30.0  # seconds that a client may take for one event


def frame(data: str, number: int | None = None) -> str:
    """Return one event; a number is what Last-Event-ID will say."""
    return f"data: {data}\n\n" if number is None else f"id: {number}\ndata: {data}\n\n"


def mark(number: int) -> str:
    """Return what tells a client the number to come back with, without an event."""
    return f"id: {number}\n\n"


class EventStream(Response):
    """Sends what an iterator yields until that ends, the client goes or may not listen any more, the server stops."""

    media_type = "text/event-stream"

    def __init__(
        self,
        frames: AsyncGenerator[str, None],
        stopping: anyio.Event,
        revoked: Callable[[], Awaitable[object]] = anyio.sleep_forever,
    ) -> None:
        """``revoked`` waits until the client may not listen any more."""
        super().__init__(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._frames = frames
        self._stopping = stopping
        self._revoked = revoked

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        outgoing, incoming = anyio.create_memory_object_stream[str](0)
        async with outgoing, incoming, anyio.create_task_group() as tasks:
            tasks.start_soon(self._until_gone, receive, tasks.cancel_scope)
            for end in (self._stopping.wait, self._revoked):
                tasks.start_soon(self._until, end, tasks.cancel_scope)
            if scope["method"] != "HEAD":
                tasks.start_soon(self._gather, outgoing)
                await self._send_all(incoming, send)
            tasks.cancel_scope.cancel()
        with anyio.move_on_after(1):
            await send({"type": "http.response.body", "body": b""})

    async def _until_gone(self, receive: Receive, scope: anyio.CancelScope) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        scope.cancel()

    async def _until(self, end: Callable[[], Awaitable[object]], scope: anyio.CancelScope) -> None:
        await end()
        scope.cancel()

    async def _gather(self, outgoing: ObjectSendStream[str]) -> None:
        async with outgoing, aclosing(self._frames) as frames:
            await outgoing.send(f"retry: {RETRY}\n\n")
            async for text in frames:
                await outgoing.send(text)

    async def _send_all(self, incoming: ObjectReceiveStream[str], send: Send) -> None:
        while True:
            text = ": still here\n\n"
            with anyio.move_on_after(KEEP_ALIVE):
                try:
                    text = await incoming.receive()
                except anyio.EndOfStream:
                    return
            with anyio.move_on_after(STALL) as patience:
                await send({"type": "http.response.body", "body": text.encode(), "more_body": True})
            if patience.cancelled_caught:
                return
