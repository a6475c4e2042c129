import asyncio
import time
from collections.abc import Coroutine
from typing import Any

import numpy as np
import pytest

from voicemind.bench.peers import driver
from voicemind.bench.peers.driver import Lanes, Update, VirtualLoop, note


def run(job: Coroutine[Any, Any, Any]) -> Any:
    loop = VirtualLoop()
    try:
        return loop.run_until_complete(job)
    finally:
        loop.close()


def test_a_virtual_hour_takes_no_time() -> None:
    async def wait() -> float:
        await asyncio.gather(*(asyncio.sleep(seconds) for seconds in (3600.0, 10.0, 1800.0)))
        return asyncio.get_running_loop().time()

    began = time.perf_counter()
    assert run(wait()) == pytest.approx(3600.0)
    assert time.perf_counter() - began < 5.0


def test_what_is_cancelled_does_not_move_the_clock() -> None:
    async def wait() -> float:
        task = asyncio.ensure_future(asyncio.sleep(1000.0))
        await asyncio.sleep(1.0)
        task.cancel()
        await asyncio.sleep(1.0)
        return asyncio.get_running_loop().time()

    assert run(wait()) == pytest.approx(2.0)


def test_inferences_wait_for_a_lane_and_last_their_cpu_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    spent = 0.0

    def work() -> None:
        nonlocal spent
        spent += 2.0

    monkeypatch.setattr(time, "process_time", lambda: spent)

    async def three() -> list[float]:
        loop, lanes = asyncio.get_running_loop(), Lanes(2)

        async def one() -> float:
            await lanes.run(work)
            return loop.time()

        return [*await asyncio.gather(one(), one(), one())]

    assert run(three()) == [2.0, 2.0, 4.0]


def test_only_what_is_new_is_noted() -> None:
    updates: list[Update] = []
    for at, tail in [(1.0, "a"), (2.0, "a"), (3.0, "b")]:
        note(updates, at, "", tail)
    assert updates == [(1.0, "", "a"), (3.0, "", "b")]


class Echo:
    """A peer that shows how much it has heard."""

    def __init__(self, job: dict[str, Any], run: driver.Run) -> None:
        self._run = run

    async def play(self, samples: Any, updates: list[Update]) -> None:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(len(samples) / driver.RATE)
        note(updates, loop.time(), await self._run(lambda: f"{len(samples)}"), "")


def test_streams_begin_one_after_the_other(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(driver.PEERS, "echo", Echo)
    sound = tmp_path / "sound.f32"
    np.zeros(driver.RATE, np.float32).tofile(sound)
    job = {"peer": "echo", "samples": str(sound), "streams": 2, "offset": 10.0, "virtual": True, "lanes": 1}

    found = run(driver.measure(job))

    length = driver.RATE * (1 + driver.SILENCE)
    assert [log[0][1] for log in found["logs"]] == [str(length)] * 2
    assert [log[0][0] for log in found["logs"]] == [pytest.approx(4.0, abs=0.5), pytest.approx(14.0, abs=0.5)]
    assert found["audio_seconds"] == 8.0
