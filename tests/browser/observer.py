"""A third client that watches a room's document without touching it."""

import time
from contextlib import ExitStack
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.board.clients import Client, replica_of
from voicemind.board.content import plain


class Observer:
    """Follows the document of one room over its socket."""

    def __init__(self, server: str, room: str) -> None:
        self._client = Client()
        self._stack = ExitStack()
        address = f"{server.replace('http', 'ws')}/sync/{room}"
        self._socket = self._stack.enter_context(connect(address, max_size=None))
        self._socket.send(self._client.hello())

    def __enter__(self) -> "Observer":
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def listen(self, seconds: float) -> int:
        """Take in what comes within ``seconds``; return how many changes of the document came."""
        end, before, count = time.monotonic() + seconds, self._state(), 0
        while (left := end - time.monotonic()) > 0:
            try:
                frame = self._socket.recv(timeout=left)
            except (TimeoutError, ConnectionClosed):
                break
            if (reply := self._client.hear(bytes(frame))) is not None:  # type: ignore[arg-type]
                self._socket.send(reply)
            after = self._state()
            count, before = count + (after != before), after
        return count

    def elements(self) -> list[dict[str, Any]]:
        """Return the shapes on the board that are not deleted."""
        found = plain(replica_of(self._client).roots["elements"])
        assert isinstance(found, dict)
        return [e for e in found.values() if isinstance(e, dict) and not e.get("isDeleted")]

    def _state(self) -> bytes:
        return bytes(self._client.doc.get_state())
