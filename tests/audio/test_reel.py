from pathlib import Path

import numpy as np
import pytest

from voicemind.audio.frame import SAMPLE_RATE, AudioFrame
from voicemind.audio.parts import Label
from voicemind.audio.reel import ROLL, Disk, Reel


def tone(seconds: float, start: int) -> AudioFrame:
    return AudioFrame(np.full(round(seconds * SAMPLE_RATE), 0.1, np.float32), start)


def reel(folder: Path, *, keep: bool, spare: int = 0) -> Reel:
    return Reel(Disk(folder, keep, spare, retry=60.0), Label("ada.1", "ada", "Ada"))


@pytest.mark.parametrize(("keep", "parts"), [(True, 1), (False, 3)])
def test_what_is_not_kept_is_cut_into_parts_that_can_go(tmp_path: Path, keep: bool, parts: int) -> None:
    track = reel(tmp_path, keep=keep)
    for minute in range(5):
        track.take(tone(0.1, minute * ROLL // 2))
        track.drain()
    track.end()
    assert len(track.parts) == parts


def test_only_whole_parts_that_are_settled_go(tmp_path: Path) -> None:
    track = reel(tmp_path, keep=False)
    for start in (0, ROLL, 2 * ROLL):
        track.take(tone(0.1, start))
        track.drain()
    track.settle(ROLL + 800)
    assert [part.start for part in track.parts] == [ROLL, 2 * ROLL]
    assert all(part.path.exists() for part in track.parts)


def test_a_disk_without_room_raises_and_what_comes_next_begins_a_part(tmp_path: Path) -> None:
    track = reel(tmp_path, keep=True, spare=1 << 62)
    track.take(tone(0.1, 0))
    with pytest.raises(OSError, match="no space"):
        track.drain()
    track.abandon()
    track._disk.spare = 0
    track.take(tone(0.1, 5000))
    track.end()
    assert [part.start for part in track.parts] == [5000]
