"""From configuration to loaded models: what the shells run requests with."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voicemind.backends.blas import use_one_thread
from voicemind.backends.lighter import Lighter
from voicemind.backends.memory import share_arena
from voicemind.config import Config
from voicemind.errors import BackendError, InputError
from voicemind.insight.ports import Embed, Embedded, TextEmbedder
from voicemind.speech.ports import Asr, Decode, Decoded, LocalDiarizer, Localize, Localized, Vad
from voicemind.weights.store import ModelStore
from voicemind.weights.transfer import Progress, silent

if TYPE_CHECKING:
    from voicemind.backends.openai_asr import OpenAiAsr

SMALLEST = "tiny.en"

Handlers = Mapping[
    type[Decode] | type[Embed] | type[Localize], Callable[[Sequence[Any]], Sequence[Decoded | Embedded | Localized]]
]


def _nothing() -> None:
    """Close what holds nothing."""


@dataclass(frozen=True, slots=True)
class Models:
    """The models of a meeting; without ``embedder`` insight works on words alone.

    ``language`` is what every track speaks, None to detect it on each. ``new_diarizer`` loads what tells
    speakers apart, which tracks of one person never need; without it a recording has one speaker.
    """

    asr: Asr
    new_vad: Callable[[], Vad]
    embedder: TextEmbedder | None = None
    language: str | None = None
    new_diarizer: Callable[[], LocalDiarizer] | None = None
    light: Asr | None = None
    """A cheaper recogniser, for when the machine is too slow for ``asr``."""
    close: Callable[[], None] = _nothing
    """Gives up what is asked of a service and not answered; models are of no use afterwards."""

    def handlers(self) -> Handlers:
        """Return what answers each type of request."""
        local = LazyDiarizer(self.new_diarizer)
        return {Decode: self.asr.transcribe, Embed: self._embed, Localize: local.localize}

    def _embed(self, requests: Sequence[Embed]) -> list[Embedded]:
        if self.embedder is None:
            raise RuntimeError("an embedding was asked for, and there is no embedder")
        vectors = self.embedder.embed([request.text for request in requests])
        return [Embedded(request, vector) for request, vector in zip(requests, vectors, strict=True)]


class LazyDiarizer:
    """Tells voices apart with models that are loaded when that is first asked for; for several threads."""

    def __init__(self, make: Callable[[], LocalDiarizer] | None) -> None:
        self._make = make
        self._loaded: LocalDiarizer | None = None
        self._lock = threading.Lock()

    def localize(self, requests: Sequence[Localize]) -> list[Localized]:
        """Answer each request, in order; BackendError where there are no such models."""
        with self._lock:
            if self._loaded is None:
                if self._make is None:
                    raise BackendError("a shared microphone needs models that tell voices apart, and there are none")
                self._loaded = self._make()
        return self._loaded.localize(requests)


def load(config: Config, store: ModelStore | None = None, progress: Progress = silent) -> Models:
    """Load the real models, pulling what is not in the cache.

    Raises UnknownModel or InputError for a model that cannot be used, ModelError for one that
    cannot be had, BackendError for one that does not load.
    """
    from voicemind.backends.onnx import SileroModel
    from voicemind.backends.text_embedder import MiniLm

    share_arena()
    use_one_thread()
    store = store or ModelStore()
    language = None if config.language == "auto" else config.language
    service = _service(config) if config.asr == "openai" else None
    asr = service or _whisper(config, store, progress, language)
    return Models(
        asr,
        SileroModel(store.path("silero", progress)).stream,
        MiniLm(store.path("minilm", progress)),
        language,
        lambda: load_diarizer(store, progress),
        _lighter(config, asr, store),
        service.close if service else _nothing,
    )


def _whisper(config: Config, store: ModelStore, progress: Progress, language: str | None) -> Asr:
    from voicemind.backends.whisper import Whisper

    name = model_name(config)
    asr = Whisper(store.path(name, progress), Path(name).name, workers=config.workers, language=language)
    for code in (*config.speech.candidates, *dict(config.speech.spoken).values()):
        asr.require(code)
    return asr


def _lighter(config: Config, usual: Asr, store: ModelStore) -> Asr | None:
    """What answers English when ``usual`` is too slow: the smallest model, where it is another and is here."""
    if config.asr != "whisper" or usual.name == SMALLEST or not store.installed(SMALLEST):
        return None

    def small() -> Asr:
        from voicemind.backends.whisper import Whisper

        return Whisper(store.path(SMALLEST), SMALLEST, workers=config.workers, language="en")

    return Lighter(usual, small, english=config.language == "en" and not config.speech.spoken)


def _service(config: Config) -> "OpenAiAsr":
    from voicemind.backends.openai_asr import MODEL, OpenAiAsr

    if not config.asr_url.startswith(("http://", "https://")):
        raise InputError("--asr openai needs --asr-url, such as https://api.openai.com/v1")
    model = MODEL if config.model == "auto" else config.model
    return OpenAiAsr(config.asr_url, config.asr_key, model, interims=config.asr_interims)


def load_diarizer(store: ModelStore | None = None, progress: Progress = silent) -> LocalDiarizer:
    """Load the models that tell voices apart, pulling and exporting what is not in the cache.

    Raises ModelError for one that cannot be had, BackendError for one that does not load.
    """
    from voicemind.backends.local_diarizer import OnnxLocalDiarizer

    store = store or ModelStore()
    return OnnxLocalDiarizer(store.path("segmentation-3.0", progress), store.path("campplus", progress))


def load_embedder(store: ModelStore | None = None, progress: Progress = silent) -> TextEmbedder:
    """Load the sentence encoder, pulling and exporting it where it is not in the cache; raises as ``load_diarizer``."""
    from voicemind.backends.text_embedder import MiniLm

    return MiniLm((store or ModelStore()).path("minilm", progress))


def model_name(config: Config) -> str:
    """Return the recogniser that ``auto`` stands for: tiny.en for English alone, base for the rest."""
    if config.model != "auto":
        return config.model
    english = config.language == "en" and all(language == "en" for _, language in config.speech.spoken)
    return "tiny.en" if english else "base"
