"""Heat: stretches in which people go at each other, by their words and by how their turns collide.

Never by how a voice sounds. Two people at least have to take part, and accuse, dismiss or insult; calm disagreement
is none, and neither is one angry remark. Talking into each other's turns makes heated words weigh more, and
weighs nothing without them.
"""

from collections import deque
from dataclasses import dataclass, replace
from typing import ClassVar

from voicemind.insight.escalation import escalation
from voicemind.timeline.event import Event, Joined, Tick
from voicemind.timeline.insight import Insight
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn

WINDOW = 45.0  # seconds in which heated turns count together
THRESHOLD = 2.5  # weight of the turns in a window
DIRECT = 1.5  # of it, what is strong or accuses
SHARE = 0.5  # weight that each of two people have to bring
_OVER = 30.0  # seconds without a heated turn after which it is over
_INTO, _AT_ONCE = 0.5, 0.25  # weight of talking into somebody's turn, and of a gap under a tenth of a second
_OVERLAP, _GAP = 0.3, 0.1  # seconds
_QUOTES, _QUOTE_WORDS = 2, 12
_EVIDENCE = 8


@dataclass(frozen=True, slots=True)
class _Heated:
    """A turn with its weight."""

    turn: Turn
    weight: float
    direct: float


class Heat:
    """Finds heated stretches as they go on, and closes them once it is quiet again."""

    handles: ClassVar[tuple[type[Event], ...]] = (Joined, Turn, Tick)

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._recent: deque[Turn] = deque(maxlen=8)
        self._window: deque[_Heated] = deque()
        self._heated: list[_Heated] = []
        self._given: Insight | None = None

    def feed(self, event: Event) -> list[Insight]:
        """Take a turn; return the stretch that it begins or goes on with, or that is over."""
        if isinstance(event, Joined):
            self._names[event.participant.id] = event.participant.name
            return []
        over = self._cooled(event.time)
        return [*over, *self._turn(event)] if isinstance(event, Turn) else over

    def flush(self) -> list[Insight]:
        """The meeting is over, and so is the heat."""
        return self._cooled(float("inf"))

    def _cooled(self, time: float) -> list[Insight]:
        if self._given is None or time - self._heated[-1].turn.segment.end < _OVER:
            return []
        closed = replace(self._given, state="closed")
        self._given, self._heated = None, []
        self._window.clear()
        return [closed]

    def _turn(self, turn: Turn) -> list[Insight]:
        found = escalation(turn.text)
        weight = found.weight + self._collision(turn) * bool(found.weight)
        self._recent.append(turn)
        if not weight:
            return []
        heated = _Heated(turn, weight, found.direct)
        self._window.append(heated)
        while turn.segment.end - self._window[0].turn.segment.end > WINDOW:
            self._window.popleft()
        if self._given is not None:
            self._heated.append(heated)
        elif self._hot():
            self._heated = list(self._window)
        else:
            return []
        self._given = self._insight()
        return [self._given]

    def _collision(self, turn: Turn) -> float:
        """What it weighs how a turn begins: in somebody else's, or at once after it."""
        others = [t for t in self._recent if t.speaker != turn.speaker and t.segment.start < turn.segment.start]
        if not others:
            return 0.0
        gap = turn.segment.start - max(t.segment.end for t in others)
        return _INTO if gap <= -_OVERLAP else _AT_ONCE if gap < _GAP else 0.0

    def _hot(self) -> bool:
        by: dict[str, float] = {}
        for heated in self._window:
            by[heated.turn.speaker] = by.get(heated.turn.speaker, 0.0) + heated.weight
        taking_part = sum(1 for weight in by.values() if weight >= SHARE)
        direct = sum(heated.direct for heated in self._window)
        return taking_part > 1 and direct >= DIRECT and sum(by.values()) >= THRESHOLD

    def _insight(self) -> Insight:
        heated = self._heated
        first, last = heated[0].turn, max((h.turn for h in heated), key=lambda t: t.segment.end)
        quoted = sorted(sorted(heated, key=lambda h: -h.weight)[:_QUOTES], key=lambda h: h.turn.segment)
        quotes = " · ".join(f"{self._name(h.turn.speaker)}: “{_quote(h.turn.text)}”" for h in quoted)
        total = sum(h.weight for h in heated)
        people = dict.fromkeys(self._name(h.turn.speaker) for h in heated)
        return Insight(
            kind="heat",
            segment=Segment(first.segment.start, last.segment.end),
            text=f"The discussion is heated. {quotes}",
            evidence=tuple(h.turn.id for h in heated)[-_EVIDENCE:],
            confidence=round(min(0.9, 0.4 + total / 10), 2),
            data={"people": list(people), "weight": round(total, 2)},
            id=f"heat:{first.id}",
        )

    def _name(self, person: str) -> str:
        return self._names.get(person, person)


def _quote(text: str) -> str:
    words = text.split()
    return " ".join(words[:_QUOTE_WORDS]) + (" …" if len(words) > _QUOTE_WORDS else "")
