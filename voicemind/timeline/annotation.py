"""Who spoke when: speaker-labelled segments, after pyannote.core's ``Annotation``."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from voicemind.errors import InputError
from voicemind.timeline.segment import Segment, gaps, union

if TYPE_CHECKING:
    from pyannote.core import Annotation as PyannoteAnnotation


@dataclass(frozen=True, order=True, slots=True)
class Labelled:
    """A segment with its speaker's label; ``track`` tells apart segments that are equal in time."""

    segment: Segment
    label: str
    track: str = ""


class Annotation:
    """A set of labelled segments, which may overlap; iterates in order of time."""

    def __init__(self, items: Iterable[Labelled] = ()) -> None:
        self._items = {item for item in items if item.segment}

    def add(self, segment: Segment, label: str, track: str = "") -> None:
        """Add one segment; an empty one is left out."""
        if segment:
            self._items.add(Labelled(segment, label, track))

    def copy(self) -> "Annotation":
        """Return one that goes its own way."""
        copied = Annotation()
        copied._items = set(self._items)
        return copied

    def __iter__(self) -> Iterator[Labelled]:
        return iter(sorted(self._items))

    def __len__(self) -> int:
        return len(self._items)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Annotation) and self._items == other._items

    def labels(self) -> list[str]:
        """Return the labels, sorted."""
        return sorted({item.label for item in self._items})

    def segments(self, label: str, gap: float = 0.0) -> list[Segment]:
        """Return a speaker's segments, merged where they lie at most ``gap`` seconds apart."""
        return union((item.segment for item in self._items if item.label == label), gap)

    def talk_time(self) -> dict[str, float]:
        """Return the seconds each label speaks; overlapped time counts for each who speaks in it."""
        return {label: sum(s.duration for s in self.segments(label)) for label in self.labels()}

    def speech(self) -> list[Segment]:
        """Return when anybody speaks."""
        return union(item.segment for item in self._items)

    def silence(self, within: Segment) -> list[Segment]:
        """Return when nobody speaks, inside ``within``."""
        return gaps(self.speech(), within)

    def overlap(self) -> list[Segment]:
        """Return when at least two labels speak at once."""
        edges = sorted(
            edge for label in self.labels() for s in self.segments(label) for edge in ((s.start, 1), (s.end, -1))
        )
        found: list[Segment] = []
        active, since = 0, 0.0
        for time, step in edges:  # an end sorts before a start at the same time: touching is no overlap
            if active == 2 and step < 0:
                found.append(Segment(since, time))
            active += step
            if active == 2 and step > 0:
                since = time
        return union(found)

    def crop(self, within: Segment) -> "Annotation":
        """Return what lies inside ``within``."""
        return Annotation(replace(item, segment=item.segment & within) for item in self._items)

    def rename(self, names: Mapping[str, str]) -> "Annotation":
        """Return a copy with other labels; labels not in ``names`` stay."""
        return Annotation(replace(item, label=names.get(item.label, item.label)) for item in self._items)

    def relabel(self, within: Segment, label: str, other: str, track: str = "") -> None:
        """Say that it was ``other`` who spoke on a track wherever ``label`` did, inside ``within``."""
        for item in [item for item in self._items if (item.label, item.track) == (label, track)]:
            if inside := item.segment & within:
                self._items.remove(item)
                self.add(Segment(item.segment.start, inside.start), label, track)
                self.add(inside, other, track)
                self.add(Segment(inside.end, item.segment.end), label, track)

    def to_rttm(self, uri: str = "meeting") -> str:
        """Write NIST RTTM (Rich Transcription 2009), one SPEAKER line a segment.

        Start and end are exact to the millisecond; what is shorter than that is left out. The format
        has no spaces in names: ``rttm_names`` says which label is written how.
        """
        name = "_".join(uri.split()) or "meeting"
        names = rttm_names(self.labels())
        lines = []
        for item in self:
            start, end = round(item.segment.start * 1000), round(item.segment.end * 1000)
            if end > start:
                lines.append(
                    f"SPEAKER {name} 1 {start / 1000:.3f} {(end - start) / 1000:.3f} <NA> <NA> "
                    f"{names[item.label]} <NA> <NA>\n"
                )
        return "".join(lines)

    @classmethod
    def from_rttm(cls, text: str) -> "Annotation":
        """Read the SPEAKER lines of an RTTM file; raises InputError at a line that is not RTTM."""
        found = cls()
        for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
            fields = line.split()
            if not fields or fields[0] != "SPEAKER":
                continue
            segment = _rttm_segment(fields)
            if segment is None:
                raise InputError(f"RTTM line {number} is malformed: {line.strip()[:80]!r}")
            found.add(segment, fields[7], track=str(number))
        return found

    def to_pyannote(self, uri: str | None = None) -> "PyannoteAnnotation":
        """Return the same as a ``pyannote.core.Annotation``."""
        from pyannote.core import Annotation as Target
        from pyannote.core import Segment as TargetSegment

        target = Target(uri=uri)
        for item in self:
            segment = TargetSegment(item.segment.start, item.segment.end)
            # pyannote keeps one label for a segment and a track: two speakers on one track need two.
            track, count = item.track, 1
            while target.has_track(segment, track):
                count += 1
                track = f"{item.track}#{count}"
            target[segment, track] = item.label
        return target

    @classmethod
    def from_pyannote(cls, source: "PyannoteAnnotation") -> "Annotation":
        """Take over a ``pyannote.core.Annotation``."""
        found = cls()
        for segment, track, label in source.itertracks(yield_label=True):
            found.add(Segment(segment.start, segment.end), str(label), str(track))
        return found


def rttm_names(labels: Iterable[str]) -> dict[str, str]:
    """Return how each label is written in RTTM: ``_`` for spaces, and a number where two would be the same."""
    plain = {label: "_".join(label.split()) or "_" for label in labels}
    names: dict[str, str] = {}
    taken: set[str] = set()
    # A label that needs no change keeps its name.
    for label in sorted(plain, key=lambda label: (plain[label] != label, label)):
        name, count = plain[label], 1
        while name in taken:
            count += 1
            name = f"{plain[label]}_{count}"
        taken.add(name)
        names[label] = name
    return names


def _rttm_segment(fields: list[str]) -> Segment | None:
    """The segment of a SPEAKER line that has a label too; None when it is malformed."""
    try:
        start, duration = float(fields[3]), float(fields[4])
    except (IndexError, ValueError):
        return None
    sound = len(fields) > 7 and math.isfinite(start) and math.isfinite(duration) and duration >= 0
    return Segment(start, start + duration) if sound else None
