"""uvicorn's WebSockets with a short way in and out, for boards that many people draw on at once.

By ASGI each message wakes a task through a dozen layers, and each reader needs a frame of its own: most
of what an update costs. Here a frame that all readers get is made once and written at once, and whole
messages are handed over as they come. An application finds the short way in the scope's extensions,
under ``DIRECT``; behind another server there is none, and everything goes by ASGI.
"""

import struct
from collections.abc import Callable
from functools import lru_cache

from starlette.websockets import WebSocket
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Opcode
from websockets.http11 import Request

try:
    from websockets.speedups import apply_mask
except ImportError:  # a platform without a compiled wheel
    from websockets.utils import apply_mask

DIRECT = "voicemind.direct"
QUEUED_MESSAGES = 32
QUEUED_BYTES = 1 << 18  # received and not taken yet; reading stops there
WHOLE_BINARY = 0x80 | Opcode.BINARY
CONTROL = frozenset({0x80 | Opcode.PING, 0x80 | Opcode.PONG})

Hear = Callable[[bytes], bool]
"""Takes a message, or returns False: then it is to be had by ASGI."""


class DirectWebSockets(WebSocketsSansIOProtocol):
    """A WebSocket of uvicorn's. What is not a whole binary message is uvicorn's to deal with."""

    hear: Hear | None = None
    _queued = 0  # bytes received since the queue was last empty
    _partial: bytearray | None = None  # the beginning of a frame
    _plain = False  # whether nothing but whole messages came so far: uvicorn's parser is between two frames

    def handle_connect(self, event: Request) -> None:
        """Accept a request to upgrade, and tell the application of the short way."""
        super().handle_connect(event)
        if self.response.status_code == 101:
            self.scope["extensions"][DIRECT] = {"protocol": self}
            self._plain = not self.conn.extensions

    def offer(self, data: bytes) -> bool:
        """Send one binary message at once; False, and nothing sent, where that would mean to wait."""
        if not self.handshake_complete or self.close_sent or self.disconnected or not self.writable.is_set():
            return False
        self.transport.write(binary_frame(data))
        return True

    def data_received(self, data: bytes) -> None:
        """Take whole binary messages out of what came; uvicorn gets the rest, frame by frame."""
        if not self._plain or not self.handshake_complete:
            super().data_received(data)
            return
        came: bytes | bytearray = data
        if self._partial is not None:
            self._partial += data  # in place: a large message comes in many pieces
            came, self._partial = self._partial, None
        taken, self._plain = self._take_frames(came)
        if not self._plain:
            super().data_received(bytes(came[taken:]))
        elif taken < len(came):
            self._partial = came if isinstance(came, bytearray) else bytearray(came)
            del self._partial[:taken]

    def _take_frames(self, data: bytes | bytearray) -> tuple[int, bool]:
        """Take the frames that are all there; returns where the rest begins, and whether it may be another message."""
        at = 0
        while len(data) - at >= 2:
            kind, (start, end) = data[at], bounds(data, at)
            message = kind == WHOLE_BINARY and data[at + 1] & 0x80 and end - start <= self.config.ws_max_size
            if not message and kind not in CONTROL:
                return at, False  # fragments, text, the end of it all, or nonsense
            if end > len(data):
                break
            if message:
                self._take(apply_mask(data[start:end], data[start - 4 : start]))
            else:
                super().data_received(bytes(data[at:end]))
            at = end
        return at, True

    def send_receive_event_to_app(self) -> None:
        """Queue a message; uvicorn would stop reading after each, at two system calls a message."""
        if self.curr_msg_data_type == "text" or self.close_sent:
            super().send_receive_event_to_app()
            return
        data = self.frames[0] if len(self.frames) == 1 else b"".join(self.frames)
        self.frames = []
        self._take(data)

    def _take(self, data: bytes) -> None:
        if self.close_sent or (self.hear is not None and self.queue.empty() and self.hear(data)):
            return
        self._queued = len(data) + (0 if self.queue.empty() else self._queued)
        self.queue.put_nowait({"type": "websocket.receive", "bytes": data})
        if not self.read_paused and (self._queued > QUEUED_BYTES or self.queue.qsize() >= QUEUED_MESSAGES):
            self.read_paused = True
            self.transport.pause_reading()


def direct(socket: WebSocket) -> DirectWebSockets | None:
    """Return the short way of an accepted WebSocket, None where the server has none."""
    extension = socket.scope.get("extensions", {}).get(DIRECT)
    protocol = extension["protocol"] if extension else None
    return protocol if isinstance(protocol, DirectWebSockets) else None


def bounds(data: bytes | bytearray, at: int) -> tuple[int, int]:
    """Return where the payload of the masked frame at ``at`` begins and ends (RFC 6455, section 5.2)."""
    length = data[at + 1] & 0x7F
    if length < 126:
        return at + 6, at + 6 + length
    size = 2 if length == 126 else 8
    start = at + 2 + size
    if start > len(data):
        return start + 4, len(data) + 1  # not all there, be it as short as can be
    return start + 4, start + 4 + int.from_bytes(data[at + 2 : start])


@lru_cache(maxsize=64)  # all readers of a board get the same object, so its hash is known
def binary_frame(data: bytes) -> bytes:
    """Return a whole, unmasked WebSocket frame (RFC 6455, section 5.2)."""
    length = len(data)
    if length < 126:
        head = struct.pack("!BB", WHOLE_BINARY, length)
    elif length < 1 << 16:
        head = struct.pack("!BBH", WHOLE_BINARY, 126, length)
    else:
        head = struct.pack("!BBQ", WHOLE_BINARY, 127, length)
    return head + data
