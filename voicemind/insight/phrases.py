"""Words of English talk: tokens, stems, what carries content, and the key phrases of a stretch."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from voicemind.insight.numerals import digits
from voicemind.insight.patterns import listed

STOP = frozenset(
    listed("""a about above actually after again all alright also always am an and any anybody anyone anything
    anyway are around as at away back be because been before being between bit both but by can cannot
    come could did do does doing done down each either else enough even ever every everybody everyone
    everything few fine first for from get gets getting give go goes going gonna good got gotta great
    had has have having he hello her here hey hi him his how however i if in into is it its itself just
    keep kind know last least less let lets like little look lot lots made make many may maybe me mean
    might mine more most much must my need needs never next no nobody none nor not nothing now of off oh
    ok okay on once one only onto or other others our ours out over own perhaps please probably put
    quite rather really right said same saw say says second see seem seems shall she should sir so some
    somebody someone something sometimes sort still stuff such sure take tell than thank thanks that the
    their theirs them then there these they thing things think this those though through til till to
    today together too try two uh um under until up upon us use used using very want wants was way we
    well went were what whatever when where whether which while who whole whom whose why will with
    within without won would yeah yep yes yet you your yours hmm mm mhm uhhuh ha haha er erm lovely
    perfect nice cool wow honestly basically literally guess wait""")
)

_TOKEN = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_CLITIC = re.compile(r"['’](?:s|ll|re|ve|d|m|t)$|n['’]t$")
# The longest that fits goes; what is left has four letters at least, or three before -ed and -ing.
_SUFFIXES = (
    "izations", "isations", "ization", "isation", "ations", "ments", "ation", "ities", "ment", "ness", "ings", "ions",
    "ing", "ion", "ied", "ies", "ers", "ity", "ed", "er", "es", "ly", "al", "s", "y",
)  # fmt: skip
_SHORT = frozenset({"ed", "ing", "ings", "s"})


def tokens(text: str) -> list[str]:
    """Return the words as they are spelt, with spoken numbers in digits and without punctuation."""
    return _TOKEN.findall(digits(text))


@lru_cache(maxsize=10_000)
def stem(word: str) -> str:
    """Return what a word shares with its inflections; no dictionary, just suffixes."""
    word = _CLITIC.sub("", word.lower())
    if word.isdigit():
        return word
    for suffix in _SUFFIXES:
        left = len(word) - len(suffix)
        if word.endswith(suffix) and not word.endswith("ss") and left >= (3 if suffix in _SHORT else 4):
            word = word[:left]
            break
    if len(word) > 3 and word[-1] == word[-2]:
        word = word[:-1]
    return word[:-1] if len(word) > 3 and word.endswith("e") else word


def is_content(word: str) -> bool:
    """Tell whether a token says what the talk is about, rather than holding the sentence together."""
    bare = _CLITIC.sub("", word.lower())
    return bare not in STOP and (len(bare) > 2 or bare.isdigit()) and bare.replace("'", "") not in STOP


def content(text: str) -> list[str]:
    """Return the stems of the content words, in order, with repetitions."""
    return [stem(word) for word in tokens(text) if is_content(word)]


def overlap(left: frozenset[str], right: frozenset[str]) -> float:
    """Return the overlap coefficient of two sets: common over the smaller, 0 when one is empty."""
    return len(left & right) / min(len(left), len(right)) if left and right else 0.0


def key_phrases(texts: Iterable[str], background: Mapping[str, int], documents: int, most: int = 3) -> list[str]:
    """Return the phrases that mark a stretch against the rest of the meeting, best first.

    A phrase is a run of at most three content words. ``background`` counts in how many of the
    ``documents`` stretches of the meeting a stem occurs; a stem that occurs in all tells nothing.
    """
    counts: Counter[tuple[str, ...]] = Counter()
    spelt: dict[tuple[str, ...], str] = {}
    for text in texts:
        for run in _runs(text):
            key = tuple(stem(word) for word in run)
            counts[key] += 1
            spelt.setdefault(key, " ".join(run))
    weight = {
        key: count * len(key) ** 0.5 * sum(_rarity(part, background, documents) for part in key) / len(key)
        for key, count in counts.items()
    }
    chosen: list[tuple[str, ...]] = []
    for key in sorted(weight, key=lambda k: (-weight[k], k)):
        if len(chosen) < most and not any(set(key) & set(other) for other in chosen):
            chosen.append(key)
    return [spelt[key] for key in chosen]


def _rarity(part: str, background: Mapping[str, int], documents: int) -> float:
    return math.log((documents + 1) / (background.get(part, 0) + 0.5))


def _runs(text: str) -> list[list[str]]:
    """Return every run of one to three content words with no other word or punctuation between."""
    runs: list[list[str]] = []
    for piece in re.split(r"[,.;:!?…()\"]+", text):
        words = tokens(piece)
        marks = [is_content(word) and not word.isdigit() for word in words]
        runs += [
            words[i : i + size]
            for i in range(len(words))
            for size in (1, 2, 3)
            if i + size <= len(words) and all(marks[i : i + size])
        ]
    return runs
