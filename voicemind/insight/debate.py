"""What is on the table: proposals, who agrees to them, and what the chair asks everybody to confirm."""

import re
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from voicemind.insight import replies
from voicemind.insight.clauses import Clause
from voicemind.insight.patterns import anywhere, opening
from voicemind.insight.settlements import only_possible, proposal, settlement

LASTS = 25.0  # seconds in which a proposal can be agreed to
_FEW = 2  # words of content that a mere "yes" may come with
_CONFIRMS = anywhere(
    r"""(?:does|do|can|would) (?:everybody|everyone|we all|you all|you both|all of you|anybody|anyone) (?:agree|object)
    | any objections? | anybody against | anyone against | all in favou?r | are we (?:all )?(?:agreed|in agreement)
    | (?:does|do) (?:anybody|anyone|somebody|someone|you) (?:see|have) (?:a|any) (?:problem|issue|objection)s?
    | (?:is|are) (?:everybody|everyone|we all|you all|you both) (?:\S+ )?(?:okay|ok|fine|happy|agreed|in)
    | (?:is|would) (?:that|this) (?:be )?(?:okay|ok|fine|all right) (?:with|for) (?:everybody|everyone|you all|all)
    | (?:everybody|everyone) (?:okay|ok|fine|happy|agreed)"""
)
_OBJECTIONS = anywhere("objections? | against | object | problems? | issues?")
_NONE = opening("none | no | nope | nothing | not at all | not from (?:me|us|my side) | not for me")
_OBJECTS = opening("but | no,? but | although | though | hm+,? but | well,? but")
_RATHER = anywhere(
    """i'd rather | i would rather | i disagree | i don't agree | i do not agree | i still think | i'm not convinced
    | i am not convinced"""
)


@dataclass(slots=True)
class Proposal:
    """What was proposed and who agreed so far; ``asked`` when everybody was asked to confirm it."""

    clause: Clause
    stems: frozenset[str]
    asked: bool = False
    negative: bool = False
    agreed: set[str] = field(default_factory=set)

    @property
    def mused(self) -> bool:
        """Whether it only says what could be: "we could rent a tent"."""
        return not self.asked and only_possible(self.clause.text)


class Debate:
    """Takes clauses in order; ``hear`` gives back the proposal that all others have agreed to."""

    def __init__(self, history: Sequence[Clause]) -> None:
        self._history = history
        self._open: deque[Proposal] = deque(maxlen=4)

    def clear(self) -> None:
        """Drop everything: it was taken back."""
        self._open.clear()

    def settle(self, stems: frozenset[str]) -> None:
        """Drop what a decision is about."""
        self._open = deque((p for p in self._open if not p.stems & stems), maxlen=4)

    def propose(self, clause: Clause, stems: frozenset[str]) -> None:
        """Put a clause on the table."""
        self._open.append(Proposal(clause, stems))

    def confirm(self, clause: Clause, stems_of: dict[tuple[str, int], frozenset[str]]) -> None:
        """Put on the table what a "does everybody agree?" asks about: what its speaker said just before."""
        if not _CONFIRMS.search(clause.text):
            return
        said = [
            c
            for c in reversed(self._history)
            if c.speaker == clause.speaker
            and not c.question
            and clause.segment.start - c.segment.end <= LASTS
            and len(stems_of.get(c.key, ())) >= 1
        ]
        negative = bool(_OBJECTIONS.search(clause.text))
        firm = [c for c in said[:3] if settlement(c.text) or proposal(c.text) is not None]
        last = self._open[-1] if self._open else None
        if last and not firm and (not said or last.clause.segment.start > said[0].segment.start):
            last.asked, last.negative = True, negative  # the chair asks about what somebody else proposed
            return
        if not said:
            return
        together = [c for c in said[:2] if c.evidence == said[0].evidence][::-1]
        about = firm[0] if firm else replace(together[0], text=" ".join(c.text for c in together))
        stems = frozenset[str]().union(*(stems_of[c.key] for c in (firm[:1] or together)))
        self._open.append(Proposal(about, stems, True, negative))

    def agreed_on(self, stems: frozenset[str]) -> Proposal | None:
        """Return the proposal on the table that shares ``stems`` and that somebody agreed to."""
        return next((p for p in reversed(self._open) if p.agreed and p.stems & stems), None)

    def hear(self, clause: Clause, stems: frozenset[str], others: int) -> Proposal | None:
        """Count a yes or a no; return what is settled by it. ``others`` is how many could agree."""
        for known in list(self._open):
            if clause.segment.start - known.clause.segment.end > LASTS or self._objects(known, clause):
                self._open.remove(known)
            elif clause.speaker != known.clause.speaker and self._agrees(known, clause, stems):
                known.agreed.add(clause.speaker)
                if len(known.agreed) >= ((others + 1) // 2 if known.asked else others):
                    self._open.remove(known)
                    return known
        return None

    @staticmethod
    def opposes(text: str) -> bool:
        """Tell whether a clause speaks for something else: "I'd rather fix it"."""
        return _RATHER.search(text) is not None

    def _objects(self, known: Proposal, clause: Clause) -> bool:
        if known.asked and known.negative:
            return replies.declines(clause.text) and not _NONE.match(clause.text)
        if self.opposes(clause.text) and clause.speaker != known.clause.speaker:
            return True
        return replies.declines(clause.text) or bool(_OBJECTS.match(clause.text) and clause.speaker in known.agreed)

    def _agrees(self, known: Proposal, clause: Clause, stems: frozenset[str]) -> bool:
        if known.asked and known.negative and _NONE.match(clause.text):
            return True
        if not replies.agrees(clause.text) or re.search(r"\?\W*$", clause.text):
            return False
        # "All right, we take the birch shelves" is a yes to something else.
        return len(stems) <= _FEW or bool(stems & known.stems) or settlement(clause.text) is None
