import logging
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from voicemind.audio import recorder as recorder_module
from voicemind.audio.frame import SAMPLE_RATE, AudioFrame, Samples
from voicemind.audio.parts import Label
from voicemind.audio.recorder import Recorder
from voicemind.audio.tracks import Tracks

ADA = Label("ada.1", "ada", "Ada")


def noise(seconds: float, seed: int = 1) -> Samples:
    return (np.random.default_rng(seed).random(round(seconds * SAMPLE_RATE)) - 0.5).astype(np.float32)


def frames(samples: Samples, start: int = 0) -> list[AudioFrame]:
    return [AudioFrame(samples[at : at + 320], start + at) for at in range(0, len(samples), 320)]


def on_disk(folder: Path, track: str = "ada.1") -> Samples:
    """A track from second 0 on, holes as silence."""
    [found] = [t for t in Tracks(folder).all() if t.label.track == track]
    parts = list(found.read())
    sound = np.zeros(max((frame.end for frame in parts), default=0), np.float32)  # a new file has no sound yet
    for frame in parts:
        sound[frame.start : frame.end] = frame.samples
    return sound


def until(condition: Callable[[], Any]) -> None:
    limit = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.02)


def test_what_is_heard_is_on_disk_at_its_place(tmp_path: Path) -> None:
    first, second = noise(1.0), noise(0.5, seed=2)
    with Recorder(tmp_path, keep=True) as recorder:
        tape = recorder.open(ADA)
        for frame in [*frames(first, 16_000), *frames(second, 64_000)]:
            tape.write(frame)
        tape.write(AudioFrame(np.zeros(320, np.float32), 72_000))
    sound = on_disk(tmp_path)
    assert len(sound) == 72_000
    assert np.allclose(sound[16_000:32_000], first, atol=1e-4)
    assert not sound[32_000:64_000].any()
    assert np.allclose(sound[64_000:], second, atol=1e-4)


def test_all_but_a_third_of_a_second_is_in_the_file_though_nobody_closes_it(tmp_path: Path) -> None:
    with Recorder(tmp_path, keep=True) as recorder:
        tape = recorder.open(ADA)
        for frame in frames(noise(2.0)):
            tape.write(frame)
        until(lambda: Tracks(tmp_path).all() and len(on_disk(tmp_path)) > 1.9 * SAMPLE_RATE)


def test_silence_costs_nothing(tmp_path: Path) -> None:
    with Recorder(tmp_path, keep=True) as recorder:
        tape = recorder.open(ADA)
        for frame in frames(np.zeros(SAMPLE_RATE, np.float32)):
            tape.write(frame)
    assert not list(tmp_path.iterdir())


def test_an_hour_of_silence_is_a_hole_between_two_parts(tmp_path: Path) -> None:
    with Recorder(tmp_path, keep=True) as recorder:
        tape = recorder.open(ADA)
        tape.write(AudioFrame(noise(0.1), 0))
        tape.write(AudioFrame(noise(0.1), 3600 * SAMPLE_RATE))
    [track] = Tracks(tmp_path).all()
    assert [part.start for part in track.parts] == [0, 3600 * SAMPLE_RATE]
    assert track.size < 20_000


def test_what_comes_again_is_left_out(tmp_path: Path) -> None:
    sound = noise(1.0)
    with Recorder(tmp_path, keep=True) as recorder:
        tape = recorder.open(ADA)
        for frame in [*frames(sound[:8000]), *frames(sound[4000:], 4000)]:
            tape.write(frame)
    assert np.allclose(on_disk(tmp_path), sound, atol=1e-4)


def test_a_track_that_is_not_kept_goes_once_it_is_settled(tmp_path: Path) -> None:
    with Recorder(tmp_path, keep=False) as recorder:
        tape = recorder.open(ADA)
        tape.write(AudioFrame(noise(0.5), 0))
        tape.settle(4000)
        until(lambda: [track.settled for track in Tracks(tmp_path).unheard()] == [4000])
        tape.close()
        tape.settle(None)
    assert not list(tmp_path.iterdir())


