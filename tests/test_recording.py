import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import av
import numpy as np
import pytest

from tests.fakes import ScriptedAsr, fake_models, frames, track
from voicemind.audio.files import read
from voicemind.audio.frame import SAMPLE_RATE, Samples
from voicemind.backends.loading import Models, load
from voicemind.config import Config, SpeechConfig
from voicemind.errors import AudioError, BackendError, InputError
from voicemind.pipeline import Pipeline
from voicemind.recording import AHEAD, MIXED, replay
from voicemind.speech.ports import Decode, Decoded
from voicemind.timeline.agenda import AgendaItem
from voicemind.timeline.event import Participant

JFK = Path(__file__).parent / "data" / "jfk.flac"


@lru_cache(maxsize=1)
def real_models(model_folder: Callable[[str], Path]) -> Models:
    for name in ("tiny.en", "silero", "minilm"):
        model_folder(name)
    return load(Config(model="tiny.en", language="en"))


def write(path: Path, samples: Samples) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=SAMPLE_RATE, layout="mono")
        for part in frames(samples):
            pcm = (part.samples * 32767).astype("<i2")
            frame = av.AudioFrame.from_ndarray(pcm[None], format="s16", layout="mono")
            frame.sample_rate = SAMPLE_RATE
            frame.pts = part.start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def spoiled(kind: str, samples: Samples) -> Samples:
    """A recording as bad microphones and drivers make it."""
    noise = np.random.default_rng(1)
    if kind == "constant":
        return samples * np.float32(0.5) + np.float32(0.3)
    if kind == "clipped":
        return np.clip(samples * 12, -1, 1)
    holes = samples.copy()
    for at in noise.integers(0, len(samples) - 80, 100):
        holes[at : at + 80] = np.nan
    return holes


@pytest.mark.parametrize("kind", ["constant", "clipped", "not a number"])
def test_bad_sound_is_understood_as_far_as_it_can_be(kind: str, model_folder: Callable[[str], Path]) -> None:
    models = real_models(model_folder)
    pipeline = Pipeline([], models.new_vad, SpeechConfig(interim_interval=None), language="en")
    pipeline.add_track("Jo", Participant("Jo", "Jo"))
    samples = np.concatenate([part.samples for part in read(JFK)])

    outputs = [output for part in frames(spoiled(kind, samples)) for output in pipeline.feed("Jo", part)]
    outputs += pipeline.end_track("Jo")

    answers = models.asr.transcribe([output for output in outputs if isinstance(output, Decode)])
    said = " ".join(answer.text for answer in answers).lower()
    assert "what you can do for your country" in said


@pytest.mark.parametrize("rate", [8_000, 22_050, 44_100, 96_000])
def test_recordings_of_any_rate_are_understood(rate: int, model_folder: Callable[[str], Path], tmp_path: Path) -> None:
    with av.open(str(JFK)) as source, av.open(str(tmp_path / "a.wav"), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=rate, layout="mono")
        resampler = av.AudioResampler(format="s16", layout="mono", rate=rate)
        for given in [*source.decode(audio=0), None]:
            for part in resampler.resample(given):
                container.mux(stream.encode(part))
        container.mux(stream.encode(None))

    minutes = replay(tmp_path / "a.wav", models=real_models(model_folder), analyzers=[], config=Config(diarizer="none"))

    assert "what you can do for your country" in " ".join(turn.text for turn in minutes.transcript).lower()


def test_who_interrupts_waits_for_no_service(tmp_path: Path) -> None:
    recording = write(tmp_path / "a.wav", track(0.5, 1.0, 1.0))
    asked, closed = threading.Event(), threading.Event()

    class Hanging(ScriptedAsr):
        def transcribe(self, requests: Sequence[Decode]) -> list[Decoded]:
            asked.set()
            closed.wait(60)
            return super().transcribe(requests)

    def interrupt(done: float, of: float | None) -> None:
        if done > 2.0 and asked.wait(10):
            raise KeyboardInterrupt

    models = replace(fake_models(Hanging()), close=closed.set)
    with pytest.raises(KeyboardInterrupt):
        replay(recording, models=models, progress=interrupt, analyzers=[])
    assert closed.is_set()


def test_a_mixed_recording_has_one_speaker(tmp_path: Path) -> None:
    recording = write(tmp_path / "a.wav", track(0.5, 1.0, 1.0, 2.0, 1.0))

    minutes = replay(recording, models=fake_models())

    assert [turn.speaker for turn in minutes.transcript] == [MIXED, MIXED]
    assert minutes.model == "scripted"
    assert minutes.duration == pytest.approx(5.0)


