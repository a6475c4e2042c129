import queue
import threading
from collections.abc import Sequence
from pathlib import Path

import anyio
import numpy as np
import pytest

from voicemind.audio.frame import SAMPLE_RATE
from voicemind.insight.ports import Embed, Embedded
from voicemind.scheduler import RUNGS, Failed, Result, Scheduler, Spill
from voicemind.scheduler.spill import on_disk
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


def test_interims_of_several_tracks_are_asked_for_in_one_call() -> None:
    slow, results = Slow(), Results()
    calls: list[int] = []

    def transcribe(requests: Sequence[Decode]) -> list[Decoded]:
        calls.append(len(requests))
        return slow.transcribe(requests)

    with Scheduler({Decode: transcribe}, workers=1) as scheduler:
        scheduler.submit(decode("busy"), 0.0, results.put)
        assert slow.called.wait(10)
        for track in "ABC":
            scheduler.submit(decode(track, final=False), 1.0, results.put)
        slow.go.set()
        for _ in range(4):
            results.get(timeout=10)

    assert calls == [1, 3]


def test_a_failed_call_is_told_to_each_that_asked() -> None:
    slow, results = Slow(), Results()

    def transcribe(requests: Sequence[Decode]) -> list[Decoded]:
        answers = slow.transcribe(requests)
        if len(requests) > 1:
            raise ValueError("too many")
        return answers

    with Scheduler({Decode: transcribe}, workers=1) as scheduler:
        scheduler.submit(decode("busy"), 0.0, results.put)
        assert slow.called.wait(10)
        for track in "AB":
            scheduler.submit(decode(track, final=False), 1.0, results.put)
        slow.go.set()
        answers = [results.get(timeout=10) for _ in range(3)]

    assert [isinstance(answer, Failed) for answer in answers] == [False, True, True]


class Clock:
    """Time that tests set."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def fall_behind(scheduler: Scheduler, clock: Clock, results: Results) -> None:
    """Let a final be overdue for long."""
    for number in range(60):
        clock.now += 1.0
        scheduler.submit(decode("late", number), 1.0, results.put)


def test_a_live_scheduler_that_is_behind_takes_the_light_recogniser_and_says_so() -> None:
    slow, light, results, clock = Slow(), Slow(), Results(), Clock()
    light.go.set()

    with Scheduler({Decode: slow.transcribe}, workers=1, live=True, light=light.transcribe, clock=clock) as scheduler:
        assert scheduler.rung == 0
        scheduler.submit(decode("first"), 0.0, results.put)
        assert slow.called.wait(10)
        fall_behind(scheduler, clock, results)
        assert scheduler.rung == len(RUNGS)
        slow.go.set()
        for _ in range(61):
            results.get(timeout=10)
        assert [request.beam for request in light.order] == [1] * 60
        seen = []
        for _ in range(20):
            clock.now += 1.0
            seen.append(scheduler.rung)
        assert seen[-1] < len(RUNGS)  # though nobody asked for anything since

    assert [request.track for request in slow.order] == ["first"]


def test_a_scheduler_that_is_not_live_does_everything_as_well_as_can_be() -> None:
    slow, results, clock = Slow(), Results(), Clock()

    with Scheduler({Decode: slow.transcribe}, workers=1, clock=clock) as scheduler:
        scheduler.submit(decode("first"), 0.0, results.put)
        assert slow.called.wait(10)
        fall_behind(scheduler, clock, results)
        assert scheduler.rung == 0
        slow.go.set()
        for _ in range(61):
            results.get(timeout=10)

    assert {request.beam for request in slow.order} == {None}


def test_finals_that_cannot_keep_up_wait_on_disk(tmp_path: Path) -> None:
    slow, results = Slow(), Results()
    sound = np.random.default_rng(0).normal(size=(9, SAMPLE_RATE)).astype(np.float32)
    spill = Spill(tmp_path, in_memory=3.0)

    with Scheduler({Decode: slow.transcribe}, workers=1, spill=spill) as scheduler:
        scheduler.submit(decode("busy"), 0.0, results.put)
        assert slow.called.wait(10)
        for number, samples in enumerate(sound):
            request = Decode("A", number, 0, samples, True, 0.0)
            scheduler.submit(request, float(number), results.put)
        assert scheduler.waiting == 9.0
        slow.go.set()
        for _ in range(10):
            results.get(timeout=10)
        assert scheduler.waiting == 0.0

    assert [on_disk(request.samples) for request in slow.order[1:]] == [False] * 3 + [True] * 6
    for request, samples in zip(slow.order[1:], sound, strict=True):
        np.testing.assert_array_equal(request.samples, samples)
