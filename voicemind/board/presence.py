"""Who is there, and where their cursors are: each client's awareness, kept by the server.

A connection speaks for one client id, the first that it names; what it says of others is an
echo (stock y-websocket clients repeat all that they hear) and is dropped unread.
"""

import json
from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from voicemind.board.protocol import Entry, entry
from voicemind.board.values import clean_text

MAX_STATE = 4096  # bytes of JSON; a cursor with a large selection has about 2,000
MAX_CLOCK = 2**52  # a clock counts changes; more than this is nobody's honest count
CLOCKS_AN_EPOCH = 2**24
REMEMBERED = 300.0  # seconds that a client that left is remembered, so that its clock goes on where it was


@dataclass(slots=True)
class _Client:
    connection: Hashable | None
    user: str | None
    heard: int  # the client's own clock
    state: str | None
    changed: bool = True
    told: int = -1  # the clock last given out, -1 when none was
    left: float = 0.0


class Presence:
    """Everybody's awareness in one room. ``connection`` is any key; ``now`` is monotonic seconds.

    ``epoch``, from 1, counts the times that the room was opened: clocks that are given out grow with it,
    for a browser takes nothing for new that has a clock it knows, be it from before a restart.
    """

    def __init__(self, epoch: int = 1) -> None:
        self._base = epoch * CLOCKS_AN_EPOCH
        self._clients: dict[int, _Client] = {}
        self._speaks_for: dict[Hashable, int] = {}

    def client_of(self, connection: Hashable) -> int | None:
        """Return the client id that a connection speaks for."""
        return self._speaks_for.get(connection)

    def hear(self, connection: Hashable, entries: tuple[Entry, ...], user: Mapping[str, str] | None = None) -> bool:
        """Take a connection's message; True when it changed something that others are to be told.

        ``user`` (with an ``id``) replaces those fields of the state's ``user``: who somebody is,
        the token says.
        """
        if len(entries) != 1 or entries[0].clock > MAX_CLOCK:  # what a client says of itself comes alone
            return False
        said = entries[0]
        speaks_for = self._speaks_for.get(connection)
        if speaks_for is None:
            return self._claim(connection, said, user)
        if speaks_for != said.client:
            return False
        known = self._clients[speaks_for]
        if said.clock < known.heard or (said.clock == known.heard and said.state is not None):
            return False
        state = _checked(said.state, user)
        if state is None and said.state is not None:
            return False
        known.heard, known.state, known.changed = said.clock, state, True
        return True

    def _claim(self, connection: Hashable, said: Entry, user: Mapping[str, str] | None) -> bool:
        state = _checked(said.state, user)
        if state is None:
            return False
        user_id = user.get("id") if user else None
        known = self._clients.get(said.client)
        if known is not None:
            if self._base <= said.clock <= known.told:  # an echo, by somebody who says nothing of itself
                return False
            if known.connection is not None:  # the same client again, its old connection not yet known to be dead
                if known.user != user_id or said.clock <= known.heard:
                    return False
                del self._speaks_for[known.connection]
        self._speaks_for[connection] = said.client
        told = known.told if known else -1
        self._clients[said.client] = _Client(connection, user_id, said.clock, state, told=told)
        return True

    def leave(self, connection: Hashable, now: float) -> bool:
        """Forget a connection; True when others are to be told that its client is gone."""
        client = self._speaks_for.pop(connection, None)
        if client is None:
            return False
        gone = self._clients[client]
        was_there = gone.state is not None
        gone.connection, gone.state, gone.left = None, None, now
        gone.changed = gone.changed or was_there
        return was_there

    def flush(self, now: float) -> dict[int, bytes]:
        """Return what changed since the last call: client id -> its entry, ready for a frame."""
        changed = {}
        for number, client in list(self._clients.items()):
            if client.changed:
                client.changed = False
                client.told = max(client.heard, client.told + 1, self._base + 1)
                changed[number] = entry(number, client.told, client.state)
            elif client.connection is None and now - client.left > REMEMBERED:
                del self._clients[number]
        return changed

    def roster(self) -> dict[int, bytes]:
        """Return everybody who is there and was told of, for somebody who comes: client id -> entry.

        Each has a new clock: who was here before still knows the old ones, and would pass over them.
        """
        entries = {}
        for number, client in self._clients.items():
            if client.state is not None and client.told >= 0:
                client.told += 1
                entries[number] = entry(number, client.told, client.state)
        return entries

    def __len__(self) -> int:
        return sum(client.state is not None for client in self._clients.values())


def _checked(state: str | None, user: Mapping[str, str] | None) -> str | None:
    """Return a state written anew with the user's true name; None for what browsers could not read."""
    if state is None or len(state.encode()) > MAX_STATE:
        return None
    try:
        value = json.loads(state, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    if user:
        claimed = value.get("user")
        value["user"] = {**(claimed if isinstance(claimed, dict) else {}), **user}
    return clean_text(json.dumps(value, separators=(",", ":"), ensure_ascii=False))


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")
