"""Stand-ins for the models, so that tests of the pipeline are exact and fast.

Speech is a buzz: the cheap gate takes it for a voice, and its pitch says which words it "says".
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from voicemind.audio.frame import SAMPLE_RATE, AudioFrame, Samples
from voicemind.backends.loading import Models
from voicemind.speech.ports import Decode, Decoded, Piece
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Word

LOUD = 0.02  # root mean square at which the energy detector hears a voice


class EnergyVad:
    """Hears a voice in whatever is loud."""

    window = 512

    def __call__(self, samples: Samples) -> float:
        return float(np.sqrt(np.mean(samples**2)) >= LOUD)


class ScriptedAsr:
    """Says what a script has for the time at which an utterance begins; "word" for each 0.5 s without one.

    ``language`` maps an utterance's number to the language that is detected, and how surely.
    """

    name = "scripted"

    def __init__(
        self,
        script: dict[tuple[str, int], str] | None = None,
        language: Callable[[int], tuple[str, float]] = lambda _: ("en", 1.0),
    ) -> None:
        self.script = script or {}
        self.language = language
        self.requests: list[Decode] = []

    def transcribe(self, requests: Sequence[Decode]) -> list[Decoded]:
        self.requests += requests
        return [self._decode(request) for request in requests]

    def _decode(self, request: Decode) -> Decoded:
        seconds = len(request.samples) / SAMPLE_RATE
        start = request.start / SAMPLE_RATE
        said = self.script.get((request.track, request.utterance), "word " * max(1, round(seconds / 0.5)))
        texts = said.split()
        if not request.final:
            texts = texts[: max(1, round(seconds / 0.5))]
        step = seconds / max(1, len(texts))
        words = tuple(
            Word(text, Segment(start + i * step, start + (i + 1) * step), 0.9) for i, text in enumerate(texts)
        )
        language, sure = (request.language, 1.0) if request.language else self.language(request.utterance)
        pieces = () if request.final else tuple(Piece(f" {text}", (hash(text),)) for text in texts)
        found = () if request.language else ((language, sure),)
        return Decoded(request, " ".join(texts), words if request.final else (), pieces, 0.9, language, sure, found)


class HashEmbedder:
    """A bag of hashed words as a unit vector: the more words two texts share, the closer they are."""

    name = "hash"

    def __init__(self, size: int = 64) -> None:
        self.size = size

    def embed(self, texts: Sequence[str]) -> list[tuple[float, ...]]:
        return [self._one(text) for text in texts]

    def _one(self, text: str) -> tuple[float, ...]:
        vector = np.zeros(self.size)
        for word in text.lower().split():
            vector[int(hashlib.sha256(word.encode()).hexdigest(), 16) % self.size] += 1.0
        length = float(np.linalg.norm(vector)) or 1.0
        return tuple(float(x) for x in vector / length)


def fake_models(asr: ScriptedAsr | None = None, *, embeds: bool = True, language: str | None = "en") -> Models:
    """Models for a pipeline that runs none."""
    return Models(asr or ScriptedAsr(), EnergyVad, HashEmbedder() if embeds else None, language)


def buzz(seconds: float, pitch: float = 140.0, level: float = 0.2) -> Samples:
    """Something voiced: harmonics of a pitch, in syllables."""
    t = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    wave = sum(np.sin(2 * np.pi * pitch * k * t) / k for k in range(1, 20))
    return (level * np.asarray(wave) * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * t))).astype(np.float32)


def silence(seconds: float) -> Samples:
    """Nothing at all."""
    return np.zeros(round(seconds * SAMPLE_RATE), np.float32)


def track(*parts: float) -> Samples:
    """Alternate silence and speech: seconds of silence, then of speech, and so on."""
    return np.concatenate([silence(s) if i % 2 == 0 else buzz(s) for i, s in enumerate(parts)])


def frames(samples: Samples, size: int = 3200, start: int = 0) -> Iterator[AudioFrame]:
    """Cut samples into frames."""
    for at in range(0, len(samples), size):
        yield AudioFrame(samples[at : at + size], start + at)
