"""What a recogniser makes up where nobody speaks, and how it is told from what people say.

Whisper puts words to any sound (Koenecke et al. 2024, "Careless Whisper"). Its own limits of
no-speech and token probability (Radford et al. 2022, §4.5) catch silence, not laughter, coughs or
music; the voice detector, which has heard the same sound without knowing words, is asked too.
"""

import re
import zlib
from dataclasses import dataclass
from itertools import pairwise

from voicemind.speech.phantoms import is_credit, is_phantom

COMPRESSION_LIMIT = 2.4  # Whisper's own limits for a failed decode
NO_SPEECH_LIMIT = 0.6
LOGPROB_LIMIT = -1.0
REPEATED = 4  # words at the end of a text that stand in it before: more than people repeat

# Highest probability of speech that the detector gave, and the token log-probability that a text
# then needs at least. Between two rows the limit lies between theirs.
FLOORS = ((0.5, -0.25), (0.6, -0.5), (0.7, -0.75), (0.9, -0.8), (0.97, -1.4))
DOUBTED = 0.3  # more of it that doubtful texts need

MOST_LETTERS = 30.0  # a second, and as many once: nobody speaks faster
FEWEST_WORDS = 0.5  # a second; slower is a sound that a word was put to
LONG = 2.0  # seconds from which on that is told
LAUGHTER = 3  # of laughter; fewer may be an answer, such as "uh-huh"
LAUGHED = 0.75  # share of the words

_SOUND = re.compile(r"[\[(*♪♫][^\])*]*[\])*♪♫]?|[♪♫]")  # "(laughs)", "[music]", "*coughs*", "♪"
_SYLLABLE = r"h+[aeiou]+h*|[aeiou]+h+|h+m+|m{2,}|h{2,}|k{3,}|(?:rs){2,}|[はハへヘふフほホ哈呵嘻]"
_LAUGH = re.compile(f"(?:{_SYLLABLE})+")
_SPANISH_LAUGH = re.compile(f"(?:j[aei]+|{_SYLLABLE})+")  # elsewhere "ja" is a word
_SYLLABLES = re.compile("[aeiou]+|m{2,}|k|rs|[はハへヘふフほホ哈呵嘻]")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a text: the recogniser's doubts and the voice detector's.

    ``seconds`` from the first to the last voiced sound, ``logprob`` the mean over the tokens (natural
    logarithm), ``no_speech`` the recogniser's probability of that, ``voice`` the detector's highest
    probability of speech.
    """

    text: str
    language: str
    seconds: float
    logprob: float
    no_speech: float
    voice: float = 1.0


def believable(evidence: Evidence) -> bool:
    """Tell whether somebody said a text, and the recogniser did not make it up."""
    text = evidence.text
    words = spoken_words(text)
    if not words or looping(text) or is_laughter(text, evidence.language) or too_fast(evidence):
        return False
    if evidence.no_speech > NO_SPEECH_LIMIT and evidence.logprob < LOGPROB_LIMIT:
        return False
    slow = evidence.seconds > LONG and len(words) < FEWEST_WORDS * evidence.seconds and not _unspaced(text)
    doubtful = slow or is_phantom(text, evidence.language) or is_credit(text)
    return evidence.logprob >= floor(evidence.voice) + (DOUBTED if doubtful else 0.0)


def floor(voice: float) -> float:
    """Return the token log-probability that a text needs where the detector was as sure as ``voice``."""
    if voice <= FLOORS[0][0]:
        return FLOORS[0][1]
    for (below, low), (above, high) in pairwise(FLOORS):
        if voice <= above:
            return low + (high - low) * (voice - below) / (above - below)
    return FLOORS[-1][1]


def looping(text: str) -> bool:
    """Tell whether a text repeats itself more than speech does."""
    data = text.encode()
    return len(data) > COMPRESSION_LIMIT * len(zlib.compress(data))


def repeats(text: str) -> bool:
    """Tell whether a text is its own beginning over again, or ends in words that it had before.

    Such as "fine with me fine with me", which a decoder writes when it runs past what was said.
    """
    words = spoken_words(text)
    again = any(words[p:] == words[:-p] for p in range(1, len(words)) if 2 * p <= len(words) + 1)
    end, size = words[-REPEATED:], REPEATED
    return again or any(words[i : i + size] == end for i in range(len(words) - size))


def is_laughter(text: str, language: str = "en") -> bool:
    """Tell whether a text is all but laughter or breath, spelled: "Ha ha ha", "hehehe", "Oh, oh, oh"."""
    laughter = _SPANISH_LAUGH if language == "es" else _LAUGH
    words = spoken_words(text)
    laughed = [word for word in words if laughter.fullmatch(word)]
    syllables = sum(len(_SYLLABLES.findall(word)) for word in laughed)
    return syllables >= LAUGHTER and len(laughed) >= LAUGHED * len(words)


def too_fast(evidence: Evidence) -> bool:
    """Tell whether nobody could say a text in its time."""
    letters = sum(character.isalnum() for character in evidence.text)
    return letters > MOST_LETTERS * (1.0 + evidence.seconds)


def spoken_words(text: str) -> list[str]:
    """Return the words of a text in lower case, without punctuation and notes on sounds."""
    plain = _SOUND.sub(" ", text.lower())
    return "".join(c if c.isalnum() or c == "'" else " " for c in plain).split()


def _unspaced(text: str) -> bool:
    """Tell whether a text is of a script without spaces between words, where words cannot be counted."""
    return any("\u3040" <= c <= "\u9fff" for c in text)
