import queue
import threading
from collections.abc import Sequence

import anyio
import numpy as np
import pytest

from voicemind.insight.ports import Embed, Embedded
from voicemind.scheduler import Failed, Result, Scheduler
from voicemind.speech.ports import Decode, Decoded


def decode(track: str = "A", utterance: int = 0, *, final: bool = True) -> Decode:
    return Decode(track, utterance, 0, np.zeros(10, np.float32), final, 0.0)


class Slow:
    """Answers only once it is let go; says when it was called."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.called = threading.Event()
        self.order: list[Decode] = []

    def transcribe(self, requests: Sequence[Decode]) -> list[Decoded]:
        self.called.set()
        assert self.go.wait(10)
        self.order += requests
        return [Decoded(request, "text") for request in requests]


Results = queue.SimpleQueue[Result | Failed]


def embed(requests: Sequence[Embed]) -> list[Embedded]:
    return [Embedded(request, (1.0,)) for request in requests]


def test_the_earliest_deadline_goes_first() -> None:
    slow, results = Slow(), Results()
    first, late, soon = decode("first"), decode("late"), decode("soon")

    with Scheduler({Decode: slow.transcribe}, workers=1) as scheduler:
        scheduler.submit(first, 0.0, results.put)
        assert slow.called.wait(10)
        scheduler.submit(late, 9.0, results.put)
        scheduler.submit(soon, 1.0, results.put)
        slow.go.set()
        for _ in range(3):
            results.get(timeout=10)

    assert slow.order == [first, soon, late]


def test_interims_make_way_for_newer_ones_and_for_their_final() -> None:
    slow, results, other = Slow(), Results(), Results()
    interims = [decode("A", 0, final=False) for _ in range(3)]
    elsewhere = decode("A", 0, final=False)

    with Scheduler({Decode: slow.transcribe}, workers=1) as scheduler:
        scheduler.submit(decode("busy"), 0.0, results.put)
        assert slow.called.wait(10)
        assert scheduler.submit(elsewhere, 1.0, other.put) == []
        assert scheduler.submit(interims[0], 1.0, results.put) == []
        assert scheduler.submit(interims[1], 2.0, results.put) == [interims[0]]
        final = decode("A", 0)
        assert scheduler.submit(final, 3.0, results.put) == [interims[1]]
        assert scheduler.submit(interims[2], 4.0, results.put) == []
        slow.go.set()
        for _ in range(3):
            results.get(timeout=10)
        other.get(timeout=10)

    assert slow.order[1:] == [elsewhere, final, interims[2]]


def test_finals_are_never_dropped() -> None:
    slow, results = Slow(), Results()

    with Scheduler({Decode: slow.transcribe}, workers=1) as scheduler:
        for number in range(50):
            assert scheduler.submit(decode("A", number), float(number), results.put) == []
        slow.go.set()
        answers = [results.get(timeout=10) for _ in range(50)]

    assert [answer.request for answer in answers] == slow.order


def test_requests_of_all_kinds_are_answered() -> None:
    slow, results = Slow(), Results()
    slow.go.set()

    with Scheduler({Decode: slow.transcribe, Embed: embed}) as scheduler:
        scheduler.submit(Embed("k", "text", 0.0), 0.0, results.put)
        scheduler.submit(decode(), 0.0, results.put)
        kinds = {type(results.get(timeout=10)) for _ in range(2)}

    assert kinds == {Decoded, Embedded}


def test_an_error_of_a_model_is_handed_to_who_asked_and_the_worker_goes_on() -> None:
    results = Results()

    def broken(requests: Sequence[Decode]) -> list[Decoded]:
        raise ValueError("no such tensor")

    with Scheduler({Decode: broken, Embed: embed}, workers=1) as scheduler:
        scheduler.submit(decode(), 0.0, results.put)
        scheduler.submit(Embed("k", "text", 0.0), 1.0, results.put)
        failed, fine = results.get(timeout=10), results.get(timeout=10)

    assert isinstance(failed, Failed)
    assert str(failed.error) == "no such tensor"
    assert isinstance(fine, Embedded)


def test_lag_counts_what_waits_and_what_runs() -> None:
    slow, results = Slow(), Results()

    with Scheduler({Decode: slow.transcribe}, workers=1) as scheduler:
        assert scheduler.lag(100.0) == 0.0
        scheduler.submit(decode(), 10.0, results.put)
        assert slow.called.wait(10)
        assert scheduler.lag(10.5) == pytest.approx(0.5)
        assert scheduler.lag(9.0) == 0.0
        scheduler.submit(decode("B"), 4.0, results.put)
        assert scheduler.lag(10.5) == pytest.approx(6.5)
        slow.go.set()
        for _ in range(2):
            results.get(timeout=10)


def model_threads() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name.startswith("voicemind-model")}


def test_leaving_ends_the_threads_though_work_waits() -> None:
    slow, results = Slow(), Results()
    before = model_threads()
    scheduler = Scheduler({Decode: slow.transcribe}, workers=2)

    with scheduler:
        for number in range(10):
            scheduler.submit(decode("A", number), 0.0, results.put)
        slow.go.set()

    assert model_threads() == before


@pytest.mark.anyio
async def test_threads_end_also_where_everything_is_cancelled() -> None:
    before = model_threads()

    with anyio.CancelScope() as scope:
        async with Scheduler({Embed: embed}):
            scope.cancel()
            await anyio.sleep_forever()

    assert model_threads() == before
