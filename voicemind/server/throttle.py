"""How often one visitor may ask: token buckets, as RFC 6585 tells of their emptiness (429, Retry-After).

A bucket belongs to a person where the token says who that is, else to the token and the address that
it comes from, or to the address alone where no token is good: people behind one address do not pay
for each other once they have joined.
"""

import hashlib
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from voicemind.server.access import Access, chosen_subprotocol, find_token
from voicemind.server.network import address_of
from voicemind.server.problems import problem

MOST_BUCKETS = 20_000
TOO_OFTEN = 4529  # 45xx: clients come back later
GUARDED = ("/api/", "/whip/", "/sync/", "/events/", "/audio/")
"""Where what is asked is counted; the page and its files are not."""

Sort = Literal["read", "change", "open"]

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a bucket fills, a second, and how much it holds."""

    rate: float
    burst: float


def paces(requests_per_second: float) -> dict[Sort, Pace]:
    """Return the paces for reading, for changing something and for opening sockets; somebody who comes needs many."""
    rate = requests_per_second
    return {"read": Pace(rate, 5 * rate), "change": Pace(rate / 2, 2 * rate), "open": Pace(rate, 10 * rate)}


class Buckets:
    """One bucket a key and sort; full ones are forgotten as others need their place."""

    def __init__(self, paces: dict[Sort, Pace], clock: Clock = time.monotonic) -> None:
        self._paces = paces
        self._clock = clock
        self._levels: OrderedDict[tuple[str, Sort], tuple[float, float]] = OrderedDict()  # level, at what time

    def take(self, key: str, sort: Sort) -> float:
        """Take one from a bucket; returns 0, or the seconds after which there is one again."""
        pace, now = self._paces[sort], self._clock()
        level, then = self._levels.pop((key, sort), (pace.burst, now))
        level = min(pace.burst, level + (now - then) * pace.rate)
        wait = 0.0 if level >= 1 else (1 - level) / pace.rate
        self._levels[key, sort] = (level if wait else level - 1, now)
        if len(self._levels) > MOST_BUCKETS:
            self._levels.popitem(last=False)
        return wait


class Throttle:
    """Refuses what comes too often."""

    def __init__(self, app: ASGIApp, *, access: Access, buckets: Buckets) -> None:
        self._app = app
        self._access = access
        self._buckets = buckets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] not in ("http", "websocket") or not scope["path"].startswith(GUARDED):
            await self._app(scope, receive, send)
            return
        wait = self._buckets.take(self._key(HTTPConnection(scope)), _sort(scope))
        if not wait:
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await _refuse(wait)(scope, receive, send)
        else:
            await receive()
            subprotocol = chosen_subprotocol(HTTPConnection(scope))
            await send({"type": "websocket.accept", "subprotocol": subprotocol})  # else it would learn no reason
            await send({"type": "websocket.close", "code": TOO_OFTEN, "reason": "too many connections; wait a moment"})

    def _key(self, connection: HTTPConnection) -> str:
        address, token = address_of(connection), find_token(connection)
        try:
            visitor = self._access.identify(connection)
        except HTTPException:
            return address
        if visitor.known:
            return f"{visitor.room}/{visitor.participant}"
        return f"{address} {hashlib.sha256(token.encode('utf-8', 'replace')).hexdigest() if token else ''}"


def _sort(scope: Scope) -> Sort:
    if scope["type"] == "websocket":
        return "open"
    return "read" if scope["method"] in ("GET", "HEAD", "OPTIONS") else "change"


def _refuse(wait: float) -> ASGIApp:
    seconds = max(1, math.ceil(wait))
    return problem(
        429, f"this is more than the server answers to one visitor; wait {seconds} s", {"Retry-After": str(seconds)}
    )
