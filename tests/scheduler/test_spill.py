import logging
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.scheduler.jobs import embed, final
from voicemind.audio.frame import Samples
from voicemind.scheduler import Job, Queue, Spill
from voicemind.scheduler import spill as module
from voicemind.scheduler.spill import on_disk
from voicemind.speech.ports import Decode


def sounding(utterance: int, seconds: float, due: float) -> Job:
    """A final of noise that is its own."""
    job = final(utterance=utterance, due=due, seconds=seconds)
    assert isinstance(job.request, Decode)
    noise = np.random.default_rng(utterance).normal(size=len(job.request.samples)).astype(np.float32)
    return replace(job, request=replace(job.request, samples=noise))


def samples(job: Job) -> Samples:
    assert isinstance(job.request, Decode)
    return job.request.samples


def test_the_least_urgent_goes_to_disk_and_comes_back_bit_by_bit(tmp_path: Path) -> None:
    queue, spill = Queue(1), Spill(tmp_path / "waiting", in_memory=5.0)
    jobs = [sounding(number, 2.0, due=10.0 - number) for number in range(6)]
    for job in jobs:
        queue.submit(job, 0.0)
        spill.relieve(queue)
    queue.submit(embed(due=0.0), 0.0)
    spill.relieve(queue)

    assert queue.audio == 12.0
    assert [on_disk(samples(job)) for job in queue.finals()] == [False, False, True, True, True, True]
    batch = queue.take(0.0)
    while batch is not None:
        for job in batch.jobs:
            if isinstance(job.request, Decode):
                original = samples(jobs[job.request.utterance])
                np.testing.assert_array_equal(job.request.samples, original)
        queue.finish(batch, 0.0)
        batch = queue.take(0.0)
    assert queue.audio == 0.0


def test_nothing_is_written_while_memory_holds_it(tmp_path: Path) -> None:
    queue, spill = Queue(1), Spill(tmp_path / "waiting", in_memory=5.0)
    queue.submit(sounding(0, 5.0, due=0.0), 0.0)
    spill.relieve(queue)
    assert not (tmp_path / "waiting").exists()


def test_files_are_few_and_have_no_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FILE", 4 * 16_000 * 5)  # five seconds
    queue, spill = Queue(1), Spill(tmp_path, in_memory=0.0)
    jobs = [sounding(number, 2.0, due=float(number)) for number in range(4)] + [sounding(4, 8.0, due=9.0)]
    for job in jobs:
        queue.submit(job, 0.0)
    spill.relieve(queue)

    assert list(tmp_path.iterdir()) == []
    for before, after in zip(jobs, queue.finals(), strict=True):
        assert on_disk(samples(after))
        np.testing.assert_array_equal(samples(after), samples(before))


def test_a_folder_that_takes_nothing_is_said_once_and_costs_no_final(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("no folder")
    queue, spill = Queue(1), Spill(tmp_path / "file" / "waiting", in_memory=0.0)
    with caplog.at_level(logging.WARNING):
        for number in range(3):
            queue.submit(sounding(number, 1.0, due=0.0), 0.0)
            spill.relieve(queue)

    assert len(queue.finals()) == 3
    assert len(caplog.records) == 1
