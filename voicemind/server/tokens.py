"""Tokens: JWTs signed with the owner key that lies in the data folder.

A token is good for one room, or for the whole server (``*``), at one of four roles, until it
expires. Three kinds of them are given out: sign-ins and invitations, which many may share and which
say nothing of who comes, and personal ones, each with the id under which the server knows somebody.
"""

import os
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import jwt

from voicemind.errors import InputError

Role = Literal["read", "comment", "write", "owner"]

ROLES: tuple[Role, ...] = get_args(Role)
"""From the least to the most."""
EVERYWHERE = "*"
"""In place of a room: the whole server."""

KEY_FILE = "owner.key"
ISSUER = "voicemind"
DAY = 86400  # seconds


class BadToken(Exception):
    """A token that is not good; its text says what to do."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks: what they may in which room, and who they are where that is known.

    ``known`` tells whether the token itself says who they are. ``series`` is that of an invitation,
    None for what no room can take back; ``expires`` is a unix time, None where nothing expires.
    """

    role: Role
    room: str = EVERYWHERE
    participant: str | None = None
    name: str | None = None
    known: bool = False
    expires: float | None = None
    series: int | None = None

    def may(self, role: Role) -> bool:
        """Tell whether they may do what takes ``role``."""
        return ROLES.index(self.role) >= ROLES.index(role)

    def sees(self, room: str) -> bool:
        """Tell whether a room is open to them."""
        return self.room in (EVERYWHERE, room)


class Tokens:
    """Writes tokens and reads them back."""

    def __init__(self, key: str) -> None:
        self._key = key

    def write(self, visitor: Visitor) -> str:
        """Return the token that says of a visitor what can be said; ``expires`` has to be given."""
        if visitor.expires is None:
            raise ValueError("a token expires")
        claims = {"iss": ISSUER, "room": visitor.room, "role": visitor.role, "exp": int(visitor.expires)}
        optional = {"sub": visitor.participant, "name": visitor.name, "series": visitor.series or None}
        claims |= {key: value for key, value in optional.items() if value is not None}
        return jwt.encode(claims, self._key, "HS256")

    def read(self, token: str) -> Visitor:
        """Return of whom a token speaks; raises BadToken."""
        try:
            claims = jwt.decode(
                token, self._key, ["HS256"], issuer=ISSUER, options={"require": ["exp", "iss", "room", "role"]}
            )
        except jwt.ExpiredSignatureError:
            raise BadToken("this link has expired; ask for a new one") from None
        except jwt.InvalidTokenError:
            raise BadToken("this link is not good here; ask for a new one") from None
        room, role, participant, name = (claims.get(key) for key in ("room", "role", "sub", "name"))
        series = claims.get("series", 0)
        if not (isinstance(room, str) and role in ROLES and isinstance(name, str | None) and isinstance(series, int)):
            raise BadToken("this link is not good here; ask for a new one")
        shared = participant is None and room != EVERYWHERE
        return Visitor(
            role, room, participant, name, participant is not None, float(claims["exp"]), series if shared else None
        )


def in_days(days: float) -> float:
    """Return the unix time ``days`` from now, rounded up to a whole day: the same all day long."""
    return -(-(time.time() + days * DAY) // DAY) * DAY


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
