"""Words as they are compared: normalised as Whisper's own evaluation does (Radford et al. 2022, appendix C)."""

from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate
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


def errors_by_part(reference: str, parts: Sequence[str]) -> tuple[list[int], list[int]]:
    """Return how many words are wrong in each part of a hypothesis, and how many words it stands for.

    Of normalised texts. Words that are left out count to the part in which the next one is.
    """
    import jiwer

    words = [part.split() for part in parts]
    errors, said = [0] * len(parts), [0] * len(parts)
    if not parts:
        return errors, said
    if not reference:
        return [len(part) for part in words], said
    bounds = list(accumulate(len(part) for part in words))
    found = jiwer.process_words(reference, " ".join(word for part in words for word in part))
    for chunk in found.alignments[0]:
        length = max(chunk.ref_end_idx - chunk.ref_start_idx, chunk.hyp_end_idx - chunk.hyp_start_idx)
        for offset in range(length):
            at = chunk.hyp_start_idx + (0 if chunk.type == "delete" else offset)
            part = min(bisect_right(bounds, at), len(parts) - 1)
            errors[part] += chunk.type != "equal"
            said[part] += chunk.type != "insert"
    return errors, said


@lru_cache(maxsize=1)
def _normaliser() -> Any:
    from whisper_normalizer.english import EnglishTextNormalizer

    return EnglishTextNormalizer()
