"""A service with OpenAI's chat API on localhost that does as it is told."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Service:
    """What the service does with the next requests, and what it was asked."""

    pieces: list[str] = field(default_factory=lambda: ["Hello", " world"])
    status: int = 200
    before: float = 0.0
    """Seconds before it answers."""
    between: float = 0.0
    """Seconds between two pieces."""
    hangs: bool = False
    """Whether it falls silent after the first piece, until it is stopped."""
    streams: bool = True
    body: bytes | None = None
    """Said instead of the answer."""
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)
    url: str = ""


@contextmanager
def llm_service(service: Service | None = None) -> Iterator[Service]:
    """Run a service; its ``url`` ends in /v1."""
    known = service or Service()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            known.keys.append(self.headers.get("Authorization"))
            known.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            known.stopped.wait(known.before)
            self.send_response(known.status if self.path == "/v1/chat/completions" else 404)
            self.send_header("Content-Type", "text/event-stream" if known.streams else "application/json")
            self.end_headers()
            with suppress(OSError):  # where the client gave up
                self.answer()

        def answer(self) -> None:
            if known.body is not None:
                self.wfile.write(known.body)
            elif not known.streams:
                message = {"choices": [{"message": {"content": "".join(known.pieces)}}]}
                self.wfile.write(json.dumps(message).encode())
            else:
                self.stream()

        def stream(self) -> None:
            self.event(json.dumps({"choices": [{"delta": {"role": "assistant"}}]}))
            for piece in known.pieces:
                self.event(json.dumps({"choices": [{"delta": {"content": piece}}]}))
                known.stopped.wait(60 if known.hangs else known.between)
            self.event(json.dumps({"choices": [], "usage": {}}))
            self.event("[DONE]")

        def event(self, data: str) -> None:
            self.wfile.write(f": ping\n\ndata: {data}\n\n".encode())
            self.wfile.flush()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    known.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield known
    finally:
        known.stopped.set()
        server.shutdown()
        server.server_close()
        thread.join()
