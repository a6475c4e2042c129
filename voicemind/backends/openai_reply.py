"""What a transcription service answered: the JSON of OpenAI's API, and what is missing in others' versions of it."""

import math
from dataclasses import dataclass
from typing import Any

from voicemind.errors import BackendError
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Word

NAMED_CONFIDENCE = 0.9  # taken for a language that the service names without saying how surely
# The API takes codes and answers with names.
_CODES = {
    "afrikaans": "af", "arabic": "ar", "armenian": "hy", "azerbaijani": "az", "belarusian": "be", "bosnian": "bs",
    "bulgarian": "bg", "catalan": "ca", "chinese": "zh", "croatian": "hr", "czech": "cs", "danish": "da",
    "dutch": "nl", "english": "en", "estonian": "et", "finnish": "fi", "french": "fr", "galician": "gl",
    "german": "de", "greek": "el", "hebrew": "he", "hindi": "hi", "hungarian": "hu", "icelandic": "is",
    "indonesian": "id", "italian": "it", "japanese": "ja", "kannada": "kn", "kazakh": "kk", "korean": "ko",
    "latvian": "lv", "lithuanian": "lt", "macedonian": "mk", "malay": "ms", "marathi": "mr", "maori": "mi",
    "nepali": "ne", "norwegian": "no", "persian": "fa", "polish": "pl", "portuguese": "pt", "romanian": "ro",
    "russian": "ru", "serbian": "sr", "slovak": "sk", "slovenian": "sl", "spanish": "es", "swahili": "sw",
    "swedish": "sv", "tagalog": "tl", "tamil": "ta", "thai": "th", "turkish": "tr", "ukrainian": "uk", "urdu": "ur",
    "vietnamese": "vi", "welsh": "cy",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reply:
    """A text, the spans of its words in seconds of the sound if they were given, and the service's doubts.

    ``logprob`` is 0 and so beyond doubt where the service does not say.
    """

    text: str
    spans: tuple[tuple[str, float, float], ...]
    language: str
    language_confidence: float
    logprob: float
    no_speech: float

    def words(self, offset: float, seconds: float) -> tuple[Word, ...]:
        """Return the words in meeting time, for sound of ``seconds`` that begins at ``offset``.

        Without spans each word gets its share of the time by its length.
        """
        confidence = math.exp(self.logprob)
        end = offset + seconds
        return tuple(
            Word(text, Segment(min(offset + a, end), min(offset + max(a, b), end)), confidence)
            for text, a, b in self.spans or self._shares(seconds)
        )

    def _shares(self, seconds: float) -> list[tuple[str, float, float]]:
        texts = self.text.split()
        step = seconds / max(1, sum(len(text) + 1 for text in texts))
        spans, at = [], 0.0
        for text in texts:
            spans.append((text, at, at + len(text) * step))
            at += (len(text) + 1) * step
        return spans


def parse_reply(body: Any) -> Reply:
    """Read a service's JSON; BackendError when it is no transcription."""
    try:
        text = str(body["text"]).strip()
        spans = tuple(
            (str(word["word"]).strip(), float(word["start"]), float(word["end"])) for word in body.get("words") or ()
        )
        segments = body.get("segments") or ()
        logprob = _mean([float(s["avg_logprob"]) for s in segments if s.get("avg_logprob") is not None])
        no_speech = _mean([float(s["no_speech_prob"]) for s in segments if s.get("no_speech_prob") is not None])
        language = str(body.get("language") or "").lower()
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BackendError(
            f"the transcription service answered with JSON that is no transcription ({error!r}); "
            "is --asr-url an OpenAI-compatible endpoint?"
        ) from error
    code = _CODES.get(language, language if len(language) in (2, 3) else "")
    return Reply(text, spans, code, NAMED_CONFIDENCE, min(0.0, logprob), no_speech)


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 0.0