def test_tracks_are_one_participant_each(tmp_path: Path) -> None:
    tracks = {
        "Maya": write(tmp_path / "m.wav", track(0.5, 1.0, 5.0)),
        "Tom": write(tmp_path / "t.wav", track(2.0, 1.0, 1.0)),
    }

    minutes = replay(tracks=tracks, models=fake_models())

    assert [turn.speaker for turn in minutes.transcript] == ["Maya", "Tom"]
    assert sorted(minutes.participants) == ["Maya", "Tom"]


def test_parts_of_a_recording_follow_each_other(tmp_path: Path) -> None:
    parts = [write(tmp_path / f"{i}.wav", track(0.5, 1.0, 1.0)) for i in range(3)]

    minutes = replay(parts, models=fake_models())

    assert [round(turn.segment.start, 1) for turn in minutes.transcript] == [0.5, 3.0, 5.5]


def test_agenda_and_date_are_in_the_minutes(tmp_path: Path) -> None:
    recording = write(tmp_path / "a.wav", track(0.5, 1.0, 1.0))

    minutes = replay(recording, models=fake_models(), agenda=[AgendaItem("a", "Budget")], title="Weekly")

    assert [item.title for item in minutes.agenda] == ["Budget"]
    assert minutes.title == "Weekly"


def test_a_limit_ends_the_replay_early(tmp_path: Path) -> None:
    recording = write(tmp_path / "a.wav", track(0.5, 1.0, 1.0, 1.0, 1.0))

    minutes = replay(recording, models=fake_models(), limit=2.0)

    assert len(minutes.transcript) == 1
    assert minutes.duration == pytest.approx(2.0)


def test_progress_goes_up_to_the_length(tmp_path: Path) -> None:
    recording = write(tmp_path / "a.wav", track(*[0.5, 1.0] * 4))
    told: list[tuple[float, float | None]] = []

    replay(recording, models=fake_models(), progress=lambda done, total: told.append((done, total)))

    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1][0] == pytest.approx(6.0, abs=0.6)
    assert {total for _, total in told} == {6.0}


def test_at_most_so_many_requests_are_under_way(tmp_path: Path) -> None:
    fed = 0.0
    behind: list[float] = []

    class Slow(ScriptedAsr):
        def transcribe(self, requests: Sequence[Decode]) -> list[Decoded]:
            time.sleep(0.003)
            behind.append(fed - requests[0].deadline)
            return super().transcribe(requests)

    def progress(done: float, _: float | None) -> None:
        nonlocal fed
        fed = done

    recording = write(tmp_path / "a.wav", track(*[0.7, 0.3] * (3 * AHEAD)))
    minutes = replay(recording, models=fake_models(Slow(), embeds=False), progress=progress)

    assert len(minutes.transcript) == 3 * AHEAD
    assert max(behind) <= AHEAD + 5  # seconds: one utterance begins each second


def test_nothing_to_replay_is_bad_input() -> None:
    with pytest.raises(InputError, match="nothing to replay"):
        replay(models=fake_models())


def test_a_recording_and_tracks_are_bad_input(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not both"):
        replay(tmp_path / "a.wav", tracks={"Maya": tmp_path / "m.wav"}, models=fake_models())


def test_every_file_is_checked_before_the_work_begins(tmp_path: Path) -> None:
    good = write(tmp_path / "good.wav", track(0.5, 1.0, 1.0))
    asr = ScriptedAsr()

    with pytest.raises(AudioError, match=r"missing\.wav"):
        replay([good, tmp_path / "missing.wav"], models=fake_models(asr))
    assert asr.requests == []


def test_a_model_that_fails_is_an_error(tmp_path: Path) -> None:
    class Broken(ScriptedAsr):
        def transcribe(self, requests: object) -> list[Decoded]:
            raise BackendError("out of memory")

    recording = write(tmp_path / "a.wav", track(0.5, 1.0, 1.0))

    with pytest.raises(BackendError, match="out of memory"):
        replay(recording, models=fake_models(Broken()))


def test_silence_has_no_turn(tmp_path: Path) -> None:
    recording = write(tmp_path / "a.wav", np.zeros(60 * SAMPLE_RATE, np.float32))

    minutes = replay(recording, models=fake_models())

    assert len(minutes.transcript) == 0
    assert minutes.language == ""
