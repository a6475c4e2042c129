"""The three things that CTranslate2 does for Whisper: encode a window, write tokens, align them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import ctranslate2
import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import merge_punctuations

from voicemind.audio.frame import Samples
from voicemind.backends.padding import HOP, WINDOW

PREPENDED = "\"'“¿([{-"
APPENDED = "\"'.。,，!！?？:：”)]}、"


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a text is to begin with: ``head`` says what is asked for, ``prefix`` are tokens of the text itself.

    ``room`` is how many tokens may follow.
    """

    tokenizer: Tokenizer
    head: tuple[int, ...]
    prefix: tuple[int, ...]
    room: int


@dataclass(frozen=True)
class Hypothesis:
    """One decode of a window; ``tokens`` include the forced prefix.

    ``logprob`` is the mean over the tokens, ``ended`` false where the text ran out of room.
    """

    tokens: tuple[int, ...]
    tokenizer: Tokenizer
    logprob: float
    no_speech: float
    ended: bool

    @cached_property
    def text(self) -> str:
        """The tokens as text."""
        return str(self.tokenizer.decode(list(self.tokens))).strip()

    def words(self) -> list[tuple[str, tuple[int, ...]]]:
        """The words with their leading space, punctuation as part of them, and the tokens of each."""
        texts, groups = self.tokenizer.split_to_word_tokens(list(self.tokens))
        found = [{"word": text, "tokens": group} for text, group in zip(texts, groups, strict=True)]
        merge_punctuations(found, PREPENDED, APPENDED)
        return [(item["word"], tuple(item["tokens"])) for item in found if item["word"]]


@dataclass(frozen=True, slots=True)
class AlignedWord:
    """A word with its leading space, the seconds in the window between which it is said, and its probability."""

    text: str
    tokens: tuple[int, ...]
    start: float
    end: float
    probability: float


class WhisperDecoder:
    """A loaded model, for calls from several threads at once."""

    def __init__(self, model: WhisperModel) -> None:
        self._model = model

    def encode(self, samples: Samples, frames: int) -> Any:
        """Encode ``samples`` and as much silence after them as fills ``frames``."""
        size = frames * HOP
        padded = np.zeros(size + HOP, np.float32)
        used = samples[:size]
        padded[: len(used)] = used
        return self._model.encode(self._model.feature_extractor(padded, padding=0)[:, :frames])

    def generate(self, encoded: Sequence[Any], prompts: Sequence[Prompt], beam: int) -> list[Hypothesis]:
        """Write down each window, all in one go; they have the same size, and their heads the same length.

        One pass over the weights makes the next token of every window: four cost little more than one.
        """
        limits = [len(prompt.prefix) + prompt.room for prompt in prompts]
        # CTranslate2 writes half of its max_length, or what the head leaves of it; the prefix counts.
        longest = max(2 * max(limits), max(limits) + len(prompts[0].head))
        results = self._model.model.generate(
            _joined(encoded),
            [[*prompt.head, *prompt.prefix] for prompt in prompts],
            beam_size=beam,
            max_length=min(self._model.max_length, longest),
            return_scores=True,
            return_no_speech_prob=True,
        )
        return [_hypothesis(*each) for each in zip(results, prompts, limits, strict=True)]

    def align(self, encoded: Any, hypothesis: Hypothesis, size: int) -> list[AlignedWord]:
        """Tell when each word of a hypothesis is said in the ``size`` samples that the window begins with."""
        if not hypothesis.tokens:
            return []
        frames = min(WINDOW, -(-size // HOP))
        found = self._model.find_alignment(hypothesis.tokenizer, [list(hypothesis.tokens)], encoded, frames)[0]
        merge_punctuations(found, PREPENDED, APPENDED)
        return [
            AlignedWord(
                item["word"],
                tuple(item["tokens"]),
                float(item["start"]),
                float(item["end"]),
                float(item["probability"]),
            )
            for item in found
            if item["word"]
        ]


def _joined(encoded: Sequence[Any]) -> Any:
    """Encoder outputs as one batch: encoding them one by one is no dearer, and gives each what it is alone."""
    if len(encoded) == 1:
        return encoded[0]
    return ctranslate2.StorageView.from_array(np.concatenate([np.asarray(one) for one in encoded]))


def _hypothesis(result: Any, prompt: Prompt, limit: int) -> Hypothesis:
    found = list(result.sequences_ids[0])
    return Hypothesis(
        tokens=tuple(token for token in found[:limit] if token < prompt.tokenizer.eot),
        tokenizer=prompt.tokenizer,
        logprob=float(result.scores[0]) * len(found) / (len(found) + 1),
        no_speech=float(result.no_speech_prob),
        ended=len(found) < limit,
    )
