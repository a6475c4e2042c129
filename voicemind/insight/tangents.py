"""Small talk beside an agenda: told by words of private life, much sooner than by meaning.

Four different ones within a minute do not come up by chance: in 39 hours of AMI, where people rarely
chat, not once. Words of the agenda itself do not count: a party may be what the meeting is about.
"""

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import replace

from voicemind.insight.clauses import split
from voicemind.insight.commitments import commitment
from voicemind.insight.phrases import content, key_phrases, stem, tokens
from voicemind.insight.requests import open_request, request
from voicemind.insight.settlements import proposal, settlement
from voicemind.insight.smalltalk import WORDS
from voicemind.insight.verbs import promise
from voicemind.timeline.insight import Insight
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn

_WITHIN = 60.0  # seconds
_GAP = 25.0  # seconds without such a word that end the chat it belongs to
_DIFFERENT, _OVER = 4, 2  # words: from so many on it is small talk, under so many it is over
_QUIET = 300.0  # seconds after one before the next
_WORK = 0.15  # weight of a verb that promises work
_CITED = 5  # turns
_AMBIGUOUS = frozenset({stem("party")})  # has the stem of "part"


def _plans(text: str) -> bool:
    return any(read(text) is not None for read in (proposal, settlement, commitment, request, open_request))


def _works(text: str) -> bool:
    act = commitment(text) or request(text)
    return act is not None and (promise(act.what, dated=False) or 0.0) >= _WORK


class Tangents:
    """Takes turns; gives an insight when people chat, and again until they are back."""

    def __init__(self) -> None:
        self.open: Insight | None = None
        self._planned: frozenset[str] = frozenset()
        self._recent: deque[tuple[Turn, frozenset[str]]] = deque()
        self._frequency: Counter[str] = Counter()
        self._turns = 0
        self._quiet_until = 0.0
        self._agenda = False
        self._at_work = False  # without an agenda people may have met to talk of private life

    def plan(self, titles: Iterable[str]) -> None:
        """Take what is on the agenda."""
        planned = [content(title) for title in titles]
        self._agenda = bool(planned)
        self._at_work |= self._agenda
        self._planned = frozenset(part for parts in planned for part in parts)

    def feed(self, turn: Turn, opens: bool) -> list[Insight]:
        """Take a turn, which ``opens`` an agenda item or not."""
        self._turns += 1
        self._frequency.update(set(content(turn.text)))
        private = self._private(turn)
        self._recent.append((turn, private))
        while self._recent[0][0].time < turn.time - _WITHIN:
            self._recent.popleft()
        chat = self._chat()
        different = len(frozenset().union(*(words for _, words in chat)))
        if self.open is not None:
            return [self._go_on(self.open, turn, bool(private), opens or different < _OVER)]
        if opens:
            self._recent.clear()
        elif different >= _DIFFERENT and self._at_work and turn.time >= self._quiet_until:
            self.open = self._begin([known for known, _ in chat], turn)
            return [self.open]
        return []

    def _private(self, turn: Turn) -> frozenset[str]:
        """Return the words of private life in a turn; those that people plan with are their subject from then on."""
        words = WORDS.intersection(map(stem, tokens(turn.text))) - _AMBIGUOUS
        self._at_work |= any(_works(text) for text in split(turn.text))
        if self.open is None and any(_plans(text) for text in split(turn.text)):
            self._planned |= words
        return words - self._planned

    def _chat(self) -> list[tuple[Turn, frozenset[str]]]:
        """Return the latest turns with private words that are not far from each other."""
        chat: list[tuple[Turn, frozenset[str]]] = []
        for turn, words in reversed(self._recent):
            if words and chat and chat[-1][0].segment.start - turn.time > _GAP:
                break
            if words:
                chat.append((turn, words))
        return chat[::-1]

    def _begin(self, private: list[Turn], last: Turn) -> Insight:
        start = min(turn.segment.start for turn in private)
        turns = [turn for turn, _ in self._recent if turn.segment.start >= start]
        about = key_phrases((turn.text for turn in turns), self._frequency, self._turns)
        return Insight(
            kind="drift",
            segment=Segment(start, last.time),
            text=f"{'Not recognised as an agenda item' if self._agenda else 'Beside the subject'}: {', '.join(about)}",
            evidence=tuple(turn.id for turn in private[:_CITED]),
            confidence=0.8,
            data={"about": about, "score": 1.0},
        )

    def _go_on(self, known: Insight, turn: Turn, private: bool, over: bool) -> Insight:
        """Return the open insight up to the last turn that chats; closed when people are back."""
        end = turn.time if private and not over else known.segment.end
        found = replace(known, segment=Segment(known.segment.start, end), state="closed" if over else "open")
        self.open = None if over else found
        if over:
            self._quiet_until = turn.time + _QUIET
            self._recent.clear()
        return found
