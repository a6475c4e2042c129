import logging
import struct
import tracemalloc
from pathlib import Path

import av
import numpy as np
import pytest

from tests.audio.recordings import Form, joined, loudness, pitch, save, tone
from voicemind.audio.files import AudioInfo, probe, read
from voicemind.audio.frame import SAMPLE_RATE
from voicemind.errors import AudioError

FASTSTART = (("movflags", "faststart"),)
# What a codec adds at an end (in seconds) counts as one of its frames.
FORMS = [
    (Form("a.wav", "pcm_s16le"), 0.0),
    (Form("eight.wav", "pcm_u8", 8_000, "mono"), 0.0),
    (Form("float.wav", "pcm_f32le", 96_000), 0.0),
    (Form("six.wav", "pcm_s16le", 48_000, "5.1"), 0.0),
    (Form("a.aiff", "pcm_s24be", 44_100), 0.0),
    (Form("a.flac", "flac", 44_100), 0.0),
    (Form("eight.flac", "flac", 48_000, "7.1"), 0.0),
    (Form("a.opus", "libopus"), 0.0),
    (Form("a.webm", "libopus", 48_000, "mono"), 0.0),
    (Form("a.ogg", "flac", 16_000, "mono"), 0.0),
    (Form("a.mp3", "libmp3lame", 44_100), 1152 / 44_100),
    (Form("a.mp4", "aac", 44_100), 1024 / 44_100),
    (Form("five.m4a", "aac", 48_000, "5.0"), 1024 / 48_000),
    (Form("fast.mp4", "aac", 48_000, "mono", FASTSTART), 1024 / 48_000),
    (Form("a.mkv", "aac", 48_000), 2048 / 48_000),
    (Form("a.ts", "aac", 48_000), 2048 / 48_000),
    (Form("a.avi", "pcm_s16le", 22_050), 0.0),
]


CONTAINERS = {"opus": "ogg", "mkv": "matroska", "ts": "mpegts"}


@pytest.mark.parametrize(("form", "slack"), FORMS, ids=[form.name for form, _ in FORMS])
def test_any_container_gives_the_same_sound(tmp_path: Path, form: Form, slack: float) -> None:
    path = save(tmp_path / form.name, form, tone(form.rate, 2.3))
    samples = joined(list(read(path)))
    assert len(samples) / SAMPLE_RATE == pytest.approx(2.3, abs=slack + 1 / SAMPLE_RATE)
    middle = samples[4_000:-4_000]
    assert pitch(middle) == pytest.approx(440.0, abs=0.5)
    assert loudness(middle) == pytest.approx(0.5 / np.sqrt(2), rel=0.05)
    assert np.abs(samples).max() <= 1.0


@pytest.mark.parametrize(("form", "slack"), FORMS, ids=[form.name for form, _ in FORMS])
def test_probe_says_what_is_in_it(tmp_path: Path, form: Form, slack: float) -> None:
    info = probe(save(tmp_path / form.name, form, tone(form.rate, 2.3)))
    assert info.duration == pytest.approx(2.3, abs=slack + 0.015)
    assert info.rate == form.rate
    assert info.channels == av.AudioLayout(form.layout).nb_channels
    assert info.codec == form.codec.removeprefix("lib").removesuffix("lame")
    suffix = form.name.split(".")[1]
    assert CONTAINERS.get(suffix, suffix) in info.container


def test_a_streamed_file_does_not_say_how_long_it_is(tmp_path: Path) -> None:
    form = Form("live.webm", "libopus", 48_000, "mono", (("live", "1"),))
    path = save(tmp_path / form.name, form, tone(48_000, 1.0))
    assert probe(path) == AudioInfo(path, None, 48_000, 1, "opus", "matroska,webm")
    assert len(joined(list(read(path)))) == SAMPLE_RATE


def test_frames_are_blocks_of_half_a_second(tmp_path: Path) -> None:
    path = save(tmp_path / "a.wav", Form("a.wav", "pcm_s16le"), tone(48_000, 1.3))
    assert [len(frame.samples) for frame in read(path)] == [8_000, 8_000, 4_800]
    assert [len(frame.samples) for frame in read(path, block=1.0)] == [16_000, 4_800]


def test_a_path_may_be_text_and_hold_colons_and_percent_signs(tmp_path: Path) -> None:
    path = save(tmp_path / "a.wav", Form("a.wav", "pcm_s16le"), tone(48_000, 0.1))
    odd = path.rename(tmp_path / "http: 10%03d #1 ünï.wav")
    assert len(joined(list(read(str(odd))))) == 1_600


def test_the_picture_of_a_video_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    with av.open(str(path), "w") as container:
        picture = container.add_stream("mpeg4", rate=10)
        picture.width = picture.height = 64
        picture.pix_fmt = "yuv420p"
        sound = container.add_stream("aac", rate=48_000, layout="mono")
        for i in range(10):
            black = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
            container.mux(picture.encode(black))
            part = av.AudioFrame.from_ndarray(tone(48_000, 0.1)[np.newaxis, :], format="fltp", layout="mono")
            part.sample_rate, part.pts = 48_000, i * 4_800
            container.mux(sound.encode(part))
        container.mux(picture.encode(None))
        container.mux(sound.encode(None))
    assert len(joined(list(read(path)))) / SAMPLE_RATE == pytest.approx(1.0, abs=1024 / 48_000)


