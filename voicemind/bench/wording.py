"""Words as they are compared: normalised as Whisper's own evaluation does (Radford et al. 2022, appendix C)."""

from functools import lru_cache
from typing import Any


def normalised(text: str) -> str:
    """Return the words of an English text in their one spelling."""
    return str(_normaliser()(text))


def word_errors(reference: str, hypothesis: str) -> int:
    """Return how many words are substituted, deleted and inserted, of normalised texts."""
    import jiwer

    if not reference:
        return len(hypothesis.split())
    found = jiwer.process_words(reference, hypothesis)
    return int(found.substitutions + found.deletions + found.insertions)


@lru_cache(maxsize=1)
def _normaliser() -> Any:
    from whisper_normalizer.english import EnglishTextNormalizer

    return EnglishTextNormalizer()
