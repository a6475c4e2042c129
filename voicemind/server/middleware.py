"""What goes round every request: who may ask from where, headers that keep pages safe, figures."""

import logging
import time
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from voicemind.server.network import is_loopback
from voicemind.server.problems import problem

logger = logging.getLogger(__name__)

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; media-src 'self' blob:; worker-src 'self' blob:; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), payment=(), usb=(), microphone=(self)",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

_READING = ("GET", "HEAD", "OPTIONS")

Observe = Callable[[str, str, int, float], None]
"""Told method, route, status and seconds of each request."""


class SafeHeaders:
    """Puts HEADERS on every response."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_safely if scope["type"] == "http" else send)


class Failsafe:
    """Makes a problem of what goes wrong unforeseen; the log says what, and the client that it did."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def send_noted(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, send_noted)
        except Exception:
            if begun:
                raise
            logger.exception("%s failed", getattr(scope.get("endpoint"), "__name__", "a request"))
            await problem(500, "the server failed at this; its log says why")(scope, receive, send)


class OwnOrigin:
    """Refuses what pages of other origins send, and with ``local`` what was not asked of this very machine.

    A token does not come by itself as a cookie would; but where none is needed, any page that a
    person looks at could talk to this server, under a name that was made to point to it as well.
    """

    def __init__(self, app: ASGIApp, *, origins: Sequence[str] = (), local: bool = False) -> None:
        self._app = app
        self._origins = frozenset(origin.rstrip("/").lower() for origin in origins)
        self._local = local

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        why = self._refusal(scope)
        if why is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 4403, "reason": why})
        else:
            await problem(403, why)(scope, receive, send)

    def _refusal(self, scope: Scope) -> str | None:
        if scope["type"] not in ("http", "websocket"):
            return None
        headers = Headers(scope=scope)
        host = headers.get("host", "").lower()
        if self._local and not is_loopback(urlsplit(f"//{host}").hostname or ""):
            return "this server is for its own machine; use http://localhost or http://127.0.0.1"
        origin = headers.get("origin", "").lower()
        changes = scope["type"] == "websocket" or scope["method"] not in _READING
        if not changes or not origin or origin in self._origins or urlsplit(origin).netloc == host:
            return None
        return "a page of another origin may not do this; start the server with that origin allowed"


class Observed:
    """Tells how each request went; for event streams how long they lasted."""

    def __init__(self, app: ASGIApp, observe: Observe) -> None:
        self._app = app
        self._observe = observe

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, began = 500, time.perf_counter()

        async def send_observed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, send_observed)
        finally:
            endpoint = scope.get("endpoint")
            self._observe(scope["method"], getattr(endpoint, "__name__", "none"), status, time.perf_counter() - began)
