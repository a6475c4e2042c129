"""Minutes as people corrected them: what the engine found, and over it what people say.

The engine's own minutes stay as they are. Corrections count in the order in which they were said (``at``, then
``id``), whatever order they arrived in.
"""

from collections.abc import Collection, Iterable, Mapping, Set
from dataclasses import dataclass, replace

from voicemind.timeline.annotation import Annotation
from voicemind.timeline.corrections import Correction
from voicemind.timeline.pieces import cut, families, family, gathered, reworded
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn


@dataclass(frozen=True, slots=True)
class Stated:
    """People say that ``speaker`` speaks in a segment of a track; a later pass has to keep to it."""

    segment: Segment
    track: str
    speaker: str


class Corrected:
    """A set of corrections, made ready for minutes that have these ``speakers`` and ``turns`` (ids).

    What names others is ``ignored``, with the reason; but what says when its turns were is known to have been
    right when it was said, and a speaker that a later pass no longer found stands as long as it names them.
    """

    def __init__(self, corrections: Iterable[Correction], speakers: Collection[str], turns: Collection[str]) -> None:
        self.ignored: list[tuple[Correction, str]] = []
        items = sorted({c.id: c for c in corrections}.values(), key=lambda c: (c.at, c.id))
        made = {c.made for c in items if c.made}
        anchored = {speaker for c in items if c.segments for speaker in c.speakers}
        self._speakers = {*speakers, *made, *anchored}
        self._roots = {family(turn) for turn in turns}
        self._lead: dict[str, str] = {}
        self._given: dict[str, str] = {}
        self._handed: dict[str, str] = {}  # the name of who was merged into a speaker, for one who has none
        self._made: dict[str, str] = {}  # a speaker whom people added -> whom they were taken for
        self._of: dict[str, list[tuple[Correction, int]]] = {}  # family -> corrections, and which of their turns
        for correction in items:
            if reason := self._unfit(correction):
                self.ignored.append((correction, reason))
            else:
                self._take(correction)

    def speaker(self, label: str) -> str:
        """Return who a speaker is in truth, after all that were merged."""
        while label in self._lead:
            label = self._lead[label]
        return label

    def people(self, names: Mapping[str, str]) -> dict[str, str]:
        """Return the name of each speaker that there is, from those that the engine knows by id."""
        nameless = {key: name for key, name in self._handed.items() if names.get(key, key) == key}
        known = {key: name for key, name in {**names, **nameless, **self._given}.items() if self.speaker(key) == key}
        for person, taken_for in self._made.items():
            if self.speaker(person) == person and person not in known:
                name, number = known.get(self.speaker(taken_for), taken_for), 2
                while f"{name} ({number})" in known.values():
                    number += 1
                known[person] = f"{name} ({number})"
        return known

    @property
    def families(self) -> Set[str]:
        """The turns that corrections are of, by the turn from which they were cut."""
        return self._of.keys()

    @property
    def merged(self) -> Set[str]:
        """The speakers who are somebody else."""
        return self._lead.keys()

    def turns(self, turns: Iterable[Turn]) -> list[Turn]:
        """Return turns as corrected, in order of time; give all that began as one together."""
        found: list[Turn] = []
        for root, pieces in families(turns).items():
            for correction, number in self._of.get(root, ()):
                pieces = _applied(pieces, correction, number)
            found += [self._led(piece) for piece in pieces]
        return sorted(found, key=lambda turn: (turn.segment, turn.id))

    def annotation(self, annotation: Annotation, turns: Iterable[Turn]) -> Annotation:
        """Return who speaks when, as corrected; ``turns`` are the engine's."""
        found = annotation.copy()
        for base, turn in self.moved(turns):
            found.relabel(base.segment & turn.segment, base.speaker, turn.speaker, base.track)
        return found.rename({label: self.speaker(label) for label in self._lead})

    def moved(self, turns: Iterable[Turn]) -> list[tuple[Turn, Turn]]:
        """Return the turns that people gave to somebody else: each as the engine has it, and as corrected."""
        touched = {root: pieces for root, pieces in families(turns).items() if root in self._of}
        return [
            (piece, turn)
            for pieces in touched.values()
            for turn in self.turns(pieces)
            for piece in pieces
            if piece.segment.overlaps(turn.segment) and self.speaker(piece.speaker) != turn.speaker
        ]

    def stated(self, turns: Iterable[Turn]) -> list[Stated]:
        """Return what people said of who speaks when, to be kept by whoever looks at the voices again.

        That is all that is said by those who were merged or split, and by those who were given turns: by what
        else they say their voices are known.
        """
        known = list(turns)
        settled = {self.speaker(label) for label in (*self._lead, *self._made, *self._made.values())}
        settled |= {turn.speaker for _, turn in self.moved(known)}
        return [Stated(turn.segment, turn.track, turn.speaker) for turn in self.turns(known) if turn.speaker in settled]

    def _unfit(self, correction: Correction) -> str | None:
        if correction.segments and all(family(turn) in self._roots for turn in correction.turns):
            return None
        missing = [turn for turn in correction.turns if family(turn) not in self._roots]
        if missing:
            return f"there is no turn {missing[0]!r} in this meeting"
        strangers = [speaker for speaker in correction.speakers if speaker not in self._speakers]
        return f"there is no speaker {strangers[0]!r} in this meeting" if strangers else None

    def _take(self, correction: Correction) -> None:
        target = self.speaker(correction.target)
        if correction.kind == "rename":
            self._given[target] = str(correction.value)
        elif correction.kind == "merge":
            into = self.speaker(str(correction.value))
            if into != target:
                self._lead[target] = into
                if name := self._given.get(target, self._handed.get(target)):
                    self._handed[into] = name
        if correction.made:
            self._made[correction.made] = correction.target
        for number, turn in enumerate(correction.turns):
            self._of.setdefault(family(turn), []).append((correction, number))

    def _led(self, turn: Turn) -> Turn:
        speaker = self.speaker(turn.speaker)
        return turn if speaker == turn.speaker else replace(turn, speaker=speaker)


def _applied(pieces: list[Turn], correction: Correction, number: int) -> list[Turn]:
    turn_id, segment = correction.turns[number], correction.segment(number)
    if segment is not None:
        pieces = gathered(pieces, turn_id, segment)
    match correction.kind:
        case "text":
            change = [reworded(t, str(correction.value)) if t.id == turn_id else t for t in pieces]
        case "split" if not correction.made:
            change = pieces
            for time in correction.value:
                change = cut(change, float(time))
        case _:
            speaker = correction.made or str(correction.value)
            change = [replace(t, speaker=speaker) if t.id == turn_id else t for t in pieces]
    return change
