"""The open utterance of a track: how much of it to decode again, and what is agreed of it so far.

The peers decode all of it again and again. What two hypotheses in a row agree on stays, so here the
window begins a word before that ends: what an interim costs does not grow with the utterance. What was
agreed before the window is told to the recogniser as text, which costs it next to nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from voicemind.audio.frame import SAMPLE_RATE, Samples
from voicemind.speech.agreement import LocalAgreement
from voicemind.speech.guard import spoken_words
from voicemind.speech.ports import Decoded, Piece
from voicemind.speech.utterance import Utterance

TRIM_AFTER = 2.0  # seconds of a window from which on the times of its words are asked for
CONTEXT = 0.3  # seconds of agreed words that a trimmed window begins with
INTERVAL = 0.12  # seconds between interims for each second of the window: an interim that is dear comes less often
ECHO = 3  # words at the end that stand before, and are not shown: the decoder has gone round


@dataclass(frozen=True, slots=True, eq=False)
class InterimWindow:
    """What an interim is to be decoded from.

    ``samples`` from ``start`` on, whose text begins with ``prefix``; ``before`` it come other agreed pieces.
    """

    start: int
    samples: Samples = field(repr=False)
    prefix: tuple[Piece, ...]
    before: tuple[Piece, ...]
    timed: bool


class OpenUtterance:
    """Chooses the window of each interim of one utterance, and commits what two in a row agree on."""

    def __init__(self, number: int, start: int) -> None:
        """Begin with nothing agreed of an utterance that begins at sample ``start``."""
        self.number = number
        self.start = start
        self._agreement: LocalAgreement[Piece] = LocalAgreement(_word)
        self._skipped = 0  # agreed pieces that end before the window
        self._window = start  # first sample of the next window
        self._asked = 0  # sample after the last one that was asked about

    def window(self, utterance: Utterance) -> InterimWindow | None:
        """Return what to decode now; None where that is not yet worth its cost."""
        end = utterance.start + len(utterance.samples)
        start = self._window
        seconds = (end - start) / SAMPLE_RATE
        if self._asked and end - self._asked < INTERVAL * seconds * SAMPLE_RATE:
            return None
        self._asked = end
        agreed = self._agreement.agreed
        before, prefix = agreed[: self._skipped], agreed[self._skipped :]
        samples = utterance.samples[start - utterance.start :]
        return InterimWindow(start, samples, prefix, before, seconds >= TRIM_AFTER)

    def accept(self, result: Decoded) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
        """Take an interim's answer; return the pieces that are agreed, and those that may change."""
        words = [_word(piece) for piece in result.pieces]
        heard = result.pieces[: before_echo(words, len(result.request.prefix))]
        hypothesis = (*result.request.before, *heard)
        agreed = self._agreement.feed(hypothesis)
        if [_word(piece) for piece in hypothesis[: len(agreed)]] != [_word(piece) for piece in agreed]:
            return agreed, ()  # asked before the last words were agreed, and answered otherwise
        if result.request.timed:
            self._trim(hypothesis[: len(agreed)])
        return agreed, hypothesis[len(agreed) :]

    def _trim(self, agreed: tuple[Piece, ...]) -> None:
        """Let the next window begin with the last agreed words, from the end of the word before them on."""
        if not agreed or agreed[-1].end is None:
            return
        limit = agreed[-1].end - CONTEXT
        for count in range(len(agreed), self._skipped, -1):
            end = agreed[count - 1].end
            if end is not None and end <= limit:
                self._skipped, self._window = count, round(end * SAMPLE_RATE)
                return


def _word(piece: Piece) -> str:
    """What two hypotheses are compared by: commas and capitals come and go."""
    return " ".join(spoken_words(piece.text))


def before_echo(words: Sequence[str], settled: int) -> int:
    """Return how many words there are before the end only says again what stands before it.

    Such as "I tested it with I tested it with". What is ``settled`` is never counted out.
    """
    for first in range(settled, len(words)):
        end = words[first:]
        size = len(end)
        again = any(words[i : i + size] == end for i in range(first))
        if again and (size >= ECHO or (size > 1 and words[first - size : first] == end)):
            return first
    return len(words)
