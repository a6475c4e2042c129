"""People under load, on a board that really is one."""

import os
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pycrdt
import pytest

from tests.server.conftest import bundle as bundle  # a page in small
from tests.server.conftest import parts as parts  # a server without models
from voicemind.bench.load import Figures, Load, Person, repeat, run, stamps
from voicemind.board import protocol
from voicemind.config import ServeConfig
from voicemind.server.app import Parts
from voicemind.server.run import running

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def address(tmp_path: Path, parts: Parts) -> AsyncIterator[str]:
    async with running(ServeConfig(tmp_path / "data", port=0, open=True), parts) as serving:
        yield f"{serving.url.replace('http', 'ws')}/sync/bench"


def load(url: str, **more: Any) -> Load:
    options = {"clients": 4, "writers": 2, "rate": 20.0, "seconds": 0.5} | more
    return Load(url=url, pid=os.getpid(), **options)


async def test_whoever_draws_is_heard_by_all_others_and_all_have_the_same(address: str) -> None:
    row = await run(load(address, cursors=10.0))

    assert row["updates"] == 20
    assert row["delivered"] == 1.0
    assert row["same"]
    assert row["closed"] == 0
    assert row["presence_a_second"] > 0
    assert 0 < row["p50_ms"] <= row["p95_ms"] <= row["p99_ms"]
    assert row["cpu_us_per_update"] > 0


async def test_who_has_another_document_is_found_out() -> None:
    one, other = (Person(number, load(""), Figures(), checked=True) for number in range(2))
    one.draw()
    assert stamps(one) == one.written
    assert stamps(other) != one.written


def update_of(person: Person) -> bytes:
    """What a person drew, as others hear it."""
    return protocol.update(person.doc.get_update())


async def test_delays_are_those_of_others_changes_since_the_start() -> None:
    figures = Figures()
    ada, bob = (Person(number, load(""), figures, checked=False) for number in range(2))
    ada.draw()
    early = update_of(ada)
    figures.start()
    bob.draw()
    late = update_of(bob)
    figures.count(early, set())  # drawn before the start
    figures.count(late, bob._stamps)  # by its reader
    assert figures.latencies == []
    figures.count(late, ada._stamps)
    assert len(figures.latencies) == 1
    assert 0 < figures.latencies[0] < 60e9
    assert figures.frames == 3


async def test_a_change_is_drawn_as_one_shape_that_says_when() -> None:
    person = Person(7, load(""), Figures(), checked=False)
    before = time.perf_counter_ns()
    for _ in range(6):
        person.draw()
    doc: pycrdt.Doc[Any] = pycrdt.Doc()
    doc.apply_update(person.doc.get_update())
    shapes = doc.get("elements", type=pycrdt.Map)
    assert set(shapes) == {f"el7_{number}" for number in range(5)}
    assert before < int(str(shapes["el7_0"]["t"]).strip("<T>")) <= time.perf_counter_ns()
    assert person.sent == 6


async def test_something_is_repeated_at_its_rate() -> None:
    done: list[float] = []
    await repeat(lambda: done.append(time.perf_counter()), 100, time.perf_counter() + 0.2)
    assert 19 <= len(done) <= 21  # what comes late is made up for
    await repeat(lambda: done.clear(), 0, time.perf_counter() + 60)
    assert done
