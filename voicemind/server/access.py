"""Who may do what: the one place that decides it, for every route, socket, stream and voice.

What a token says is where it begins; what an owner decided since counts more. A connection that
stays open is told at once when either changes: it asks ``revoked``, or follows its ``Stay``.
"""

import math
import re
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import NoReturn

import anyio
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection

from voicemind.server.grants import Grants
from voicemind.server.tokens import EVERYWHERE, BadToken, Role, Tokens, Visitor, in_days

SUBPROTOCOL = "yauth-"
"""What a token is preceded by where it comes as a WebSocket subprotocol."""

MAX_NAME = 80  # characters

_STATED = re.compile(r"[\w.:~@-]{1,64}")
_GIVEN = re.compile(r"p-[0-9a-f]{16}")


class Access:
    """Gives out tokens and judges those that come back.

    ``open_to_all`` is for one's own machine: who has no token there is an owner, and whoever they say.
    """

    def __init__(self, key: str, grants: Grants, *, open_to_all: bool = False) -> None:
        self.open_to_all = open_to_all
        self.grants = grants
        self._tokens = Tokens(key)
        self._stays: set[Stay] = set()

    # Given out

    def token(
        self, room: str, role: Role, days: float, *, participant: str | None = None, name: str | None = None
    ) -> str:
        """Return a token for a room (or EVERYWHERE), good for ``days``, rounded up to a whole day.

        Without a participant it is an invitation, or a sign-in. The same call gives the same token
        all day long, until the room's links are renewed.
        """
        series = self.grants.series(room) if participant is None else None
        return self._tokens.write(Visitor(role, room, participant, name, expires=in_days(days), series=series))

    def seat(self, visitor: Visitor, room: str, name: str | None, days: float) -> tuple[str, Visitor]:
        """Return a personal token for a room and what it says; it lasts as long as what the visitor came with.

        Who has one already stays who they are; anybody else is given an id by chance.
        """
        seated = replace(
            visitor,
            room=room,
            participant=visitor.participant if visitor.known else f"p-{secrets.token_hex(8)}",
            name=name or visitor.name,
            known=True,
            expires=visitor.expires or in_days(days),
            series=None,
        )
        return self._tokens.write(seated), seated

    # Judged

    def admit(self, connection: HTTPConnection, role: Role, room: str = EVERYWHERE) -> Visitor:
        """Return who asks, if they may do in ``room`` what takes ``role``; raises HTTPException 401 or 403."""
        visitor = self.identify(connection)
        if not visitor.sees(room):
            what = "this server" if room == EVERYWHERE else "this room"
            raise HTTPException(403, f"this link is not for {what}; ask for one that is")
        _require(visitor, role)
        return visitor

    def identify(self, connection: HTTPConnection) -> Visitor:
        """Return who asks; raises HTTPException 401 for no token or one that is not good, 403 for who was sent away."""
        found = find_token(connection)
        if found is not None:
            try:
                return _named(self.now(self._tokens.read(found)), connection)
            except BadToken as error:
                raise _unauthorized(str(error)) from None
        if self.open_to_all:
            return _introduced(connection)
        raise _unauthorized("come in by a link to the room, or by the sign-in link that the first start printed")

    def now(self, visitor: Visitor) -> Visitor:
        """Return what a visitor may by now; raises HTTPException 401 or 403 where that is nothing."""
        if visitor.expires is not None and visitor.expires <= time.time():
            raise _unauthorized("this link has expired; ask for a new one")
        if visitor.series is not None and visitor.series < self.grants.series(visitor.room):
            raise _unauthorized("this link does not count any more; ask for a new one")
        if visitor.participant is None or not self.grants.decided(visitor.room, visitor.participant):
            return visitor
        role = self.grants.role(visitor.room, visitor.participant)
        if role is None:
            raise HTTPException(403, "an owner of this room has asked you to leave")
        return replace(visitor, role=role)

    # Watched

    @contextmanager
    def stay(self, visitor: Visitor, role: Role) -> Iterator["Stay"]:
        """Note that a visitor has something open that takes ``role``."""
        stay = Stay(self, visitor, role)
        self._stays.add(stay)
        try:
            yield stay
        finally:
            self._stays.discard(stay)

    async def revoked(self, visitor: Visitor, role: Role) -> HTTPException:
        """Wait until a visitor may not do any more what takes ``role``; returns why."""
        with self.stay(visitor, role) as stay:
            try:
                await stay.follow()
            except HTTPException as why:
                return why

    def here(self, room: str) -> list[Visitor]:
        """Return who has something open in a room, each once; who is not known by a token is left out."""
        found = {stay.visitor.participant: stay.visitor for stay in self._stays if stay.visitor.room == room}
        return [visitor for visitor in found.values() if visitor.known]

    async def decide(self, room: str, participant: str, role: Role | None) -> None:
        """Give somebody another role in a room, None to send them away; whatever they have open follows at once."""
        try:
            await self.grants.decide(room, participant, role)
        finally:
            self._tell(room)

    async def renew_links(self, room: str) -> None:
        """Take back all invitations to a room; who came in by one and joined stays."""
        try:
            await self.grants.renew_links(room)
        finally:
            self._tell(room)

    def _tell(self, room: str) -> None:
        for stay in self._stays:
            if stay.visitor.room == room:
                stay.wake()