@pytest.mark.parametrize("default", [0, 1])
def test_of_several_streams_the_default_one_is_heard(tmp_path: Path, default: int) -> None:
    sounds = tone(48_000, 1.0, pitch=300.0), tone(48_000, 1.0, pitch=700.0)
    path = save(tmp_path / "two.mkv", Form("two.mkv", "flac"), *sounds, default=default)
    assert pitch(joined(list(read(path)))) == pytest.approx((300.0, 700.0)[default], abs=1.0)


# Time


def gapped(path: Path, starts: list[float], codec: str = "libopus") -> Path:
    """Packets of 0.2 s of tone, at the times given in seconds."""
    with av.open(str(path), "w") as container:
        out = container.add_stream(codec, rate=48_000, layout="mono")
        for start in starts:
            part = av.AudioFrame.from_ndarray(tone(48_000, 0.2)[np.newaxis, :], format="fltp", layout="mono")
            part.sample_rate, part.pts = 48_000, round(start * 48_000)
            for packet in out.encode(part):
                container.mux(packet)
        container.mux(out.encode(None))
    return path


def test_a_hole_in_the_times_is_silence(tmp_path: Path) -> None:
    samples = joined(list(read(gapped(tmp_path / "gap.mkv", [0.0, 0.2, 2.4, 2.6], "pcm_f32le"))))
    assert len(samples) / SAMPLE_RATE == pytest.approx(2.8, abs=0.002)
    assert loudness(samples[: round(0.39 * SAMPLE_RATE)]) > 0.3
    assert loudness(samples[round(0.41 * SAMPLE_RATE) : round(2.39 * SAMPLE_RATE)]) < 1e-6
    assert loudness(samples[round(2.41 * SAMPLE_RATE) :]) > 0.3


def test_a_stream_that_starts_late_starts_at_its_own_beginning(tmp_path: Path) -> None:
    path = gapped(tmp_path / "late.mkv", [7.0, 7.2], "pcm_f32le")
    assert len(joined(list(read(path)))) / SAMPLE_RATE == pytest.approx(0.4, abs=0.002)


# Memory


def test_half_an_hour_never_stands_in_memory(tmp_path: Path) -> None:
    form = Form("long.flac", "flac", SAMPLE_RATE, "mono")
    path = save(tmp_path / form.name, form, np.zeros(30 * 60 * SAMPLE_RATE, np.float32))
    next(read(path))  # what is loaded once does not count
    count = 0
    tracemalloc.start()
    try:
        for frame in read(path):
            count += len(frame.samples)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == 30 * 60 * SAMPLE_RATE
    assert peak < 1_000_000  # bytes; the whole would be 115 million


# Damage


def test_a_truncated_mp4_without_its_index_says_so(tmp_path: Path) -> None:
    path = cut(save(tmp_path / "a.mp4", Form("a.mp4", "aac"), tone(48_000, 3.0)), 0.6)
    with pytest.raises(AudioError, match="is cut off, its index"):
        next(read(path))


@pytest.mark.parametrize(
    "form", [Form("a.mp4", "aac", 48_000, "mono", FASTSTART), Form("a.mkv", "aac"), Form("a.flac", "flac")]
)
def test_of_truncated_data_the_beginning_is_given(tmp_path: Path, form: Form, caplog: pytest.LogCaptureFixture) -> None:
    path = cut(save(tmp_path / form.name, form, tone(48_000, 5.0)), 0.5)
    with caplog.at_level(logging.WARNING):
        samples = joined(list(read(path)))
    assert 1.5 < len(samples) / SAMPLE_RATE < 3.0
    assert pitch(samples[:16_000]) == pytest.approx(440.0, abs=1.0)
    (record,) = caplog.records
    assert record.name == "voicemind.audio.files"
    assert "may be cut off" in record.getMessage()


def test_damage_in_the_middle_costs_only_itself(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    form = Form("a.mp4", "aac", 48_000, "mono", FASTSTART)
    path = save(tmp_path / form.name, form, tone(48_000, 5.0))
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 400] = bytes(400)
    path.write_bytes(content)
    with caplog.at_level(logging.WARNING):
        samples = joined(list(read(path)))
    assert len(samples) / SAMPLE_RATE == pytest.approx(5.0, abs=1024 / 48_000)
    assert pitch(samples[-16_000:-2_000]) == pytest.approx(440.0, abs=1.0)
    (record,) = caplog.records
    assert "is damaged" in record.getMessage()


def test_a_sound_file_is_read_without_a_word(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    list(read(save(tmp_path / "a.mp3", Form("a.mp3", "libmp3lame"), tone(48_000, 1.0))))
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")


def cut(path: Path, share: float) -> Path:
    content = path.read_bytes()
    path.write_bytes(content[: round(len(content) * share)])
    return path


def test_a_wav_that_lies_about_its_length_is_read_to_its_end(tmp_path: Path) -> None:
    path = save(tmp_path / "a.wav", Form("a.wav", "pcm_s16le", 16_000, "mono"), tone(16_000, 1.0))
    content = bytearray(path.read_bytes())
    place = content.index(b"data") + 4
    content[place : place + 4] = struct.pack("<I", 0xFFFFFFFF)  # as a recorder writes it that was killed
    path.write_bytes(content)
    assert len(joined(list(read(path)))) == SAMPLE_RATE
