"""Whisper through faster-whisper and CTranslate2, behind the ``Asr`` port.

Whisper was trained on windows of 30 s, and its peers pad every utterance to that. The encoder
takes shorter ones: here it gets what was said and a few seconds of silence (design §5).
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import merge_punctuations

from voicemind.audio.frame import SAMPLE_RATE, Samples
from voicemind.errors import BackendError, InputError
from voicemind.speech.ports import Decode, Decoded, Piece
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Word

HOP = 160  # samples a feature frame
WINDOW = 3000  # feature frames of Whisper's own window, 30 s
PADDING = 300  # feature frames of silence after speech: with less than 200 the decoder loops
SHORTEST = 1200  # feature frames encoded at least; in shorter windows it loops more often (models/tiny.en.md)

TOKENS_PER_SECOND = 8.0  # fast speech has about 5; more is a loop
COMPRESSION_LIMIT = 2.4  # Whisper's own limits for a failed decode (Radford et al. 2022, §4.5)
LOGPROB_LIMIT = -1.0
NO_SPEECH_LIMIT = 0.6
REPEATED = 4  # words at the end of a text that stand in it before: more than people repeat

PREPENDED = "\"'“¿([{-"
APPENDED = "\"'.。,，!！?？:：”)]}、"


@dataclass(frozen=True, slots=True)
class _Hypothesis:
    """One decode of a window; ``tokens`` include the forced prefix."""

    tokens: tuple[int, ...]
    text: str
    logprob: float
    no_speech: float
    ended: bool
    encoded: Any

    @property
    def looping(self) -> bool:
        """Tell whether the text repeats itself more than speech does."""
        data = self.text.encode()
        return len(data) > COMPRESSION_LIMIT * len(zlib.compress(data))

    @property
    def suspicious(self) -> bool:
        """Tell whether the text is likely to be a loop or a guess."""
        return not self.ended or self.looping or _repeats(self.text) or self.logprob < LOGPROB_LIMIT

    @property
    def silent(self) -> bool:
        """Tell whether the model itself says that nothing was said."""
        return self.no_speech > NO_SPEECH_LIMIT and self.logprob < LOGPROB_LIMIT


class Whisper:
    """A Whisper model on the CPU; safe to call from ``workers`` threads at once."""

    def __init__(self, path: Path, name: str, *, workers: int = 1, beam: int = 5, language: str | None = None) -> None:
        """Load the CTranslate2 model in ``path``, to be asked for ``language`` or, with None, for any.

        Raises BackendError when it does not load, InputError when it does not know the language.
        """
        try:
            self._model = WhisperModel(
                str(path), device="cpu", compute_type="int8", cpu_threads=1, num_workers=workers, local_files_only=True
            )
        except (RuntimeError, ValueError) as error:
            raise BackendError(f"the model in {path} does not load: {error}") from error
        self.name = name
        self.fallbacks = 0
        self._beam = beam
        self._multilingual = bool(self._model.model.is_multilingual)
        if language is not None and language not in self._model.supported_languages:
            known = ", ".join(self._model.supported_languages)
            raise InputError(f"the model {name} does not know the language {language!r}; it knows {known}")

    def transcribe(self, requests: Sequence[Decode]) -> list[Decoded]:
        """Answer each request by a decode of its own, so that no text depends on the others."""
        return [self._decode(request) for request in requests]

    def _decode(self, request: Decode) -> Decoded:
        frames = min(WINDOW, max(SHORTEST, -(-len(request.samples) // HOP) + PADDING))
        encoded = self._encode(request.samples, frames)
        language, sure = self._language(request, encoded)
        tokenizer = Tokenizer(self._model.hf_tokenizer, self._multilingual, task="transcribe", language=language)
        best = self._generate(request, tokenizer, encoded)
        if request.final and best.suspicious and not best.silent and frames < WINDOW:
            self.fallbacks += 1
            again = self._generate(request, tokenizer, self._encode(request.samples, WINDOW))
            best = max(best, again, key=lambda h: (not h.suspicious, h.logprob))
        if best.silent or best.looping:
            return Decoded(request, "", language=language, language_confidence=sure)
        return Decoded(
            request,
            best.text,
            words=self._words(request, tokenizer, best) if request.final else (),
            pieces=() if request.final else _pieces(tokenizer, best.tokens),
            confidence=float(np.exp(best.logprob)),
            language=language,
            language_confidence=sure,
        )

    def _encode(self, samples: Samples, frames: int) -> Any:
        size = frames * HOP
        padded = np.zeros(size + HOP, np.float32)
        used = samples[:size]
        padded[: len(used)] = used
        features = self._model.feature_extractor(padded, padding=0)[:, :frames]
        return self._model.encode(features)

    def _language(self, request: Decode, encoded: Any) -> tuple[str, float]:
        if not self._multilingual:
            return "en", 1.0
        if request.language:
            return request.language, 1.0
        token, probability = self._model.model.detect_language(encoded)[0][0]
        return token.strip("<|>"), float(probability)

    def _generate(self, request: Decode, tokenizer: Tokenizer, encoded: Any) -> _Hypothesis:
        prefix = [token for piece in request.prefix for token in piece.tokens]
        prompt = [*tokenizer.sot_sequence, tokenizer.no_timestamps, *prefix]
        seconds = len(request.samples) / SAMPLE_RATE
        room = max(4, int(seconds * TOKENS_PER_SECOND) + 12 - len(prefix))
        limit = min(self._model.max_length, len(prompt) + room)
        result = self._model.model.generate(
            encoded,
            [prompt],
            beam_size=self._beam if request.final else 1,
            max_length=limit,
            return_scores=True,
            return_no_speech_prob=True,
        )[0]
        found = list(result.sequences_ids[0])
        tokens = (*prefix, *(token for token in found if token < tokenizer.eot))
        return _Hypothesis(
            tokens=tokens,
            text=tokenizer.decode(list(tokens)).strip(),
            logprob=float(result.scores[0]) * len(found) / (len(found) + 1),
            no_speech=float(result.no_speech_prob),
            ended=len(prompt) + len(found) < limit,
            encoded=encoded,
        )

    def _words(self, request: Decode, tokenizer: Tokenizer, best: _Hypothesis) -> tuple[Word, ...]:
        frames = min(WINDOW, -(-len(request.samples) // HOP))
        alignment = self._model.find_alignment(tokenizer, [list(best.tokens)], best.encoded, frames)[0]
        merge_punctuations(alignment, PREPENDED, APPENDED)
        offset = request.start / SAMPLE_RATE
        end = offset + len(request.samples) / SAMPLE_RATE
        return tuple(
            Word(
                item["word"].strip(),
                Segment(min(offset + float(item["start"]), end), min(offset + float(item["end"]), end)),
                float(item["probability"]),
            )
            for item in alignment
            if item["word"].strip()
        )


def _pieces(tokenizer: Tokenizer, tokens: tuple[int, ...]) -> tuple[Piece, ...]:
    words, groups = tokenizer.split_to_word_tokens(list(tokens))
    return tuple(Piece(word, tuple(group)) for word, group in zip(words, groups, strict=True))


def _repeats(text: str) -> bool:
    """Tell whether a text is its own beginning over again, or ends in words that it had before.

    Such as "fine with me fine with me", which a decoder writes when it runs past what was said.
    """
    words = "".join(c if c.isalnum() or c == "'" else " " for c in text.lower()).split()
    again = any(words[p:] == words[:-p] for p in range(1, len(words)) if 2 * p <= len(words) + 1)
    end, size = words[-REPEATED:], REPEATED
    return again or any(words[i : i + size] == end for i in range(len(words) - size))
