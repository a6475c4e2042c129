"""Turns cut up, put together and reworded, every word in exactly one of them.

The parts of a turn are called by its id and where they begin, in milliseconds from its start: ``t`` and
``t.1200``. All that began as one turn is a family, whoever cut it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import pairwise

from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn, Word

SAME = 0.05  # seconds by which two segments may differ and be one: a document rounds times

_PART = re.compile(r"(.+)\.\d+", re.DOTALL)


def family(turn_id: str) -> str:
    """Return the id of the turn that a part was cut from, however often; of a whole turn its own."""
    found = _PART.fullmatch(turn_id)
    return found[1] if found else turn_id


def families(turns: Iterable[Turn]) -> dict[str, list[Turn]]:
    """Return turns by family, each in order of time."""
    found: dict[str, list[Turn]] = {}
    for turn in turns:
        found.setdefault(family(turn.id), []).append(turn)
    return {root: sorted(pieces, key=lambda turn: (turn.segment, turn.id)) for root, pieces in found.items()}


def cut(pieces: Sequence[Turn], time: float) -> list[Turn]:
    """Cut a family at a meeting time, between two words; where there is nothing to cut it stays as it is."""
    found: list[Turn] = []
    for piece in pieces:
        before = [word for word in piece.words if _middle(word.segment) < time]
        after = piece.words[len(before) :]
        if before and after and piece.words[: len(before)] == tuple(before):
            found += [_shortened(piece, before), _rest(pieces, piece, after, time)]
        else:
            found.append(piece)
    return found


def gathered(pieces: Sequence[Turn], turn_id: str, segment: Segment) -> list[Turn]:
    """Make what a family says within ``segment`` one turn called ``turn_id``, cut out of others or put together.

    It is the speaker's who has most of it. A family that says nothing there stays as it is.
    """
    if any(piece.id == turn_id and _alike(piece.segment, segment) for piece in pieces):
        return list(pieces)
    apart = cut(cut(pieces, segment.start), segment.end)
    inside = [piece for piece in apart if _middle(piece.segment) in segment]
    if not inside:
        return list(pieces)
    whole = _joined(inside, turn_id)
    taken = [whole, *apart]
    others = [_renamed(taken, piece) if piece.id == turn_id else piece for piece in apart if piece not in inside]
    return sorted([whole, *others], key=lambda turn: (turn.segment, turn.id))


def reworded(turn: Turn, text: str) -> Turn:
    """Return a turn that says ``text``, as people heard it; a word that stayed keeps its times.

    Others share the time of what they stand for, by their length.
    """
    if turn.text == text:
        return turn
    words, fresh, known = turn.words, text.split(), [word.text for word in turn.words]
    if not words:
        return replace(turn, text=text, confidence=1.0)
    found: list[Word] = []
    for change, i, j, k, m in SequenceMatcher(None, known, fresh, autojunk=False).get_opcodes():
        if change == "equal":
            found += words[i:j]
        elif k < m:
            start = words[i].segment.start if i < j else words[i - 1].segment.end if i else turn.segment.start
            end = words[j - 1].segment.end if i < j else words[i].segment.start if i < len(words) else turn.segment.end
            found += _spread(fresh[k:m], Segment(start, max(start, end)))
    return replace(turn, text=text, words=tuple(found), confidence=1.0)


def part(turn: Turn, words: Sequence[Word], segment: Segment, turn_id: str) -> Turn:
    """Return the part of a turn that consists of ``words``."""
    return replace(
        turn,
        id=turn_id,
        segment=segment,
        text=(" " if " " in turn.text else "").join(word.text for word in words),
        words=tuple(words),
        confidence=sum(word.confidence for word in words) / len(words),
        vector=None,
    )


def _middle(segment: Segment) -> float:
    return (segment.start + segment.end) / 2


def _alike(left: Segment, right: Segment) -> bool:
    return abs(left.start - right.start) <= SAME and abs(left.end - right.end) <= SAME


def _shortened(turn: Turn, words: Sequence[Word]) -> Turn:
    end = max(turn.segment.start, words[-1].segment.end)
    return part(turn, words, Segment(turn.segment.start, end), turn.id)


def _rest(pieces: Sequence[Turn], turn: Turn, words: Sequence[Word], time: float) -> Turn:
    start = words[0].segment.start
    return part(turn, words, Segment(start, max(start, turn.segment.end)), _name(pieces, time))


def _name(pieces: Sequence[Turn], time: float) -> str:
    """A part's id: by the time of the cut, so that words whose times were rounded make no other of it."""
    taken, start = {piece.id for piece in pieces}, min(piece.segment.start for piece in pieces)
    offset = max(0, round((time - start) * 1000))
    while f"{family(pieces[0].id)}.{offset}" in taken:
        offset += 1
    return f"{family(pieces[0].id)}.{offset}"


def _renamed(pieces: Sequence[Turn], piece: Turn) -> Turn:
    return replace(piece, id=_name(pieces, piece.segment.start))


def _joined(pieces: Sequence[Turn], turn_id: str) -> Turn:
    first = max(pieces, key=lambda piece: (piece.segment.duration, -piece.segment.start))
    if len(pieces) == 1:
        return replace(first, id=turn_id)
    gap = " " if any(" " in piece.text for piece in pieces) or all(len(piece.words) < 2 for piece in pieces) else ""
    words = tuple(word for piece in pieces for word in piece.words)
    return replace(
        first,
        id=turn_id,
        segment=Segment(pieces[0].segment.start, max(piece.segment.end for piece in pieces)),
        text=gap.join(piece.text for piece in pieces),
        words=words,
        confidence=sum(piece.confidence for piece in pieces) / len(pieces),
        vector=None,
    )


def _spread(words: Sequence[str], over: Segment) -> list[Word]:
    total = sum(map(len, words))
    edges = [over.start]
    for word in words:
        edges.append(edges[-1] + over.duration * len(word) / total)
    return [Word(word, Segment(start, end)) for word, (start, end) in zip(words, pairwise(edges), strict=True)]
