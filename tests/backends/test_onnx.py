"""Silero: hears speech and not noise, track by track."""

from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest

from voicemind.audio.frame import SAMPLE_RATE, Samples
from voicemind.backends.onnx import SileroModel, SileroVad, open_session
from voicemind.errors import BackendError
from voicemind.speech.ports import Vad

CLIPS = Path(__file__).parent.parent / "data"


@pytest.fixture(scope="module")
def silero(model_folder: Callable[[str], Path]) -> SileroModel:
    return SileroModel(model_folder("silero"))


def listen(vad: Vad, samples: Samples) -> list[float]:
    return [vad(samples[at : at + vad.window]) for at in range(0, len(samples) - vad.window + 1, vad.window)]


def read(path: Path) -> Samples:
    with av.open(str(path)) as container:
        pcm = np.concatenate([frame.to_ndarray().ravel() for frame in container.decode(audio=0)])
    samples: Samples = (pcm / 32768).astype(np.float32)
    return samples


def noise(seconds: float, level: float) -> Samples:
    generator = np.random.default_rng(0)
    return (level * generator.standard_normal(int(seconds * SAMPLE_RATE))).astype(np.float32)


def voice(seconds: float) -> Samples:
    """Make a vowel-like buzz in syllables: pulses at 120 Hz through two formants, four times a second."""
    time = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    pulses = (np.diff(np.floor(120 * (time + 0.002 * np.sin(5 * time))), prepend=0) > 0).astype(np.float64)
    span = np.arange(400) / SAMPLE_RATE
    formants = np.exp(-span * 300) * np.sin(2 * np.pi * np.outer((700, 1200, 2600), span)).sum(0)
    sound = np.convolve(pulses, formants)[: len(time)] * np.clip(np.sin(2 * np.pi * 4 * time), 0, None)
    samples: Samples = (0.3 * sound / np.abs(sound).max()).astype(np.float32)
    return samples


def test_silence_and_noise_are_not_speech(silero: SileroModel) -> None:
    for sound in (np.zeros(2 * SAMPLE_RATE, np.float32), noise(2, 0.001), noise(2, 0.05)):
        assert max(listen(silero.stream(), sound)[5:]) < 0.5


def test_a_voice_like_sound_stands_out_of_noise(silero: SileroModel) -> None:
    heard = listen(silero.stream(), voice(2) + noise(2, 0.001))
    assert np.mean(heard) > 10 * np.mean(listen(silero.stream(), noise(2, 0.001)))
    assert max(heard) > 0.5


def test_real_speech_is_heard_and_office_noise_is_not(silero: SileroModel, data: Path) -> None:
    speech = np.array(listen(silero.stream(), read(data / "speech/clips/jfk.flac")))
    office = np.array(listen(silero.stream(), read(data / "speech/clips/noise-office.flac")))
    assert 0.5 < np.mean(speech > 0.5) < 0.9  # he pauses
    assert np.mean(office > 0.5) < 0.01


def test_it_agrees_with_faster_whispers_own_reading_of_the_model(silero: SileroModel, data: Path) -> None:
    from faster_whisper.vad import get_vad_model

    sound = read(data / "speech/clips/jfk.flac")
    sound = sound[: len(sound) // SileroVad.window * SileroVad.window]
    ours = listen(silero.stream(), sound)
    theirs = get_vad_model()(sound.copy()).ravel()
    assert np.allclose(ours[:-1], theirs[:-1], atol=1e-5)  # theirs wipes the end of the last window


def test_tracks_share_the_model_but_not_the_memory(silero: SileroModel) -> None:
    sounds = [voice(1), noise(1, 0.05)]
    alone = [listen(silero.stream(), sound) for sound in sounds]
    first, second = silero.stream(), silero.stream()
    together: list[list[float]] = [[], []]
    for at in range(0, SAMPLE_RATE - 511, 512):
        together[0].append(first(sounds[0][at : at + 512]))
        together[1].append(second(sounds[1][at : at + 512]))
    assert together == alone


def test_it_remembers_from_call_to_call(silero: SileroModel) -> None:
    window = voice(1)[4096:4608]
    vad = silero.stream()
    first = vad(window)
    assert vad(window) != first
    assert silero.stream()(window) == first


@pytest.mark.parametrize("shape", [(511,), (513,), (1, 512)])
def test_another_window_is_a_mistake_of_the_caller(silero: SileroModel, shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="512 samples at a time"):
        silero.stream()(np.zeros(shape, np.float32))


def test_a_file_that_is_no_model_is_a_backend_error(tmp_path: Path) -> None:
    (tmp_path / "broken.onnx").write_bytes(b"not a graph")
    for name in ("broken.onnx", "missing.onnx"):
        with pytest.raises(BackendError, match=f"cannot load .*{name}"):
            open_session(tmp_path / name)


@pytest.mark.parametrize("offset", [0.01, 0.1, 0.3])
def test_a_constant_offset_changes_next_to_nothing(silero: SileroModel, offset: float) -> None:
    speech = 0.7 * read(CLIPS / "jfk.flac")
    clean, shifted = np.array(listen(silero.stream(), speech)), np.array(listen(silero.stream(), speech + offset))

    assert np.mean((clean > 0.5) == (shifted > 0.5)) > 0.94
    assert max(listen(silero.stream(), np.full(SAMPLE_RATE, offset, np.float32))) < 0.5


def test_clipped_speech_is_still_speech(silero: SileroModel) -> None:
    speech = read(CLIPS / "jfk.flac")
    clean, clipped = (
        np.array(listen(silero.stream(), speech)),
        np.array(listen(silero.stream(), np.clip(20 * speech, -1, 1))),
    )

    assert np.mean((clean > 0.5) == (clipped > 0.5)) > 0.85
