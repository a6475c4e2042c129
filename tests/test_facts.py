import anyio
import pytest

from voicemind.facts import BUFFER, Facts
from voicemind.timeline.event import Tick

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_every_subscriber_gets_every_fact_from_then_on() -> None:
    facts = Facts()
    first = facts.subscribe()
    facts.publish(Tick(1.0))
    second = facts.subscribe()
    facts.publish(Tick(2.0))
    facts.close()

    async with first, second:
        assert [fact async for fact in first] == [Tick(1.0), Tick(2.0)]
        assert [fact async for fact in second] == [Tick(2.0)]


async def test_who_does_not_read_is_cut_off_and_the_others_are_not() -> None:
    facts = Facts()
    sleeper, reader = facts.subscribe(), facts.subscribe()
    async with sleeper, reader:
        for i in range(BUFFER + 1):
            facts.publish(Tick(float(i)))
            await reader.receive()
        facts.publish(Tick(-1.0))

        assert await reader.receive() == Tick(-1.0)
        assert len([fact async for fact in sleeper]) == BUFFER
        facts.close()


async def test_a_subscriber_that_left_is_forgotten() -> None:
    facts = Facts()
    facts.subscribe().close()

    facts.publish(Tick(1.0))

    facts.close()


async def test_after_the_end_there_is_nothing_more() -> None:
    facts = Facts()
    facts.close()

    async with facts.subscribe() as late:
        with pytest.raises(anyio.EndOfStream):
            await late.receive()
