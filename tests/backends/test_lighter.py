import numpy as np

from tests.fakes import ScriptedAsr
from voicemind.backends.lighter import Lighter
from voicemind.speech.ports import Asr, Decode


def decode(language: str | None) -> Decode:
    return Decode("A", 0, 0, np.zeros(16_000, np.float32), True, 0.0, language=language)


def test_english_goes_to_the_smaller_model_which_is_loaded_once() -> None:
    usual, smaller, loaded = ScriptedAsr(), ScriptedAsr(), []

    def load() -> Asr:
        loaded.append(True)
        return smaller

    lighter = Lighter(usual, load, english=False)
    assert lighter.name == usual.name
    lighter.transcribe([decode("de")])
    lighter.transcribe([decode(None)])
    assert loaded == []
    for _ in range(2):
        lighter.transcribe([decode("en")])
    assert loaded == [True]
    assert [len(usual.requests), len(smaller.requests)] == [2, 2]


def test_where_only_english_is_spoken_the_request_need_not_say_so() -> None:
    usual, smaller = ScriptedAsr(), ScriptedAsr()
    Lighter(usual, lambda: smaller, english=True).transcribe([decode(None)])
    assert [len(usual.requests), len(smaller.requests)] == [0, 1]
