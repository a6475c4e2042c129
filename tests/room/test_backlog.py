from pathlib import Path

import anyio
import numpy as np
import pytest

from tests.audio.test_tracks import record
from voicemind.audio.frame import SAMPLE_RATE
from voicemind.audio.tracks import ATTEMPTS, Tracks
from voicemind.room import backlog
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn

pytestmark = pytest.mark.anyio


async def test_what_is_being_recorded_is_left_alone_and_an_attempt_is_counted(tmp_path: Path) -> None:
    record(tmp_path, "ada")
    record(tmp_path, "tom")
    for _ in range(ATTEMPTS):
        assert [track.label.track for track in await backlog.take(tmp_path, {"ada.1"})] == ["tom.1"]
    assert await backlog.take(tmp_path, {"ada.1"}) == []


async def test_what_turns_say_already_is_not_heard_again(tmp_path: Path) -> None:
    record(tmp_path, "ada", start=SAMPLE_RATE, seconds=30)
    [track] = Tracks(tmp_path).all()
    turns = [
        Turn("t", Segment(3.0, 5.0), "ada", "so", track="ada.1"),
        Turn("u", Segment(8.0, 21.5), "ada", "cut for its length", track="ada.1"),
        Turn("v", Segment(23.0, 24.0), "ada", "what", track="ada.2"),
    ]

    frames = [frame async for frame in backlog.unheard(track, turns)]

    assert frames[0].start == SAMPLE_RATE
    sound = np.concatenate([np.ones(SAMPLE_RATE), *(frame.samples for frame in frames)])
    silent = [(np.flatnonzero(np.diff((sound == 0.0).astype(int))) + 1) / SAMPLE_RATE]
    # With the sound before and after a voice that its turn was made of, but for what follows a cut.
    assert np.concatenate(silent) == pytest.approx([2.65, 5.2, 7.65, 21.5])


async def test_what_is_settled_is_not_read(tmp_path: Path) -> None:
    track = record(tmp_path, "ada")
    Tracks(tmp_path).mark(track, 2000)
    [found] = await backlog.take(tmp_path, set())
    with anyio.fail_after(60):
        frames = [frame async for frame in backlog.unheard(found, [])]
    assert (frames[0].start, frames[-1].end) == (2000, 3200)
