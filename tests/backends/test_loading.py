from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from tests.fakes import HashEmbedder, ScriptedAsr, fake_models
from voicemind.audio.files import read
from voicemind.audio.frame import Samples
from voicemind.backends.loading import LazyDiarizer, Models, load, model_name
from voicemind.backends.openai_asr import OpenAiAsr
from voicemind.config import Config, SpeechConfig
from voicemind.errors import BackendError, InputError, UnknownModel
from voicemind.insight.ports import Embed
from voicemind.speech.ports import Decode, Localize, Localized


def test_auto_is_tiny_for_english_and_base_for_the_rest() -> None:
    assert model_name(Config()) == "base"
    assert model_name(Config(language="en")) == "tiny.en"
    assert model_name(Config(language="de")) == "base"
    assert model_name(Config(model="base", language="en")) == "base"


def test_an_unknown_model_names_the_known_ones() -> None:
    with pytest.raises(UnknownModel, match=r"tiny\.en"):
        load(Config(model="tiny.em"))


def test_a_folder_without_a_model_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"model\.bin"):
        load(Config(model=str(tmp_path)))


def test_embeddings_come_in_the_order_of_the_requests() -> None:
    requests = [Embed(str(i), f"text {i}", 0.0) for i in range(3)]

    answers = fake_models().handlers()[Embed](requests)

    assert [answer.request for answer in answers] == requests


def test_without_an_embedder_no_embedding_can_be_asked_for() -> None:
    models = Models(ScriptedAsr(), HashEmbedder, None)  # type: ignore[arg-type]

    with pytest.raises(RuntimeError, match="no embedder"):
        models.handlers()[Embed]([Embed("k", "text", 0.0)])


def test_the_real_models_load(model_folder: Callable[[str], Path]) -> None:
    for name in ("tiny.en", "silero", "minilm"):
        model_folder(name)

    models = load(Config(model="tiny.en", language="en"))

    assert models.asr.name == "tiny.en"
    assert models.new_vad() is not models.new_vad()
    assert models.embedder is not None
    assert len(models.embedder.embed(["hello"])[0]) == 384


def test_a_service_is_used_where_it_is_named(model_folder: Callable[[str], Path]) -> None:
    for name in ("silero", "minilm"):
        model_folder(name)

    models = load(Config(asr="openai", asr_url="http://127.0.0.1:1/v1"))

    assert isinstance(models.asr, OpenAiAsr)
    assert models.asr.name == "whisper-1"


def test_a_service_needs_its_address() -> None:
    with pytest.raises(InputError, match="--asr-url"):
        load(Config(asr="openai"))


def test_somebody_who_speaks_another_language_takes_the_bigger_model() -> None:
    assert model_name(Config(language="en", speech=SpeechConfig(spoken=(("Maya", "de"),)))) == "base"
    assert model_name(Config(language="en", speech=SpeechConfig(spoken=(("Maya", "en"),)))) == "tiny.en"


def test_a_language_that_nobody_knows_is_bad_input(model_folder: Callable[[str], Path]) -> None:
    for name in ("base", "silero", "minilm"):
        model_folder(name)

    with pytest.raises(InputError, match="'xx'"):
        load(Config(speech=SpeechConfig(spoken=(("Maya", "xx"),))))


def test_the_smallest_model_stands_in_for_a_larger_one(model_folder: Callable[[str], Path]) -> None:
    for name in ("tiny.en", "base", "silero", "minilm"):
        model_folder(name)

    assert load(Config(model="tiny.en", language="en")).light is None
    models = load(Config(model="base"))
    assert models.light is not None
    heard = Decode("A", 0, 0, jfk(), True, 0.0, language="en", beam=1)
    assert "what your country can do for you" in models.light.transcribe([heard])[0].text.lower()


def jfk() -> Samples:
    path = Path(__file__).parent.parent / "data" / "jfk.flac"
    return np.concatenate([frame.samples for frame in read(path)])


def test_what_tells_voices_apart_is_loaded_once_and_when_asked() -> None:
    class Local:
        def localize(self, requests: Sequence[Localize]) -> list[Localized]:
            return []

    made: list[Local] = []

    def make() -> Local:
        made.append(Local())
        return made[-1]

    lazy = LazyDiarizer(make)
    assert made == []
    lazy.localize([])
    lazy.localize([])
    assert len(made) == 1
    with pytest.raises(BackendError, match="there are none"):
        LazyDiarizer(None).localize([])
