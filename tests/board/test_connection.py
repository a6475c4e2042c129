import time

import anyio
import pytest

from tests.board.clients import Client, Link
from voicemind.board import protocol
from voicemind.board.connection import BAD_FRAMES, FORBIDDEN, TOO_SLOW, Connection, Guest
from voicemind.board.limits import Limits
from voicemind.board.protocol import Awareness, decode

pytestmark = pytest.mark.anyio

STATE = b"\x00"


@pytest.fixture
def limits() -> Limits:
    return Limits(outbox=1000)


async def sent(connection: Connection, link: Link, count: int) -> list[bytes]:
    """The next frames that a reader gets."""
    frames = []
    for _ in range(count):
        await connection.send_next()
        frames.append(await link.incoming.receive())
    return frames


@pytest.fixture
def link() -> Link:
    link = Link(Client())
    link.channel.at_once = False
    return link


def test_a_guest_with_an_identity_is_shown_with_it() -> None:
    assert Guest().user is None
    assert Guest("u1", "Ada").user == {"id": "u1", "name": "Ada"}
    assert Guest("u1").user == {"id": "u1", "name": "u1"}


async def test_frames_keep_their_order_and_go_before_presence(link: Link, limits: Limits) -> None:
    connection = Connection(link.channel, Guest(), limits, acks=True)
    connection.show({1: protocol.entry(1, 1, "{}")}, None)
    connection.answer(b"\x00\x00", b"\x00")
    connection.share(b"one", STATE)
    connection.share(b"two", STATE)
    connection.heard = 3
    connection.ack()
    frames = await sent(connection, link, 5)
    assert frames[:4] == [protocol.step2(b"\x00\x00"), b"one", b"two", protocol.saved(3)]
    assert isinstance(decode(frames[4]), Awareness)
    link.close()


async def test_nothing_is_shared_with_who_has_not_asked_yet(link: Link, limits: Limits) -> None:
    connection = Connection(link.channel, Guest(), limits, acks=False)
    connection.share(b"too early", STATE)
    assert connection._next() is None
    link.close()


async def test_only_the_latest_presence_and_count_are_sent(link: Link, limits: Limits) -> None:
    connection = Connection(link.channel, Guest(), limits, acks=True)
    for clock in range(1, 100):
        connection.show({1: protocol.entry(1, clock, "{}"), 2: protocol.entry(2, clock, "{}")}, 2)
        connection.heard = clock
        connection.ack()
    saved, presence = await sent(connection, link, 2)
    assert saved == protocol.saved(99)
    assert decode(presence) == Awareness((protocol.Entry(1, 99, "{}"),))
    assert connection._next() is None
    link.close()


async def test_who_is_too_far_behind_gets_nothing_until_resynced(link: Link, limits: Limits) -> None:
    connection = Connection(link.channel, Guest(), limits, acks=False)
    connection.answer(b"\x00\x00", b"\x00")
    await sent(connection, link, 1)
    for clock in range(5, 10):
        connection.share(b"x" * 300, b"\x01\x01%c" % clock)
    assert connection.behind
    assert connection._waiting == 0
    assert connection.known == b"\x01\x01\x05"  # what was dropped is not what it has
    assert connection.take_resync()
    assert not connection.take_resync()
    connection.answer(b"\x00\x00", b"\x01\x01\x0a")
    connection.share(b"after", STATE)
    assert await sent(connection, link, 2) == [protocol.step2(b"\x00\x00"), b"after"]
    link.close()


async def test_the_question_survives_that_the_reader_falls_behind(link: Link, limits: Limits) -> None:
    connection = Connection(link.channel, Guest(), limits, acks=False)
    connection.answer(b"\x00\x00", b"\x00")
    connection.ask(b"\x00")
    for _ in range(5):
        connection.share(b"x" * 300, STATE)
    assert connection.behind
    assert connection.take_resync()
    assert await sent(connection, link, 1) == [protocol.step1(b"\x00")]
    link.close()


