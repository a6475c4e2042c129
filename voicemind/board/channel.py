"""What a board wants of a connection, whatever carries it."""

from collections.abc import Callable
from typing import Protocol


class Channel(Protocol):
    """A connection that carries whole messages, such as a WebSocket.

    ``receive`` raises anyio.EndOfStream once the other side is gone; ``send`` raises
    anyio.BrokenResourceError then, and waits while the other side does not read.
    """

    def offer(self, data: bytes) -> bool:
        """Send one message at once; False, and nothing sent, where that would mean to wait."""
        ...

    def listen(self, hear: Callable[[bytes], bool] | None) -> None:
        """Have ``hear`` called with messages as they come, on the event loop.

        What it returns False for, and all that comes until that was received, is to be had by ``receive``.
        A channel that cannot do so does nothing.
        """
        ...

    async def send(self, data: bytes) -> None:
        """Send one message."""
        ...

    async def receive(self) -> bytes:
        """Wait for one message; a text message comes as its UTF-8 bytes."""
        ...

    async def close(self, code: int, reason: str) -> None:
        """Close with a code: 44xx tells clients to stop, 45xx to come back later."""
        ...
