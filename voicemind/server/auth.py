"""Who may do what: the one place that decides it, for every route and socket.

A token is a JWT, signed with the owner key that lies in the data folder. It is good for one room, or
for the whole server (``*``), at one of four roles, until it expires.
"""

import os
import re
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import jwt
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection

from voicemind.errors import InputError

Role = Literal["read", "comment", "write", "owner"]

ROLES: tuple[Role, ...] = get_args(Role)
"""From the least to the most."""
EVERYWHERE = "*"
"""In place of a room: the whole server."""
SUBPROTOCOL = "yauth-"
"""What a token is preceded by where it comes as a WebSocket subprotocol."""

KEY_FILE = "owner.key"
ISSUER = "voicemind"
DAY = 86400  # seconds

_ID = re.compile(r"[\w.:~@-]{1,64}")
_MAX_NAME = 80


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks: what they may in which room, and who they are where that is known.

    ``known`` tells whether the token itself says who they are; otherwise it is what they say.
    ``expires`` is a unix time, None where nothing expires.
    """

    role: Role
    room: str = EVERYWHERE
    participant: str | None = None
    name: str | None = None
    known: bool = False
    expires: float | None = None

    def may(self, role: Role) -> bool:
        """Tell whether they may do what takes ``role``."""
        return ROLES.index(self.role) >= ROLES.index(role)

    def sees(self, room: str) -> bool:
        """Tell whether a room is open to them."""
        return self.room in (EVERYWHERE, room)


class Access:
    """Gives out tokens and judges those that come back.

    ``open_to_all`` is for one's own machine: who has no token there is an owner.
    """

    def __init__(self, key: str, *, open_to_all: bool = False) -> None:
        self.open_to_all = open_to_all
        self._key = key

    def token(
        self, room: str, role: Role, days: float, *, participant: str | None = None, name: str | None = None
    ) -> str:
        """Return a token for a room (or EVERYWHERE), good for ``days``, rounded up to a whole day.

        The same call gives the same token all day long.
        """
        expires = -(-(time.time() + days * DAY) // DAY) * DAY
        claims = {"iss": ISSUER, "room": room, "role": role, "exp": int(expires)}
        claims |= {key: value for key, value in (("sub", participant), ("name", name)) if value is not None}
        return jwt.encode(claims, self._key, "HS256")

    def admit(self, connection: HTTPConnection, role: Role, room: str = EVERYWHERE) -> Visitor:
        """Return who asks, if they may do in ``room`` what takes ``role``; raises HTTPException 401 or 403."""
        visitor = self.identify(connection)
        if not visitor.sees(room):
            what = "this server" if room == EVERYWHERE else "this room"
            raise HTTPException(403, f"this link is not for {what}; ask for one that is")
        if not visitor.may(role):
            raise HTTPException(403, f"this link lets you {visitor.role}; it takes one to {role} for that")
        return visitor

    def identify(self, connection: HTTPConnection) -> Visitor:
        """Return who asks; raises HTTPException 401 for no token or one that is not good."""
        found = find_token(connection)
        if found is None:
            if self.open_to_all:
                return _introduced(Visitor("owner"), connection)
            raise _unauthorized("come in by a link to the room, or by the sign-in link that the first start printed")
        return _introduced(self._read(found), connection)

    def _read(self, token: str) -> Visitor:
        try:
            claims = jwt.decode(
                token, self._key, ["HS256"], issuer=ISSUER, options={"require": ["exp", "iss", "room", "role"]}
            )
        except jwt.ExpiredSignatureError:
            raise _unauthorized("this link has expired; ask for a new one") from None
        except jwt.InvalidTokenError:
            raise _unauthorized("this link is not good here; ask for a new one") from None
        room, role, participant, name = (claims.get(key) for key in ("room", "role", "sub", "name"))
        if not isinstance(room, str) or role not in ROLES or not isinstance(name, str | None):
            raise _unauthorized("this link is not good here; ask for a new one")
        return Visitor(role, room, participant, name, participant is not None, float(claims["exp"]))


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


def owner_key(data: Path) -> tuple[str, bool]:
    """Return the key that all tokens are signed with, and whether it was made just now.

    It lies in the data folder for this user's eyes only; deleting it makes every link invalid.
    Raises InputError when the folder cannot be used.
    """
    path = data / KEY_FILE
    try:
        data.mkdir(parents=True, exist_ok=True)
        fresh = data / f".{KEY_FILE}.{secrets.token_hex(4)}"
        with open(fresh, "x", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(secrets.token_hex(32) + "\n")
        try:
            os.link(fresh, path)  # whoever starts at the same time keeps the one that was first
            made = True
        except FileExistsError:
            made = False
        finally:
            fresh.unlink()
        key = path.read_text("utf-8").strip()
    except OSError as error:
        raise InputError(f"{data}: the data folder cannot be used ({error.strerror}); choose another") from error
    if len(key) < 32:
        raise InputError(f"{path}: is no owner key; delete it to have a new one made, which makes all links invalid")
    return key, made


def _introduced(visitor: Visitor, connection: HTTPConnection) -> Visitor:
    """Add what a visitor says of itself, where the token does not say it."""
    said_id, said_name = (connection.query_params.get(key, "") for key in ("participant", "name"))
    participant = visitor.participant or (said_id if _ID.fullmatch(said_id) else None)
    name = visitor.name or " ".join(said_name.split())[:_MAX_NAME] or None
    return Visitor(visitor.role, visitor.room, participant, name, visitor.known, visitor.expires)


def _unauthorized(detail: str) -> HTTPException:
    return HTTPException(401, detail, {"WWW-Authenticate": 'Bearer realm="voicemind"'})
