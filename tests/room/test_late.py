"""What was said while somebody was cut off is heard afterwards, in its place, and nothing twice."""

from itertools import pairwise
from pathlib import Path

import anyio
import numpy as np
import pytest

from tests.fakes import ScriptedAsr, track
from tests.room.sounds import find, likeness, syllables
from tests.room.test_forgetting import post_to, room_at
from tests.room.test_wire import OPUS, opus
from tests.server.visits import turn
from tests.test_recording import write
from voicemind.audio.frame import SAMPLE_RATE
from voicemind.board import protocol
from voicemind.errors import InputError, RoomEnded, UnknownSession, Unwished
from voicemind.room.late import AGAIN, Heard, LateSound
from voicemind.room.opus import FRAME, RATE, Pcm
from voicemind.room.player import play, read_pcm


def sound(said: Pcm, ago: float, holes: range = range(0)) -> LateSound:
    messages = [message for count, message in enumerate(opus(said)) if count not in holes]
    return LateSound.parse(OPUS, ago, b"".join(map(protocol.varbytes, messages)))


@pytest.mark.parametrize(("ago", "body"), [(10, b""), (10, b"\x05abc"), (0, b"\x01a"), (1e6, b"\x01a"), (-1, b"\x01a")])
def test_what_is_no_sound_is_refused(ago: float, body: bytes) -> None:
    with pytest.raises(InputError):
        LateSound.parse(OPUS, ago, body)


def test_it_is_decoded_without_a_hole_from_its_place_on() -> None:
    said = syllables(3, seed=9)
    late = sound(said, 10, range(60, 90))
    frames = list(late.frames(100.0))
    assert frames[0].start == 100 * SAMPLE_RATE
    assert all(one.end == other.start for one, other in pairwise(frames))
    heard = np.concatenate([frame.samples for frame in frames])
    assert late.seconds == pytest.approx(len(heard) / SAMPLE_RATE) == pytest.approx(3)
    assert likeness(said[: 60 * FRAME : 3], heard, SAMPLE_RATE) > 0.9
    after, _ = find(said[100 * FRAME :: 3], heard)
    assert abs(after / SAMPLE_RATE - 100 * FRAME / RATE) < 0.02
    assert abs(heard[round(65 * FRAME / 3) : round(89 * FRAME / 3)]).max() < 0.01


def test_nothing_is_heard_twice_but_the_word_that_was_cut() -> None:
    heard = Heard()
    heard.add("ana", (0.0, 10.0))
    heard.add("ana", (30.0, 40.0))
    assert heard.said("ana", 5.0, 32.0) == [
        (0, round((10 - AGAIN) * SAMPLE_RATE)),
        (30 * SAMPLE_RATE, round((40 - AGAIN) * SAMPLE_RATE)),
    ]
    assert heard.said("ana", 2.0, 9.0) is None
    assert heard.said("ana", 31.0, 39.0) is None
    assert heard.said("bo", 2.0, 9.0) == []
    assert Heard([turn(3), turn(1)]).said("ada", 0.0, 9.0) == [(0, round((4 - AGAIN) * SAMPLE_RATE))]


@pytest.mark.anyio
async def test_what_was_said_in_a_cut_stands_in_its_place(tmp_path: Path) -> None:
    asr = ScriptedAsr()
    speech = write(tmp_path / "speech.wav", track(0.5, 1.0, 0.5))
    late = np.concatenate(list(read_pcm(write(tmp_path / "late.wav", track(0.5, 1.0, 0.5)))))
    async with room_at(tmp_path / "data", asr) as (room, _):
        with pytest.raises(RoomEnded):
            await room.bring("p-Maya", sound(late, 2.0))
        await play(read_pcm(speech), post_to(room, "Maya"))
        cut = room.position
        await anyio.sleep(2.2)
        with pytest.raises(UnknownSession):
            await room.bring("p-Tom", sound(late, 2.0))
        said = room.position - 2.0
        assert await room.bring("p-Maya", sound(late, 2.0))
        assert not await room.bring("p-Maya", sound(late, room.position - said))
        await play(read_pcm(speech), post_to(room, "Maya"))
        await room.listen("p-Maya", heard=False)
        with pytest.raises(Unwished):
            await room.bring("p-Maya", sound(late, 2.0))
        await room.end()
        first, second, third = sorted(room.board.document.turns(), key=lambda turn: turn.segment.start)
        assert {t.speaker for t in (first, second, third)} == {"p-Maya"}
        assert first.segment.end < cut < second.segment.start < third.segment.start
        assert abs(second.segment.start - (said + 0.5)) < 0.3


@pytest.mark.anyio
async def test_who_was_forgotten_is_not_heard_by_what_was_kept(tmp_path: Path) -> None:
    speech = write(tmp_path / "speech.wav", track(0.5, 1.0, 0.5))
    late = np.concatenate(list(read_pcm(speech)))
    async with room_at(tmp_path / "data", ScriptedAsr()) as (room, _):
        await play(read_pcm(speech), post_to(room, "Maya"))
        await anyio.sleep(2.2)
        await room.forget("p-Maya")
        assert not await room.bring("p-Maya", sound(late, 2.0))
        assert room.board.document.turns() == []
