"""What is said, clause by clause: turns cut into clauses, and clauses joined over the pauses inside them."""

import re
from dataclasses import dataclass, replace

from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn

_PAUSE = 2.0  # seconds; after a longer pause a clause is not taken up again
_CLAUSE_WORDS = 4  # fewer are an opening ("sure, no problem"), not a clause of their own
_LISTENER_WORDS = 3  # as long as what others say is no longer, the speaker still has the floor


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause as it was said, with the turns it comes from; ``index`` is its place in the first of them."""

    text: str
    speaker: str
    segment: Segment
    evidence: tuple[str, ...]
    index: int

    @property
    def key(self) -> tuple[str, int]:
        """The same for a clause and for what it becomes when the speaker goes on with it."""
        return self.evidence[0], self.index

    @property
    def question(self) -> bool:
        """Whether it was transcribed as a question."""
        return self.text.endswith("?")


class Clauses:
    """Gives out the clauses of each turn; the first may take up the speaker's last one, under its key."""

    def __init__(self) -> None:
        self._last: dict[str, Clause] = {}
        self._floor: str | None = None

    def feed(self, turn: Turn) -> list[Clause]:
        """Return the clauses of a turn, in order; none when it has no words."""
        found = [
            Clause(text, turn.speaker, turn.segment, (turn.id,), index)
            for index, text in enumerate(split(turn.text))
        ]  # fmt: skip
        if not found:
            return []
        last = self._last.get(turn.speaker)
        if last is not None and self._floor == turn.speaker and _goes_on(last, found[0]):
            found[0] = replace(
                last,
                text=f"{last.text.rstrip('.… ')} {_lowered(found[0].text)}",
                segment=last.segment | turn.segment,
                evidence=(*last.evidence, turn.id),
            )
        self._last[turn.speaker] = found[-1]
        if len(turn.text.split()) > _LISTENER_WORDS or self._floor is None:
            self._floor = turn.speaker
        return found


def split(text: str) -> list[str]:
    """Cut a text at the ends of sentences, and where a new main clause begins after a comma.

    Recognisers write commas where people stop for breath; "if", "when" and the like keep their
    main clause with them.
    """
    clauses: list[str] = []
    for sentence in _sentences(" ".join(text.split())):
        start = 0
        for match in _SPLICE.finditer(sentence):
            head = sentence[start : match.start()].strip(" ,;-–—")
            if len(head.split()) >= _CLAUSE_WORDS and not _SUBORDINATE.match(head):
                clauses.append(head)
                start = match.end()
        clauses.append(sentence[start:].strip())
    return _prefixed([clause for clause in clauses if re.search(r"\w", clause)])


def _prefixed(clauses: list[str]) -> list[str]:
    """Put "all right.", "yes." and the like before the clause that they introduce."""
    found: list[str] = []
    for clause in reversed(clauses):
        if found and _INTRODUCTION.fullmatch(clause):
            found[-1] = f"{clause} {found[-1]}"
        else:
            found.append(clause)
    return found[::-1]


def _sentences(text: str) -> list[str]:
    found: list[str] = []
    for piece in _END.split(text):
        if found and (_TITLE.search(found[-1]) or (_SHORTENED.search(found[-1]) and piece[:1].islower())):
            found[-1] = f"{found[-1]} {piece}"
        else:
            found.append(piece)
    return found


_INTRODUCTION = re.compile(
    r"(?:(?:okay|ok|all right|alright|right|good|great|perfect|fine|yes|yeah|sure|no|well|so|agreed|excellent)"
    r"[.,!]*\s*)+",
    re.IGNORECASE,
)
_END = re.compile(r"(?<=[.?!…;])[\"'’”)\]]*\s+")
_TITLE = re.compile(r"\b(?:mr|mrs|ms|dr|prof|st|vs|e\.g|i\.e)\.$", re.IGNORECASE)
_SHORTENED = re.compile(r"\b(?:etc|a\.m|p\.m|approx)\.$", re.IGNORECASE)
_MODAL = r"(?:['’]ll\b|\s+(?:will|can|could|should|shall)\b)"
_NEW = (
    rf"(?:(?i:i|we|you)\b|(?i:let\s+me|let['’]s|let\s+us|please|who)\b|[A-Z][a-z]+{_MODAL}"
    r"|(?i:can|could|would|will)\s+(?i:you|somebody|someone|anybody|anyone|[A-Z][a-z]+)\b)"
)
_CONJUNCTION = r"(?:(?i:and|so|but|then|or|also)\s+)"
_SPLICE = re.compile(
    rf"[,;]\s+(?={_CONJUNCTION}*{_NEW})|\s+[-–—]+\s+|(?<=\w)\s+(?={_CONJUNCTION}+(?:(?i:i|we|you)|[A-Z][a-z]+){_MODAL})"
)
_SUBORDINATE = re.compile(
    r"(?:(?:and|but|so|well|okay|ok|then|or|yes|no|even|only)[,\s]+)*"
    r"(?:if|when|once|unless|as soon as|as long as|after|before|since|because|although|though|while|until|whenever"
    r"|given|assuming|by|in case|provided)\b",
    re.IGNORECASE,
)

_DAYS = r"monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_MONTHS = r"january|february|march|april|may|june|july|august|september|october|november|december"
_DATE_ONLY = re.compile(
    rf"(?:the\s+)?(?:next\s+)?(?:{_DAYS}|(?:{_MONTHS})\s+(?:the\s+)?\w+|the\s+\w+|\d+\w*)\W*(?:\w+\W*)?", re.IGNORECASE
)
_LINK = re.compile(
    r"(?:by|until|till|before|after|on|in|at|to|with|without|for|from|of|about|because|which|who|that|where|as|than"
    r"|instead|including|and|or|but)\b",
    re.IGNORECASE,
)
_OWN_CLAUSE = re.compile(
    r"(?:and|or|but|that|because)\s+(?:then\s+)?(?:i|we|you|he|she|they|it|there|this|that|maybe|if|what|who|how|when|the)\b"
    r"|(?:and|but)\s+then\b|(?:that|which|who|where)(?:\s+(?:is|was|are|were|would|will|could|should|do|does)\b|['’]s\b)",
    re.IGNORECASE,
)
_FRAGMENT_WORDS = 8


def _goes_on(last: Clause, new: Clause) -> bool:
    """Tell whether a clause takes up the one before the pause."""
    gap = new.segment.start - last.segment.end
    if gap > _PAUSE or last.text[-1] in "?!" or new.text[-1] == "?":
        return False
    if _OWN_CLAUSE.match(new.text):
        return False
    fragment = bool(_LINK.match(new.text)) or bool(_DATE_ONLY.fullmatch(new.text))
    if last.text[-1] in ".…":
        return fragment and len(new.text.split()) <= _FRAGMENT_WORDS
    first = new.text.split()[0]
    return (
        fragment or last.text[-1] == "," or (first[0].islower() and not first.startswith(("i'", "i’")) and first != "i")
    )


def _lowered(text: str) -> str:
    """Take back the capital that a recogniser gives to the first word after a pause."""
    return text[0].lower() + text[1:] if _LINK.match(text) else text
