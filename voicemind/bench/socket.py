"""A WebSocket client that costs next to nothing (RFC 6455): fifty of them must not be what a benchmark measures.

It masks with zeros and takes neither fragments nor extensions, so it is good for a server on this machine only.
"""

import asyncio
import base64
import os
import struct
from collections.abc import Callable
from typing import cast
from urllib.parse import urlsplit

BINARY, CLOSE, PING, PONG = 2, 8, 9, 10


class Socket(asyncio.Protocol):
    """One connection; ``hear`` is called with each message as it comes."""

    def __init__(self, url: str, hear: Callable[[bytes], None]) -> None:
        self.close_code: int | None = None
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._url = urlsplit(url)
        self._hear = hear
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    @classmethod
    async def open(cls, url: str, hear: Callable[[bytes], None]) -> "Socket":
        """Connect; raises OSError when the server does not take it."""
        parts = urlsplit(url)
        loop = asyncio.get_running_loop()
        _, socket = await loop.create_connection(
            lambda: cls(url, hear), parts.hostname or "127.0.0.1", parts.port or 80
        )
        await socket.opened
        return socket

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the upgrade."""
        self._transport = cast("asyncio.Transport", transport)
        path = self._url.path + (f"?{self._url.query}" if self._url.query else "")
        key = base64.b64encode(os.urandom(16)).decode()
        lines = (
            f"GET {path or '/'} HTTP/1.1",
            f"Host: {self._url.netloc}",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            f"Sec-WebSocket-Key: {key}",
        )
        self._transport.write("\r\n".join((*lines, "", "")).encode())

    def connection_lost(self, _: Exception | None) -> None:
        """Fail the opening where it was not done."""
        if not self.opened.done():
            self.opened.set_exception(ConnectionResetError("the server closed the connection"))

    def data_received(self, data: bytes) -> None:
        """Take frames out of what came."""
        self._buffer = self._buffer + data if self._buffer else data
        if not self.opened.done() and not self._upgraded():
            return
        at = 0
        while (payload := self._payload(at)) is not None:
            start, end = payload
            self._take(self._buffer[at] & 15, self._buffer[start:end])
            at = end
        self._buffer = self._buffer[at:]

    def _upgraded(self) -> bool:
        head, found, rest = self._buffer.partition(b"\r\n\r\n")
        if not found:
            return False
        self._buffer = rest
        if b" 101 " in head.split(b"\r\n")[0]:
            self.opened.set_result(None)
            return True
        self.opened.set_exception(ConnectionRefusedError(head.split(b"\r\n")[0].decode()))
        return False

    def _payload(self, at: int) -> tuple[int, int] | None:
        """Return where the payload of the frame at ``at`` begins and ends, None when it is not all there."""
        have = len(self._buffer) - at
        if have < 2:
            return None
        start, length = at + 2, self._buffer[at + 1] & 127
        if length == 126 and have >= 4:
            start, length = at + 4, struct.unpack_from("!H", self._buffer, at + 2)[0]
        elif length == 127 and have >= 10:
            start, length = at + 10, struct.unpack_from("!Q", self._buffer, at + 2)[0]
        elif length > 125:
            return None
        return (start, start + length) if start + length <= len(self._buffer) else None

    def _take(self, kind: int, payload: bytes) -> None:
        if kind == BINARY:
            self._hear(payload)
        elif kind == PING:
            self._send(PONG, payload)
        elif kind == CLOSE:
            self.close_code = struct.unpack_from("!H", payload)[0] if len(payload) > 1 else 1005
            self._send(CLOSE, payload[:2])

    def send(self, message: bytes) -> None:
        """Send one message; one to a connection that is gone is dropped."""
        self._send(BINARY, message)

    def _send(self, kind: int, payload: bytes) -> None:
        length = len(payload)
        if length < 126:
            head = struct.pack("!BB", 128 | kind, 128 | length)
        elif length < 65536:
            head = struct.pack("!BBH", 128 | kind, 254, length)
        else:
            head = struct.pack("!BBQ", 128 | kind, 255, length)
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(head + b"\0\0\0\0" + payload)

    def pause(self) -> None:
        """Read nothing more, as a stalled page does."""
        if self._transport is not None:
            self._transport.pause_reading()

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()