class Stay:
    """One thing that a visitor has open; made by ``Access.stay``."""

    def __init__(self, access: Access, visitor: Visitor, role: Role) -> None:
        self.visitor = visitor
        self.listener: Callable[[Visitor], None] = lambda _: None
        """Told what the visitor may, each time that is something else."""
        self._role = role
        self._access = access
        self._came = visitor
        self._woken = anyio.Event()

    def wake(self) -> None:
        """Have it looked at again what the visitor may."""
        self._woken.set()

    async def follow(self) -> NoReturn:
        """Tell the listener whatever the visitor may from now on; raises HTTPException once that is not enough."""
        while True:
            now = self._access.now(self._came)
            if now != self.visitor:
                _require(now, self._role)
                self.visitor = now
                self.listener(now)
            with anyio.move_on_after(math.inf if now.expires is None else now.expires - time.time()):
                await self._woken.wait()
                self._woken = anyio.Event()


def find_token(connection: HTTPConnection) -> str | None:
    """Return the token of a request: ``Authorization: Bearer``, ``?token=`` or the subprotocol of a WebSocket."""
    scheme, _, credentials = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and credentials.strip():
        return credentials.strip()
    if token := connection.query_params.get("token"):
        return token
    offered = chosen_subprotocol(connection)
    return offered.removeprefix(SUBPROTOCOL) if offered else None


def chosen_subprotocol(connection: HTTPConnection) -> str | None:
    """Return the subprotocol that carries a token, which an accepted WebSocket has to repeat."""
    offered: list[str] = connection.scope.get("subprotocols", [])
    return next((name for name in offered if name.startswith(SUBPROTOCOL)), None)


def tidy_name(text: str) -> str | None:
    """Return what somebody wants to be called, on one line and not for ever; None for nothing."""
    return " ".join(text.split())[:MAX_NAME] or None


def _require(visitor: Visitor, role: Role) -> None:
    if not visitor.may(role):
        raise HTTPException(403, f"this link lets you {visitor.role}; it takes one to {role} for that")


def _named(visitor: Visitor, connection: HTTPConnection) -> Visitor:
    """Add what a visitor wants to be called, where the token does not say it."""
    return replace(visitor, name=visitor.name or tidy_name(connection.query_params.get("name", "")))


def _introduced(connection: HTTPConnection) -> Visitor:
    """Return who comes to a server that is open to all; ids that the server gave out are for their owners alone."""
    stated = connection.query_params.get("participant", "")
    believed = _STATED.fullmatch(stated) and not _GIVEN.fullmatch(stated)
    return _named(Visitor("owner", participant=stated if believed else None), connection)


def _unauthorized(detail: str) -> HTTPException:
    return HTTPException(401, detail, {"WWW-Authenticate": 'Bearer realm="voicemind"'})
