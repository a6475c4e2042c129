import json
from typing import Any

import pycrdt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicemind.board.presence import MAX_CLOCK, MAX_STATE, REMEMBERED, Presence
from voicemind.board.protocol import Awareness, Entry, awareness, decode


class Peer:
    """A browser's awareness, and what it would send."""

    def __init__(self, client: int) -> None:
        self.client = client
        self.doc: pycrdt.Doc[Any] = pycrdt.Doc(client_id=client)
        self.awareness = pycrdt.Awareness(self.doc)
        self.set({})

    def set(self, state: dict[str, Any] | None) -> None:
        self.awareness.set_local_state(state)

    def says(self) -> tuple[Entry, ...]:
        return self.says_of(self.client)

    def says_of(self, client: int) -> tuple[Entry, ...]:
        data = self.awareness.encode_awareness_update([client])
        message = decode(pycrdt.create_awareness_message(data))
        assert isinstance(message, Awareness)
        return message.entries

    def hears(self, entries: dict[int, bytes]) -> None:
        mine = {client: data for client, data in entries.items() if client != self.client}
        frame = awareness(mine.values())
        self.awareness.apply_awareness_update(pycrdt.read_message(frame[1:]), "server")

    @property
    def others(self) -> dict[int, Any]:
        return {client: state for client, state in self.awareness.states.items() if client != self.client}


def said(client: int, clock: int, state: object) -> tuple[Entry, ...]:
    return (Entry(client, clock, None if state is None else json.dumps(state)),)


def states(entries: dict[int, bytes]) -> dict[int, Any]:
    message = decode(awareness(entries.values()))
    assert isinstance(message, Awareness)
    return {e.client: None if e.state is None else json.loads(e.state) for e in message.entries}


def test_only_what_changed_is_told() -> None:
    presence = Presence()
    presence.hear("a", said(1, 1, {"x": 1}))
    presence.hear("b", said(2, 1, {"x": 2}))
    assert states(presence.flush(0.0)) == {1: {"x": 1}, 2: {"x": 2}}
    presence.hear("a", said(1, 2, {"x": 3}))
    presence.hear("a", said(1, 3, {"x": 4}))
    assert states(presence.flush(0.0)) == {1: {"x": 4}}
    assert presence.flush(0.0) == {}
    assert len(presence) == 2


def test_a_connection_speaks_for_itself_alone() -> None:
    presence = Presence()
    presence.hear("a", said(1, 1, {"name": "Ada"}))
    presence.hear("b", said(2, 1, {"name": "Bob"}))
    assert not presence.hear("b", said(1, 2**31, None))
    assert not presence.hear("b", said(1, 2**31, {"name": "Bob too"}))
    assert not presence.hear("b", said(3, 1, {"name": "a second self"}))
    assert states(presence.flush(0.0)) == {1: {"name": "Ada"}, 2: {"name": "Bob"}}


def test_an_echo_of_many_is_dropped_whole() -> None:
    presence = Presence()
    presence.hear("a", said(1, 1, {}))
    assert not presence.hear("a", said(1, 2, {"x": 1}) + said(2, 1, {"x": 2}))


def test_an_echo_does_not_make_a_silent_connection_somebody_else() -> None:
    presence = Presence()
    presence.hear("a", said(1, 1, {"name": "Ada"}))
    (entry,) = decode_all(presence.flush(0.0))
    assert not presence.hear("silent", (entry,))
    assert presence.client_of("silent") is None


def decode_all(entries: dict[int, bytes]) -> tuple[Entry, ...]:
    message = decode(awareness(entries.values()))
    assert isinstance(message, Awareness)
    return message.entries


def test_an_old_state_does_not_come_back() -> None:
    presence = Presence()
    presence.hear("a", said(1, 5, {"x": 5}))
    assert not presence.hear("a", said(1, 5, {"x": 4}))
    assert not presence.hear("a", said(1, 4, {"x": 4}))
    assert presence.hear("a", said(1, 5, None))  # "gone" counts at the same clock, as in y-protocols
    assert states(presence.flush(0.0)) == {1: None}


def test_who_goes_is_told_to_be_gone_at_once() -> None:
    presence = Presence()
    presence.hear("a", said(1, 1, {}))
    presence.flush(0.0)
    assert presence.leave("a", 1.0)
    assert states(presence.flush(1.0)) == {1: None}
    assert presence.roster() == {}
    assert not presence.leave("a", 1.0)
    assert not presence.leave("nobody", 1.0)


def test_the_token_says_who_somebody_is() -> None:
    presence = Presence()
    presence.hear("a", said(1, 1, {"user": {"name": "The Boss", "color": "#f00"}, "x": 1}), {"id": "u7", "name": "Ada"})
    presence.hear("b", said(2, 1, {"user": "The Boss"}), {"id": "u8", "name": "Bob"})
    assert states(presence.flush(0.0)) == {
        1: {"user": {"name": "Ada", "color": "#f00", "id": "u7"}, "x": 1},
        2: {"user": {"id": "u8", "name": "Bob"}},
    }


