"""Cutting a transcript into subtitle cues that can be read in time.

Each cue holds at most two lines of 42 characters and about seven seconds, as broadcasters' style
guides ask. Where to cut is found by dynamic programming over the words: few cues, cut after a
sentence, a clause or a pause, of about equal size.
"""

import re
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from voicemind.timeline.formats.wording import one_line
from voicemind.timeline.minutes import Minutes
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn

LINE = 42  # characters
LONGEST = 7.0  # seconds
SHORTEST = 1.0  # seconds that a cue stays, where the next one leaves room
PAUSE = 1.0  # seconds of silence that always end a cue
_LAST = 359_999.0  # 99:59:59, the last second that a time stamp can show
_PIECE = re.compile(rf"\S{{1,{LINE}}}\s*")
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’)\]]*$")
_CLAUSE_END = re.compile(r"[,;:–—、，；：][\"'”’)\]]*$")


@dataclass(frozen=True, slots=True)
class Cue:
    """Text on the screen; ``speaker`` is a participant's id, ``label`` the name where it must be shown."""

    segment: Segment
    speaker: str
    text: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A word as it stands in the text, the space behind it included."""

    text: str
    start: float
    end: float


def cues(minutes: Minutes) -> list[Cue]:
    """Return the cues in order of their start; those of one speaker do not overlap."""
    found: list[Cue] = []
    for run in _runs(minutes.transcript):
        speaker = run[0].speaker
        pieces = _in_order(piece for turn in run for piece in _pieces(turn))
        for part in _cut(pieces, len(minutes.name(speaker)) + 2):
            end = max(part[-1].end, part[0].start)
            found.append(Cue(Segment(part[0].start, end), speaker, "".join(piece.text for piece in part).strip()))
    found.sort(key=lambda cue: (cue.segment, cue.speaker))
    return _labelled(minutes, _timed(found))


def wrap(text: str) -> list[str]:
    """Break a cue's text into lines; into two of about equal length, after a clause, where that is enough."""
    if len(text) <= LINE:
        return [text]
    blanks = [i for i, c in enumerate(text) if c == " " and i <= LINE and len(text) - i - 1 <= LINE]
    if blanks:
        middle = min(blanks, key=lambda i: abs(2 * i - len(text)) - 20 * (text[i - 1] in ",.;:?!"))
        return [text[:middle], text[middle + 1 :]]
    return textwrap.wrap(text, LINE)


def _runs(turns: Iterable[Turn]) -> Iterator[list[Turn]]:
    """Turns of one speaker that follow each other closely are cut together."""
    held: list[Turn] = []
    for turn in turns:
        if not one_line(turn.text):
            continue
        if held and (turn.speaker != held[-1].speaker or turn.segment.start - held[-1].segment.end > PAUSE):
            yield held
            held = []
        held.append(turn)
    if held:
        yield held


def _pieces(turn: Turn) -> list[_Piece]:
    text = one_line(turn.text)
    return _by_words(turn, text + " ") or _by_length(turn.segment, text + " ")


def _by_words(turn: Turn, text: str) -> list[_Piece]:
    """Times of the words, spelling and spaces of the text; nothing where the two differ."""
    words = [word for word in turn.words if one_line(word.text)]
    starts: list[int] = []
    place = 0
    for word in words:
        spoken = one_line(word.text)
        found = text.find(spoken, place)
        if found < 0 or _says(text[place:found]):
            return []
        starts.append(found if starts else 0)
        place = found + len(spoken)
    if not words or _says(text[place:]):
        return []
    ends = [*starts[1:], len(text)]
    return [
        _Piece(text[a:b], word.segment.start, word.segment.end) for word, a, b in zip(words, starts, ends, strict=True)
    ]


def _says(text: str) -> bool:
    """Tell letters and digits from mere spaces and punctuation."""
    return any(c.isalnum() for c in text)


def _by_length(segment: Segment, text: str) -> list[_Piece]:
    """Without word times, each word takes time as it has letters."""
    parts = _PIECE.findall(text)
    letters = sum(map(len, parts))
    pieces, done = [], 0
    for part in parts:
        start = segment.start + segment.duration * done / letters
        done += len(part)
        pieces.append(_Piece(part, start, segment.start + segment.duration * done / letters))
    return pieces


def _in_order(pieces: Iterable[_Piece]) -> list[_Piece]:
    """Hold times to the range that can be shown, and never let them run backwards."""
    ordered: list[_Piece] = []
    time = 0.0
    for piece in pieces:
        start = min(max(time, piece.start), _LAST)
        end = min(max(start, piece.end), start + LONGEST)
        ordered.append(_Piece(piece.text, start, end))
        time = start
    return ordered


def _cut(pieces: list[_Piece], label: int) -> list[list[_Piece]]:
    """Return the cheapest partition; each part leaves room for ``label`` characters of a name."""
    best = [0.0] + [float("inf")] * len(pieces)
    back = [0] * (len(pieces) + 1)
    for end in range(1, len(pieces) + 1):
        after = _break_cost(pieces, end)
        for begin in range(end - 1, -1, -1):
            part = pieces[begin:end]
            size = label + sum(len(piece.text) for piece in part)
            if len(part) > 1 and not _fits(part, label):
                break  # what reaches further back fits even less
            slack = 1.0 - min(1.0, size / (2 * LINE))
            cost = best[begin] + 1.0 + after + 0.5 * slack * slack
            if cost < best[end]:
                best[end], back[end] = cost, begin
    parts: list[list[_Piece]] = []
    end = len(pieces)
    while end:
        parts.append(pieces[back[end] : end])
        end = back[end]
    return parts[::-1]


def _fits(part: list[_Piece], label: int) -> bool:
    if part[-1].end - part[0].start > LONGEST or part[1].start - part[0].end > PAUSE:
        return False  # pauses further on were seen when the part was shorter
    text = "x" * label + "".join(piece.text for piece in part).rstrip()
    return len(text) <= LINE or (len(text) <= 2 * LINE + 1 and len(wrap(text)) <= 2)


def _break_cost(pieces: list[_Piece], end: int) -> float:
    """What it costs to cut before the piece ``end``, where a cue costs one: least after a sentence."""
    if end == len(pieces):
        return 0.0
    text = pieces[end - 1].text.rstrip()
    if _SENTENCE_END.search(text):
        return 0.0
    paused = pieces[end].start - pieces[end - 1].end >= 0.3
    return 0.6 if paused or _CLAUSE_END.search(text) else 3.0


def _timed(found: list[Cue]) -> list[Cue]:
    """Let short cues stay a little, and end each before the same speaker's next."""
    timed: list[Cue] = []
    following: dict[str, float] = {}
    upcoming = float("inf")
    for cue in reversed(found):
        start, end = cue.segment.start, cue.segment.end
        end = max(end, min(start + SHORTEST, upcoming))
        if start < (nearest := following.get(cue.speaker, float("inf"))):
            end = min(end, nearest)
        timed.append(replace(cue, segment=Segment(start, end)))
        following[cue.speaker] = upcoming = start
    return timed[::-1]


def _labelled(minutes: Minutes, found: list[Cue]) -> list[Cue]:
    """Name the speaker where it is another one than in the cue before."""
    last: str | None = None
    labelled = []
    for cue in found:
        labelled.append(cue if cue.speaker == last else replace(cue, label=minutes.name(cue.speaker)))
        last = cue.speaker
    return labelled
