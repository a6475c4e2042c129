"""Six languages, each locked right within five seconds of speech and kept; base, on real recordings."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from voicemind.audio.files import read
from voicemind.audio.frame import AudioFrame
from voicemind.backends.onnx import SileroModel
from voicemind.backends.whisper import Whisper
from voicemind.config import SpeechConfig
from voicemind.speech.ports import Decode
from voicemind.speech.transcriber import Transcriber
from voicemind.speech.utterance import Utterance, UtteranceBuilder
from voicemind.speech.vad import VoiceActivity

pytestmark = pytest.mark.soak

CLIPS = {
    "es-mls-13697": "es",
    "leo-de": "de",
    "leo-it": "it",
    "leo-ja": "ja",
    "leo-pt": "pt",
    "zh-aishell-S0724W0121": "zh",
    "sense-0870": "en",
}
CUT = 4.0  # seconds after which an utterance is closed, so that the lock is seen within five


@pytest.fixture(scope="module")
def base(model_folder: Callable[[str], Path]) -> Whisper:
    return Whisper(model_folder("base"), "base")


@pytest.mark.parametrize(("clip", "language"), CLIPS.items())
def test_a_language_is_locked_right_and_kept(
    base: Whisper, model_folder: Callable[[str], Path], data: Path, clip: str, language: str
) -> None:
    config = SpeechConfig(interim_interval=None, longest=CUT, earliest_cut=CUT - 1.0)
    activity = VoiceActivity(SileroModel(model_folder("silero")).stream(), config)
    builder = UtteranceBuilder(config)
    transcriber = Transcriber("A", "A")
    sound = np.concatenate([frame.samples for frame in read(data / f"speech/clips/{clip}.flac")])
    sound = np.concatenate([sound, np.zeros(16_000, np.float32), sound])
    windows = [*activity.feed(AudioFrame(sound, 0)), *activity.flush()]
    spoken, at_lock, written = 0.0, None, []
    for item in [x for window in windows for x in builder.feed(window)] + builder.flush():
        if not isinstance(item, Utterance):
            continue
        spoken += (item.voiced.end - item.voiced.start) / 16_000
        for request in transcriber.feed(item):
            answers = transcriber.accept(base.transcribe([request])[0])
            assert not any(isinstance(answer, Decode) for answer in answers)
            written += [answer.language for answer in answers if hasattr(answer, "language")]
        if at_lock is None and transcriber.language.language:
            at_lock = spoken

    assert transcriber.language.language == language
    assert at_lock is not None
    assert at_lock <= 5.0
    assert set(written) == {language}