@pytest.mark.parametrize(
    "state",
    [
        "[1]",
        '"text"',
        "{",
        '{"x": NaN}',
        '{"x": Infinity}',
        "[" * 3000,
        json.dumps({"x": "y" * MAX_STATE}),
        json.dumps({"x": "é" * (MAX_STATE // 2)}, ensure_ascii=False),
        " null",
    ],
)
def test_states_that_browsers_could_not_read_are_dropped(state: str) -> None:
    presence = Presence()
    assert not presence.hear("a", (Entry(1, 1, state),))
    assert presence.hear("a", said(1, 2, {"fine": True}))
    assert not presence.hear("a", (Entry(1, 3, state),))
    assert states(presence.flush(0.0)) == {1: {"fine": True}}


def test_lone_surrogates_are_replaced() -> None:
    presence = Presence()
    presence.hear("a", (Entry(1, 1, '{"name": "half \\ud83d"}'),))
    assert states(presence.flush(0.0)) == {1: {"name": "half �"}}


def test_a_dishonest_clock_is_dropped() -> None:
    assert not Presence().hear("a", said(1, MAX_CLOCK + 1, {}))


def test_somebody_who_comes_back_is_seen_though_nothing_moved() -> None:
    presence, ada, bob = Presence(), Peer(1), Peer(2)
    ada.set({"name": "Ada"})
    presence.hear("a", ada.says())
    presence.hear("b", bob.says())
    bob.hears(presence.flush(0.0))
    assert bob.others == {1: {"name": "Ada"}}
    presence.leave("a", 1.0)
    bob.hears(presence.flush(1.0))
    assert bob.others == {}
    presence.hear("a again", ada.says())  # the clock is that of before
    bob.hears(presence.flush(2.0))
    assert bob.others == {1: {"name": "Ada"}}


def test_everybody_is_seen_again_after_a_restart_of_the_server() -> None:
    ada, bob = Peer(1), Peer(2)
    for presence in (Presence(1), Presence(2), Presence(3)):
        presence.hear("a", ada.says())
        presence.hear("b", bob.says())
        ada.awareness.remove_awareness_states([2], "closed")  # as y-websocket does when its socket closes
        bob.awareness.remove_awareness_states([1], "closed")
        told = presence.flush(0.0)
        ada.hears(told)
        bob.hears(told)
        assert (set(ada.others), set(bob.others)) == ({2}, {1})


def test_a_newcomer_who_was_here_before_sees_all() -> None:
    presence, ada, bob = Presence(), Peer(1), Peer(2)
    presence.hear("a", ada.says())
    presence.hear("b", bob.says())
    bob.hears(presence.flush(0.0))
    presence.leave("b", 1.0)
    bob.awareness.remove_awareness_states([1], "closed")
    presence.flush(1.0)
    bob.hears(presence.roster())
    assert set(bob.others) == {1}
    ada.set({"moved": 1})
    presence.hear("a", ada.says())
    bob.hears(presence.flush(2.0))
    assert bob.others == {1: {"moved": 1}}


def test_a_new_connection_takes_over_from_one_that_is_not_known_to_be_dead() -> None:
    presence, ada, bob = Presence(1), Peer(1), Peer(2)
    ada.set({"x": 1})
    presence.hear("old", ada.says())
    bob.hears(presence.flush(0.0))
    assert not presence.hear("silent", bob.says_of(1))
    assert not presence.hear("new", ada.says())  # nothing moved: it cannot be told from an echo
    ada.set({"x": 19})
    assert presence.hear("new", ada.says())
    assert presence.client_of("new") == 1
    assert presence.client_of("old") is None
    presence.leave("old", 1.0)
    assert states(presence.flush(1.0)) == {1: {"x": 19}}


def test_another_user_does_not_take_over() -> None:
    presence = Presence()
    presence.hear("a", said(1, 1, {}), {"id": "ada", "name": "Ada"})
    assert not presence.hear("e", said(1, 1000, {}), {"id": "eve", "name": "Eve"})
    assert presence.client_of("a") == 1


def test_who_left_is_forgotten_after_a_while() -> None:
    presence = Presence()
    for number in range(1000):
        presence.hear(number, said(number, 1, {}))
        presence.leave(number, float(number))
        presence.flush(float(number))
    presence.flush(1000.0 + REMEMBERED)
    assert presence._clients == {}
    assert presence._speaks_for == {}


class Crowd:
    """Three peers who come, go and move; each step does nothing where it makes no sense."""

    def __init__(self) -> None:
        self.presence = Presence()
        self.peers = [Peer(number + 1) for number in range(3)]
        self.there: dict[int, object] = {}  # peer -> its connection
        self.moves = 0

    def come(self, number: int) -> None:
        if number not in self.there:
            connection = self.there[number] = object()
            self.peers[number].hears(self.presence.roster())
            self.presence.hear(connection, self.peers[number].says())

    def leave(self, number: int) -> None:
        if number in self.there:
            self.presence.leave(self.there.pop(number), 0.0)
            others = [peer.client for peer in self.peers if peer is not self.peers[number]]
            self.peers[number].awareness.remove_awareness_states(others, "closed")

    def move(self, number: int) -> None:
        self.moves += 1
        self._say(number, {"n": self.moves})

    def hide(self, number: int) -> None:
        self._say(number, None)

    def _say(self, number: int, state: dict[str, int] | None) -> None:
        self.peers[number].set(state)
        if number in self.there:
            self.presence.hear(self.there[number], self.peers[number].says())

    def echo(self, number: int) -> None:
        if number in self.there:
            for other in self.peers[number].others:
                self.presence.hear(self.there[number], self.peers[number].says_of(other))

    def tell(self, _: int) -> None:
        told = self.presence.flush(0.0)
        for number in self.there:
            self.peers[number].hears(told)


steps = [Crowd.move, Crowd.move, Crowd.hide, Crowd.leave, Crowd.come, Crowd.tell, Crowd.echo]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(steps), st.integers(0, 2)), max_size=40))
def test_in_the_end_everybody_sees_who_is_there(steps: list[tuple[Any, int]]) -> None:
    crowd = Crowd()
    for step, number in steps:
        step(crowd, number)
    crowd.tell(0)
    states = {number: crowd.peers[number].awareness.get_local_state() for number in crowd.there}
    for number in crowd.there:
        seen = {n + 1: state for n, state in states.items() if n != number and state is not None}
        assert crowd.peers[number].others == seen
