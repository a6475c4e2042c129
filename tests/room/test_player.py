import wave
from collections.abc import Iterator
from pathlib import Path

import anyio
import numpy as np
import pytest

from tests.room.host import LOCAL, Host
from tests.room.sounds import find, framed, likeness, tone
from voicemind.audio.files import read
from voicemind.audio.frame import SAMPLE_RATE
from voicemind.errors import AudioError, SignalError
from voicemind.room.ice import IceConfig
from voicemind.room.opus import FRAME, RATE, Pcm
from voicemind.room.peer import PeerConfig
from voicemind.room.player import Recording, play, read_pcm

pytestmark = pytest.mark.anyio


def wav(path: Path, pcm: Pcm, rate: int = RATE) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(pcm.tobytes())
    return path


def test_a_file_becomes_frames(tmp_path: Path) -> None:
    pcm = tone(300, 1.01)
    frames = list(read_pcm(wav(tmp_path / "tone.wav", pcm)))
    assert all(frame.shape == (FRAME,) and frame.dtype == np.int16 for frame in frames)
    np.testing.assert_array_equal(np.concatenate(frames)[: len(pcm)], pcm)
    assert len(frames) == 51
    assert not frames[-1][FRAME // 2 :].any()


def test_another_rate_is_resampled(tmp_path: Path) -> None:
    frames = list(read_pcm(wav(tmp_path / "low.wav", tone(300, 1.0)[::3].copy(), rate=16_000)))
    assert find(tone(300, 0.9), np.concatenate(frames))[1] > 0.99
    assert len(frames) == 50


def test_what_cannot_be_played_is_said(tmp_path: Path) -> None:
    (tmp_path / "text.wav").write_text("hello")
    with pytest.raises(AudioError, match=r"text\.wav: cannot be played"):
        list(read_pcm(tmp_path / "text.wav"))
    with pytest.raises(AudioError, match="cannot be played"):
        list(read_pcm(tmp_path / "missing.wav"))


async def test_the_pace_is_that_of_a_microphone() -> None:
    recording = Recording(framed(tone(300, 1.0)))
    recording.begin()
    began = anyio.current_time()
    for count in range(50):
        packet = await recording.recv()
        assert packet.pts == count * FRAME
        late = anyio.current_time() - began - (count + 1) * 0.02
        assert -0.005 < late < 0.5
        if count == 20:
            await anyio.sleep(0.1)  # a sender that was held up catches up
    assert anyio.current_time() - began < 1.5


async def test_nothing_is_sent_before_it_begins() -> None:
    recording = Recording(framed(tone(300, 0.2)))
    with anyio.move_on_after(0.1):
        await recording.recv()
        pytest.fail("sent too early")


@pytest.mark.usefixtures("no_leaks")
async def test_real_speech_arrives_and_is_heard_back(host: Host, jfk: Path) -> None:
    """Five seconds of a speech: by the engine, and by somebody else in the room."""
    heard: list[np.ndarray] = []
    silence = (np.zeros(FRAME, np.int16) for _ in range(300))
    joined = anyio.Event()

    async def everybody() -> None:
        joined.set()

    async def after_all() -> None:
        await joined.wait()

    excerpt = [frame for frame, _ in zip(read_pcm(jfk), range(250), strict=False)]
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(play, silence, host.post("listener"), lambda f: heard.append(f.samples), everybody, LOCAL)
        await play(excerpt, host.post("jfk"), None, after_all, LOCAL)
    source = next(iter(read(jfk, block=5.0))).samples
    await host.peers["jfk"].close()
    assert likeness(source, host.samples("jfk"), SAMPLE_RATE) > 0.9
    assert likeness(source, np.concatenate(heard), SAMPLE_RATE) > 0.9


@pytest.mark.usefixtures("no_leaks")
async def test_frames_that_fail_end_the_playing(host: Host) -> None:
    def failing() -> Iterator[Pcm]:
        yield from framed(tone(300, 0.2))
        raise AudioError("the disk has gone; copy it again")

    with pytest.raises(AudioError, match="the disk has gone"):
        await play(failing(), host.post("ada"), config=LOCAL)


@pytest.mark.usefixtures("no_leaks")
async def test_a_room_that_goes_away_is_said(host: Host) -> None:
    async def hang_up() -> None:
        await anyio.sleep(0.5)
        await host.peers["ada"].close()

    async with anyio.create_task_group() as tasks:

        async def ready() -> None:
            tasks.start_soon(hang_up)

        with pytest.raises(SignalError, match="lost"):
            await play(framed(tone(300, 9.0)), host.post("ada"), None, ready, LOCAL)


@pytest.mark.usefixtures("no_leaks")
async def test_a_room_that_cannot_be_reached_is_said(host: Host) -> None:
    async def post(sdp: str) -> str:
        answer = await host.post("ada")(sdp.replace(" 127.0.0.1 ", " 192.0.2.99 "))
        return answer.replace(" 127.0.0.1 ", " 192.0.2.99 ")

    config = PeerConfig(IceConfig(listen=("127.0.0.1",)), connect_timeout=0.5)
    with pytest.raises(SignalError, match="no connection"):
        await play(framed(tone(300, 0.2)), post, config=config)
