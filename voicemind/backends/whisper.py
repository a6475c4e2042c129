"""Whisper through faster-whisper and CTranslate2, behind the ``Asr`` port.

Whisper was trained on windows of 30 s, and its peers pad every utterance to that. The encoder
takes shorter ones: here it gets what was said and a few seconds of silence (design §5).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer

from voicemind.audio.frame import SAMPLE_RATE
from voicemind.backends.confidence import WORDS
from voicemind.backends.padding import HOP, WINDOW, Padding
from voicemind.backends.whisper_decoder import AlignedWord, Hypothesis, Prompt, WhisperDecoder
from voicemind.errors import BackendError, InputError
from voicemind.speech.guard import LOGPROB_LIMIT, NO_SPEECH_LIMIT, Evidence, believable, looping, repeats, spoken_words
from voicemind.speech.hints import as_sentences, says_only
from voicemind.speech.interims import before_echo
from voicemind.speech.language import Likely, weighed
from voicemind.speech.ports import Decode, Decoded, Piece
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Word

BEAM = 5  # of finals, as Whisper's own; interims are written without a search
INTERIM_PADDING = 100  # its end is bounded otherwise: by its tokens, and nothing is shown twice

ROOM = (8.0, 12)  # tokens a second, and spare ones: fast speech has about 5 a second; more is a loop
INTERIM_ROOM = (6.0, 4)
CONTEXT_TOKENS = 8  # said before an interim's window: as many or none, since a batch needs heads of one length

HINT_TOKENS = 100  # of the terms to expect, at most: each costs a little with every final

NAMED = 0.001  # probability from which on a language that was detected is passed on


def device_and_type() -> tuple[str, str]:
    """Return where CTranslate2 is to compute, and in what: half precision on a GPU, else 8 bits on the CPU."""
    return ("cuda", "float16") if ctranslate2.get_cuda_device_count() else ("cpu", "int8")


class Whisper:
    """A Whisper model on the CPU, or a GPU where there is one; safe to call from ``workers`` threads at once."""

    def __init__(
        self, path: Path, name: str, *, workers: int = 1, language: str | None = None, padding: Padding | None = None
    ) -> None:
        """Load the CTranslate2 model in ``path``, to be asked for ``language`` or, with None, for any.

        Raises BackendError when it does not load, InputError when it does not know the language.
        """
        device, compute_type = device_and_type()
        try:
            self._model = WhisperModel(
                str(path),
                device=device,
                compute_type=compute_type,
                cpu_threads=1,
                num_workers=workers,
                local_files_only=True,
            )
        except (RuntimeError, ValueError) as error:
            raise BackendError(f"the model in {path} does not load: {error}") from error
        self.name = name
        self.fallbacks = 0
        self._decoder = WhisperDecoder(self._model)
        self._padding = padding or Padding()
        self._multilingual = bool(self._model.model.is_multilingual)
        if language is not None:
            self.require(language)

    def require(self, language: str) -> None:
        """Raise InputError for a language that the model does not know."""
        if language not in self._model.supported_languages:
            known = ", ".join(self._model.supported_languages)
            raise InputError(f"the model {self.name} does not know the language {language!r}; it knows {known}")

    def transcribe(self, requests: Sequence[Decode]) -> list[Decoded]:
        """Answer each final by a decode of its own, so that no text depends on the others, and interims together."""
        interims = iter(self._interims([request for request in requests if not request.final]))
        return [self._final(request) if request.final else next(interims) for request in requests]

    def _final(self, request: Decode) -> Decoded:
        frames = self._padding.frames(len(request.samples))
        encoded = self._decoder.encode(request.samples, frames)
        heard = self._language(request, encoded)
        prompt = self._prompt(request, heard.language)
        beam = request.beam or BEAM
        [best] = self._decoder.generate([encoded], [prompt], beam)
        plain = self._prompt(replace(request, hints=()), heard.language) if request.hints else prompt
        if request.hints and says_only(best.text, request.hints):  # it may have gone on with them, and not listened
            [best] = self._decoder.generate([encoded], [plain], beam)
        if _suspicious(best) and not _silent(best) and frames < WINDOW:
            self.fallbacks += 1
            whole = self._decoder.encode(request.samples, WINDOW)
            [again] = self._decoder.generate([whole], [plain], beam)
            if _rank(again) > _rank(best):
                best, encoded = again, whole
        if not _believable(request, best, heard.language):
            return heard.nothing(request)
        return Decoded(
            request,
            best.text,
            words=_words(request, self._decoder.align(encoded, best, len(request.samples))),
            confidence=float(np.exp(best.logprob)),
            language=heard.language,
            language_confidence=heard.confidence,
            languages=heard.found,
        )

    def _interims(self, requests: Sequence[Decode]) -> list[Decoded]:
        """Encode one by one, to the same length, and write the texts together."""
        if not requests:
            return []
        frames = min(WINDOW, max(-(-len(request.samples) // HOP) for request in requests) + INTERIM_PADDING)
        windows = [self._decoder.encode(request.samples, frames) for request in requests]
        languages = [self._language(request, encoded) for request, encoded in zip(requests, windows, strict=True)]
        prompts = [self._prompt(request, heard.language) for request, heard in zip(requests, languages, strict=True)]
        found: dict[int, Hypothesis] = {}
        order = sorted(range(len(prompts)), key=lambda i: len(prompts[i].head))
        for _, same in groupby(order, key=lambda i: len(prompts[i].head)):
            group = list(same)
            texts = self._decoder.generate([windows[i] for i in group], [prompts[i] for i in group], 1)
            found.update(zip(group, texts, strict=True))
        return [self._interim(request, found[i], windows[i], languages[i]) for i, request in enumerate(requests)]

    def _interim(self, request: Decode, best: Hypothesis, encoded: Any, heard: "_Heard") -> Decoded:
        best = _once(best, len(request.prefix))
        if not _believable(request, best, heard.language):
            return heard.nothing(request)
        if request.timed:
            offset = request.start / SAMPLE_RATE
            words = self._decoder.align(encoded, best, len(request.samples))
            pieces = tuple(Piece(word.text, word.tokens, offset + word.end) for word in words)
        else:
            pieces = tuple(Piece(text, tokens) for text, tokens in best.words())
        return Decoded(
            request,
            best.text,
            pieces=pieces,
            confidence=float(np.exp(best.logprob)),
            language=heard.language,
            language_confidence=heard.confidence,
            languages=heard.found,
        )

    def _language(self, request: Decode, encoded: Any) -> "_Heard":
        if not self._multilingual:
            return _Heard("en")
        if request.language:
            return _Heard(request.language)
        found = [(token.strip("<|>"), float(p)) for token, p in self._model.model.detect_language(encoded)[0]]
        language, confidence = weighed(found, request.languages)[0]
        return _Heard(language, confidence, tuple(item for item in found if item[1] >= NAMED))

    def _prompt(self, request: Decode, language: str) -> Prompt:
        tokenizer = Tokenizer(self._model.hf_tokenizer, self._multilingual, task="transcribe", language=language)
        prefix = _tokens(request.prefix)
        rate, spare = ROOM if request.final else INTERIM_ROOM
        room = int(len(request.samples) / SAMPLE_RATE * rate) + spare - len(prefix)
        context = _expected(tokenizer, request.hints) or _said(tokenizer, request.before)
        head = (*context, *tokenizer.sot_sequence, tokenizer.no_timestamps)
        return Prompt(tokenizer, head, prefix, max(4, room))


def _expected(tokenizer: Tokenizer, hints: Sequence[str]) -> tuple[int, ...]:
    """Return terms to expect as a text that came before, as many as there is room for."""
    tokens: list[int] = []
    for sentence in as_sentences(hints):
        more = tokenizer.encode(f" {sentence}")
        if len(tokens) + len(more) > HINT_TOKENS:
            break
        tokens += more
    return (tokenizer.sot_prev, *tokens) if tokens else ()


def _said(tokenizer: Tokenizer, before: Sequence[Piece]) -> tuple[int, ...]:
    """Return the last tokens before the samples, as a text that came before; none of less than there is room for."""
    tokens = _tokens(before)
    return (tokenizer.sot_prev, *tokens[-CONTEXT_TOKENS:]) if len(tokens) >= CONTEXT_TOKENS else ()


def _tokens(pieces: Sequence[Piece]) -> tuple[int, ...]:
    return tuple(token for piece in pieces for token in piece.tokens)


@dataclass(frozen=True, slots=True)
class _Heard:
    """The language to write in, and what of languages was detected: nothing where it is known."""

    language: str
    confidence: float = 1.0
    found: Likely = ()

    def nothing(self, request: Decode) -> Decoded:
        """Answer that nothing was said."""
        return Decoded(request, "", language=self.language, language_confidence=self.confidence, languages=self.found)


def _believable(request: Decode, best: Hypothesis, language: str) -> bool:
    if request.prefix or request.before:
        return not _silent(best) and not looping(best.text)  # its beginning is agreed already
    seconds = len(request.samples) / SAMPLE_RATE
    if request.seconds is not None:
        seconds = min(seconds, request.seconds)
    return believable(Evidence(best.text, language, seconds, best.logprob, best.no_speech, request.voice))


def _once(hypothesis: Hypothesis, settled: int) -> Hypothesis:
    """Cut off what an interim says again: sound that stops inside a word makes the decoder go round."""
    words = hypothesis.words()
    kept = before_echo([" ".join(spoken_words(text)) for text, _ in words], settled)
    if kept == len(words):
        return hypothesis
    return replace(hypothesis, tokens=tuple(token for _, tokens in words[:kept] for token in tokens))


def _suspicious(hypothesis: Hypothesis) -> bool:
    """Tell whether a text is likely to be a loop or a guess."""
    text = hypothesis.text
    return not hypothesis.ended or looping(text) or repeats(text) or hypothesis.logprob < LOGPROB_LIMIT


def _silent(hypothesis: Hypothesis) -> bool:
    """Tell whether the model itself says that nothing was said."""
    return hypothesis.no_speech > NO_SPEECH_LIMIT and hypothesis.logprob < LOGPROB_LIMIT


def _rank(hypothesis: Hypothesis) -> tuple[bool, float]:
    return not _suspicious(hypothesis), hypothesis.logprob


def _words(request: Decode, aligned: Sequence[AlignedWord]) -> tuple[Word, ...]:
    offset = request.start / SAMPLE_RATE
    end = offset + len(request.samples) / SAMPLE_RATE
    return tuple(
        Word(
            word.text.strip(),
            Segment(min(offset + word.start, end), min(offset + word.end, end)),
            WORDS(word.probability),
        )
        for word in aligned
        if word.text.strip()
    )
