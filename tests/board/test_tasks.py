import anyio
import pytest

from voicemind.board.tasks import task_group

pytestmark = pytest.mark.anyio


async def fail(text: str) -> None:
    raise ValueError(text)


async def test_an_only_failure_is_raised_as_itself() -> None:
    async def run() -> None:
        async with task_group() as tasks:
            tasks.start_soon(fail, "one")
            await anyio.sleep(1)

    with pytest.raises(ValueError, match="one"):
        await run()


async def test_several_failures_are_raised_together() -> None:
    async def run() -> None:
        async with task_group() as tasks:
            tasks.start_soon(fail, "one")
            tasks.start_soon(fail, "two")

    with pytest.raises(ExceptionGroup) as failure:
        await run()
    assert len(failure.value.exceptions) == 2