def test_a_long_track_that_is_not_kept_is_let_go_of_on_the_way(tmp_path: Path) -> None:
    with Recorder(tmp_path, keep=False) as recorder:
        tape = recorder.open(ADA)
        for second in range(130):
            tape.write(AudioFrame(noise(0.02), second * SAMPLE_RATE))
            if second % 30 == 0:
                time.sleep(0.25)  # a live track is not written all at once
        tape.settle(125 * SAMPLE_RATE)
    [track] = Tracks(tmp_path).all()
    assert track.start >= 60 * SAMPLE_RATE
    assert track.settled == 125 * SAMPLE_RATE


def test_a_track_that_is_kept_stays_and_is_known_to_be_transcribed(tmp_path: Path) -> None:
    with Recorder(tmp_path, keep=True) as recorder:
        tape = recorder.open(ADA)
        tape.write(AudioFrame(noise(0.5), 0))
        tape.close()
        tape.settle(None)
    assert [track.settled for track in Tracks(tmp_path).all()] == [None]
    assert not Tracks(tmp_path).unheard()


def test_keeping_can_be_chosen_in_the_middle(tmp_path: Path) -> None:
    with Recorder(tmp_path, keep=False) as recorder:
        tape = recorder.open(ADA)
        tape.write(AudioFrame(noise(0.5), 0))
        list(tape.read(0, 1))  # it is on disk now
        recorder.keep = True
        tape.write(AudioFrame(noise(0.5), 8000))
        tape.close()
        tape.settle(None)
    [track] = Tracks(tmp_path).all()
    assert [(part.start, part.kept) for part in track.parts] == [(8000, True)]


def test_what_is_recorded_can_be_read_while_it_goes_on(tmp_path: Path) -> None:
    sound = noise(1.0)
    with Recorder(tmp_path, keep=False) as recorder:
        tape = recorder.open(ADA)
        for frame in frames(sound):
            tape.write(frame)
        found = list(tape.read(3000, 9000))
    assert (found[0].start, found[-1].end) == (3000, 9000)
    assert np.allclose(np.concatenate([frame.samples for frame in found]), sound[3000:9000], atol=1e-4)


def test_what_was_recorded_of_somebody_can_be_deleted_while_they_speak(tmp_path: Path) -> None:
    with Recorder(tmp_path, keep=True) as recorder:
        tape = recorder.open(ADA)
        tape.write(AudioFrame(noise(0.5), 0))
        tape.discard()
        tape.write(AudioFrame(noise(0.5), 16_000))
    [track] = Tracks(tmp_path).all()
    assert track.start == 16_000


def test_a_full_disk_stops_the_recording_and_room_lets_it_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    usage = shutil.disk_usage(tmp_path)
    with Recorder(tmp_path, keep=True, spare=usage.total + 1, retry=0.3) as recorder:
        tape = recorder.open(ADA)
        for start in range(3):
            tape.write(AudioFrame(noise(0.1), start * 1600))
            until(lambda: recorder.failure is not None)
            time.sleep(0.25)
        assert recorder.failure == "no space left on device"
        recorder._disk.spare = 0
        with caplog.at_level(logging.WARNING):
            time.sleep(0.35)
            tape.write(AudioFrame(noise(0.1), 16_000))
            until(lambda: recorder.failure is None)
    assert on_disk(tmp_path)[16_000:].any()
    assert [r.message.count("stopped") for r in caplog.records if "stopped" in r.message] == [1]


def test_too_much_for_a_slow_disk_is_dropped_and_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder_module, "BACKLOG", 16_000)
    recorder = Recorder(tmp_path, keep=True)  # not entered: its thread takes nothing
    tape = recorder.open(ADA)
    for second in range(5):
        tape.write(AudioFrame(noise(1.0), second * SAMPLE_RATE))
    assert recorder.failure == "the disk is too slow"
    assert recorder.lost == pytest.approx(3.0)
    with recorder:
        pass
    assert len(on_disk(tmp_path)) == 2 * SAMPLE_RATE
