import struct
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from uvicorn.config import Config
from uvicorn.server import ServerState

from voicemind.server.direct import DIRECT, QUEUED_MESSAGES, DirectWebSockets, binary_frame, bounds

REQUEST = (
    b"GET /sync/a HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)
MASK = b"\x37\xfa\x21\x3d"


class Transport:
    """What a protocol writes to."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.paused = self.closed = False

    def write(self, data: bytes) -> None:
        self.written.append(data)

    def pause_reading(self) -> None:
        self.paused = True

    def resume_reading(self) -> None:
        self.paused = False

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return default


class Loop:
    """Runs nothing: the application is left out."""

    def create_task(self, coroutine: Any) -> Any:
        coroutine.close()

        class Task:
            def add_done_callback(self, _: Any) -> None:
                pass

        return Task()

    def call_later(self, *_: Any) -> None:
        return None

    def time(self) -> float:
        return 0.0


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Never run."""


def opened() -> tuple[DirectWebSockets, Transport]:
    """A protocol after its handshake."""
    config = Config(app, ws_per_message_deflate=False, ws_max_size=100_000, ws_ping_interval=None, log_config=None)
    config.load()
    loop: Any = Loop()
    protocol = DirectWebSockets(config, ServerState(), {}, loop)
    transport: Any = Transport()
    protocol.connection_made(transport)
    protocol.data_received(REQUEST)
    protocol.conn.send_response(protocol.response)
    protocol.conn.data_to_send()
    protocol.handshake_complete = True
    protocol.queue.get_nowait()  # websocket.connect
    return protocol, transport


def masked(payload: bytes, first: int = 0x82) -> bytes:
    """A client's frame."""
    length = len(payload)
    if length < 126:
        head = struct.pack("!BB", first, 128 | length)
    elif length < 1 << 16:
        head = struct.pack("!BBH", first, 254, length)
    else:
        head = struct.pack("!BBQ", first, 255, length)
    return head + MASK + bytes(byte ^ MASK[at % 4] for at, byte in enumerate(payload))


def queued(protocol: DirectWebSockets) -> list[Any]:
    found = []
    while not protocol.queue.empty():
        found.append(protocol.queue.get_nowait())
    return found


@given(st.lists(st.binary(max_size=300), max_size=8), st.lists(st.integers(1, 90), min_size=1, max_size=20))
def test_messages_come_whole_however_they_are_cut(messages: list[bytes], cuts: list[int]) -> None:
    protocol, _ = opened()
    heard: list[bytes] = []

    def hear(data: bytes) -> bool:
        heard.append(data)
        return True

    protocol.hear = hear
    stream = b"".join(map(masked, messages))
    at = 0
    while at < len(stream):
        size = cuts[at % len(cuts)]
        protocol.data_received(stream[at : at + size])
        at += size
    assert heard == messages


def test_large_messages_have_long_lengths() -> None:
    for size in (125, 126, 65_535, 65_536):
        protocol, _ = opened()
        protocol.data_received(masked(b"x" * size))
        assert queued(protocol) == [{"type": "websocket.receive", "bytes": b"x" * size}]
        assert bounds(binary_frame(b"y" * size), 0)[1] == len(binary_frame(b"y" * size)) + 4  # but for the mask


def test_a_message_beyond_the_limit_ends_the_connection() -> None:
    protocol, transport = opened()
    protocol.data_received(masked(b"x" * 100_001))
    assert transport.written[-1][2:4] == struct.pack("!H", 1009)
    assert queued(protocol)[-1]["type"] == "websocket.disconnect"


def test_an_unmasked_message_is_refused() -> None:
    protocol, transport = opened()
    protocol.data_received(binary_frame(b"hello"))
    assert transport.written[-1][2:4] == struct.pack("!H", 1002)


def test_fragments_pings_and_text_are_dealt_with_as_ever() -> None:
    protocol, transport = opened()
    protocol.data_received(masked(b"", 0x89) + masked(b"one"))
    assert transport.written[-1][:1] == b"\x8a"
    protocol.data_received(masked(b"t", 0x02) + masked(b"wo", 0x80) + masked(b"three"))
    protocol.data_received(masked(b"four", 0x81))
    assert [message.get("bytes", message.get("text")) for message in queued(protocol)] == [
        b"one",
        b"two",
        b"three",
        "four",
    ]


def test_what_is_not_heard_at_once_is_queued_and_keeps_its_order() -> None:
    protocol, _ = opened()
    takes = False
    heard: list[bytes] = []

    def hear(data: bytes) -> bool:
        heard.extend([data] if takes else [])
        return takes

    protocol.hear = hear
    protocol.data_received(masked(b"one"))
    takes = True
    protocol.data_received(masked(b"two"))  # must not overtake
    assert heard == []
    assert [message["bytes"] for message in queued(protocol)] == [b"one", b"two"]
    protocol.data_received(masked(b"three"))
    assert heard == [b"three"]


def test_reading_stops_when_too_much_is_queued() -> None:
    protocol, transport = opened()
    for _ in range(QUEUED_MESSAGES - 1):
        protocol.data_received(masked(b"x"))
    assert not transport.paused
    protocol.data_received(masked(b"x"))
    assert transport.paused


def test_a_frame_is_made_once_and_not_offered_to_who_does_not_read() -> None:
    protocol, transport = opened()
    assert protocol.offer(b"hello")
    assert transport.written[-1] == b"\x82\x05hello"
    protocol.pause_writing()
    assert not protocol.offer(b"more")
    protocol.resume_writing()
    protocol.close_sent = True
    assert not protocol.offer(b"more")
    assert transport.written[-1] == b"\x82\x05hello"


def test_the_application_finds_the_short_way_in_its_scope() -> None:
    protocol, _ = opened()
    assert protocol.scope["extensions"][DIRECT] == {"protocol": protocol}
