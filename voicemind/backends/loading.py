"""From configuration to loaded models: what the shells run requests with."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voicemind.config import Config
from voicemind.insight.ports import Embed, Embedded, TextEmbedder
from voicemind.speech.ports import Asr, Decode, Decoded, Vad
from voicemind.weights.store import ModelStore
from voicemind.weights.transfer import Progress, silent

Handlers = Mapping[type[Decode] | type[Embed], Callable[[Sequence[Any]], Sequence[Decoded | Embedded]]]


@dataclass(frozen=True, slots=True)
class Models:
    """The models of a meeting; without ``embedder`` insight works on words alone.

    ``language`` is what every track speaks, None to detect it on each.
    """

    asr: Asr
    new_vad: Callable[[], Vad]
    embedder: TextEmbedder | None = None
    language: str | None = None

    def handlers(self) -> Handlers:
        """Return what answers each type of request."""
        return {Decode: self.asr.transcribe, Embed: self._embed}

    def _embed(self, requests: Sequence[Embed]) -> list[Embedded]:
        if self.embedder is None:
            raise RuntimeError("an embedding was asked for, and there is no embedder")
        vectors = self.embedder.embed([request.text for request in requests])
        return [Embedded(request, vector) for request, vector in zip(requests, vectors, strict=True)]


def load(config: Config, store: ModelStore | None = None, progress: Progress = silent) -> Models:
    """Load the real models, pulling what is not in the cache.

    Raises UnknownModel or InputError for a model that cannot be used, ModelError for one that
    cannot be had, BackendError for one that does not load.
    """
    from voicemind.backends.onnx import SileroModel
    from voicemind.backends.text_embedder import MiniLm
    from voicemind.backends.whisper import Whisper

    store = store or ModelStore()
    name = model_name(config)
    language = None if config.language == "auto" else config.language
    asr = Whisper(store.path(name, progress), Path(name).name, workers=config.workers, language=language)
    return Models(
        asr, SileroModel(store.path("silero", progress)).stream, MiniLm(store.path("minilm", progress)), language
    )


def model_name(config: Config) -> str:
    """Return the recogniser that ``auto`` stands for: tiny.en for English alone, base for the rest."""
    if config.model != "auto":
        return config.model
    return "tiny.en" if config.language == "en" else "base"