async def test_only_the_answer_to_the_latest_question_makes_up_for_what_was_refused(link: Link, limits: Limits) -> None:
    connection = Connection(link.channel, Guest(), limits, acks=True)
    connection.ask(b"\x00")
    await sent(connection, link, 1)
    connection.missed = True
    connection.ask(b"\x00")
    connection.hear(is_answer=True)  # to the first question, before the second was even sent
    connection.ack()
    assert await sent(connection, link, 1) == [protocol.step1(b"\x00")]  # and no acknowledgement
    connection.hear(is_answer=False)
    connection.ack()
    assert connection._next() is None
    connection.hear(is_answer=True)
    connection.ack()
    assert await sent(connection, link, 1) == [protocol.saved(3)]
    link.close()


async def test_one_frame_may_be_larger_than_the_outbox(link: Link, limits: Limits) -> None:
    connection = Connection(link.channel, Guest(), limits, acks=False)
    connection.answer(b"\x00\x00", b"\x00")
    await sent(connection, link, 1)
    connection.share(b"x" * 5000, STATE)
    assert not connection.behind
    link.close()


async def test_silence_is_broken_by_a_sign_of_life(link: Link, limits: Limits) -> None:
    connection = Connection(link.channel, Guest(), limits, acks=False)
    now = time.monotonic()
    connection.look_after(now)
    assert connection._next() is None
    connection.look_after(now + limits.keep_alive + 0.01)
    assert await sent(connection, link, 1) == [b"\x01\x01\x00"]
    connection.look_after(time.monotonic())
    assert connection._next() is None
    link.close()


async def stuck(limits: Limits, frame: bytes, seconds: float) -> Connection:
    """A connection whose reader takes nothing, looked after some time later."""
    link = Link(Client(), size=0)
    connection = Connection(link.channel, Guest(), limits, acks=False)
    connection.put(frame)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(connection.send_next)
        await anyio.sleep(0.01)
        connection.look_after(time.monotonic() + seconds)
        tasks.cancel_scope.cancel()
    link.close()
    return connection


async def test_a_reader_who_takes_nothing_is_closed() -> None:
    limits = Limits(stall=10.0, slowest=1000)
    assert (await stuck(limits, b"x", 9.0)).closing is None
    closing = (await stuck(limits, b"x", 10.5)).closing
    assert closing is not None
    assert closing[0] == TOO_SLOW


async def test_a_large_frame_is_given_more_time() -> None:
    limits = Limits(stall=10.0, slowest=1000)
    assert (await stuck(limits, b"x" * 5000, 14.0)).closing is None
    assert (await stuck(limits, b"x" * 5000, 15.5)).closing is not None


async def test_something_to_send_wakes_the_sender(link: Link) -> None:
    connection = Connection(link.channel, Guest(), Limits(), acks=False)
    async with anyio.create_task_group() as tasks:

        async def later() -> None:
            await anyio.sleep(0.01)
            connection.put(b"frame")

        tasks.start_soon(later)
        with anyio.fail_after(60):
            await connection.send_next()
    assert await link.incoming.receive() == b"frame"
    link.close()


async def test_acknowledgements_stop_at_what_was_refused(link: Link, limits: Limits) -> None:
    connection = Connection(link.channel, Guest(), limits, acks=True)
    connection.heard = 2
    connection.refuse("no")
    connection.refuse("no")
    connection.ack()
    assert connection._next() == protocol.denied("no")
    assert connection._next() is None
    connection.missed = False
    connection.ack()
    assert connection._next() == protocol.saved(2)
    link.close()


async def test_who_did_not_ask_for_acknowledgements_gets_none(link: Link, limits: Limits) -> None:
    connection = Connection(link.channel, Guest(), limits, acks=False)
    connection.heard = 2
    connection.ack()
    assert connection._next() is None
    link.close()


async def test_the_third_fault_closes(link: Link, limits: Limits) -> None:
    bad, forger = (Connection(link.channel, Guest(), limits, acks=False) for _ in range(2))
    for _ in range(2):
        bad.bad_frame()
        forger.trespass()
    assert (bad.closing, forger.closing) == (None, None)
    bad.bad_frame()
    bad.shut(4503, "a later reason")
    forger.trespass()
    assert bad.closing is not None
    assert forger.closing is not None
    assert (bad.closing[0], forger.closing[0]) == (BAD_FRAMES, FORBIDDEN)
    link.close()
