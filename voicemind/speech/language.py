"""The language of a track: what each answer heard adds up, until it is sure; then it stays."""

import math
from collections.abc import Sequence

SURE = 0.8  # probability at which the language is taken as known
FULL_SECONDS = 2.0  # speech that counts in full: base is right about it on every clip, and often wrong about less
LONGEST_SECONDS = 8.0  # after which the best guess is taken
FLOOR = 0.002  # probability that a language has at least

Likely = tuple[tuple[str, float], ...]
"""Languages and how likely each is, the likeliest first; the name "" stands for every other one."""


class LanguageLock:
    """The language of one track: set, or guessed from what is heard and then kept."""

    def __init__(self, language: str | None = None, candidates: Sequence[str] = ()) -> None:
        """Begin with a known language, or with nothing but the ``candidates``, if the choice is limited to some."""
        self._language = language or (candidates[0] if len(candidates) == 1 else None)
        self._candidates = tuple(candidates)
        self._scores: dict[str, float] = dict.fromkeys(candidates, 0.0)  # log-probabilities
        self._unnamed = 0.0  # the same of a language that was never named
        self._seconds = 0.0

    @property
    def language(self) -> str | None:
        """The language, once it is known."""
        return self._language

    @property
    def likely(self) -> Likely:
        """What was heard so far; empty when nothing was and any language may be spoken."""
        if not self._scores:
            return ()
        return _normalised([*self._scores.items(), *(() if self._candidates else (("", self._unnamed),))])

    def learn(self, found: Sequence[tuple[str, float]], seconds: float) -> None:
        """Take the probabilities that ``seconds`` of speech gave; those of short speech count less."""
        heard = dict(found)
        allowed = [language for language in heard if not self._candidates or language in self._candidates]
        if self._language or not allowed:
            return
        weight = min(1.0, seconds / FULL_SECONDS)
        rest = max(FLOOR, 1.0 - sum(heard.values()))  # what none of the named has, any other one may have
        for language in allowed:
            self._scores.setdefault(language, self._unnamed)
        for language in self._scores:
            self._scores[language] += weight * math.log(max(heard.get(language, rest), FLOOR))
        self._unnamed += weight * math.log(rest)
        self._seconds += seconds
        best, probability = next((language, p) for language, p in self.likely if language)
        if probability >= SURE or self._seconds >= LONGEST_SECONDS:
            self._language = best


def weighed(found: Sequence[tuple[str, float]], likely: Likely) -> Likely:
    """Weigh what was detected with what is likely; a language that is not likely at all is left out."""
    if not likely:
        return tuple(found)
    weights = dict(likely)
    others = weights.get("")
    products = [(language, p * weights.get(language, others or 0.0)) for language, p in found]
    products = [item for item in products if item[1] > 0.0]
    total = sum(p for _, p in products)
    ordered = sorted(products, key=lambda item: (-item[1], item[0]))
    return tuple((language, p / total) for language, p in ordered) if total else likely


def _normalised(scores: Sequence[tuple[str, float]]) -> Likely:
    highest = max(score for _, score in scores)
    weights = [(language, math.exp(score - highest)) for language, score in scores]
    total = sum(weight for _, weight in weights)
    return tuple(
        (language, weight / total) for language, weight in sorted(weights, key=lambda item: (-item[1], item[0]))
    )
