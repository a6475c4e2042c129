"""Recordings that several people share, with the truth of who speaks when: of a manifest, or files as they are."""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from voicemind.audio.files import read
from voicemind.audio.frame import SAMPLE_RATE, AudioFrame
from voicemind.errors import InputError
from voicemind.timeline.annotation import Annotation
from voicemind.timeline.segment import Segment

MANIFEST = ".tsv"
SERIES = re.compile(r"(.*\d)[a-z]?-\d+")  # ami-EN2001a-0000: series ami-EN2001, its meeting a, from second 0 on


@dataclass(frozen=True, slots=True, eq=False)
class SharedSound:
    """One recording, perhaps of several files, and who speaks when in it; only the ``scored`` parts count."""

    name: str
    paths: tuple[Path, ...]
    reference: Annotation
    scored: tuple[Segment, ...]
    seconds: float

    def frames(self) -> Iterator[AudioFrame]:
        """Read the files one after the other, on one clock."""
        offset = 0
        for path in self.paths:
            end = offset
            for frame in read(path):
                end = offset + frame.end
                yield replace(frame, start=offset + frame.start)
            offset = end


def find_shared(inputs: Sequence[Path], *, join: bool = False, kinds: Sequence[str] = ()) -> list[SharedSound]:
    """Return the recordings of manifests that have an RTTM, and files; their .rttm and .uem stand beside them.

    A manifest is a table with tabs and the columns id, file, kind, has_rttm; ``kinds`` choose from it, none
    means all. A file's reference may be called ref.rttm too. With ``join`` clips of one series are one recording,
    so that people come back. Raises InputError when nothing is left to measure, or a reference cannot be read.
    """
    found = []
    for path in inputs:
        if path.suffix == MANIFEST:
            found += _of_manifest(path, kinds)
        elif path.is_file():
            found.append(_clip(path.stem, path))
        else:
            raise InputError(f"{path}: there is no such recording; give a file, or a manifest as .tsv")
    return _joined(found) if join else found


def _of_manifest(manifest: Path, kinds: Sequence[str]) -> list[SharedSound]:
    try:
        with manifest.open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.DictReader(file, delimiter="\t") if row["has_rttm"] == "yes"]
        chosen = [(row["id"], manifest.parent / row["file"]) for row in rows if not kinds or row["kind"] in kinds]
    except OSError as error:
        raise InputError(f"{manifest}: the manifest cannot be read ({error.strerror})") from error
    except KeyError as error:
        raise InputError(f"{manifest}: the manifest has no column {error}; is it a table with tabs?") from None
    if not chosen:
        raise InputError(f"{manifest}: no clip has a reference of who speaks when (has_rttm) and is of these kinds")
    return [_clip(name, path) for name, path in chosen]


def _clip(name: str, path: Path) -> SharedSound:
    reference = Annotation.from_rttm(_text(path, ".rttm") or "")
    if not reference and _text(path, ".rttm") is None:
        raise InputError(
            f"{path.with_suffix('.rttm')}: there is no such file; put who speaks when beside the recording"
        )
    seconds = max((frame.end for frame in read(path)), default=0) / SAMPLE_RATE
    uem = _text(path, ".uem")
    scored = [Segment(0.0, seconds)] if uem is None else _uem(uem, path)
    return SharedSound(name, (path,), reference, tuple(scored), seconds)


def _text(path: Path, suffix: str) -> str | None:
    """What stands beside a recording, under its name or as ref; None for nothing."""
    for beside in (path.with_suffix(suffix), path.with_name(f"ref{suffix}")):
        if beside.is_file():
            try:
                return beside.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError) as error:
                raise InputError(f"{beside}: cannot be read ({error})") from None
    return None


def _uem(text: str, path: Path) -> list[Segment]:
    """Read NIST UEM: file, channel, start and end a line."""
    try:
        spans = [line.split()[2:4] for line in text.splitlines() if line.strip() and not line.startswith(";")]
        return [Segment(float(start), float(end)) for start, end in spans]
    except ValueError:
        raise InputError(f"{path.with_suffix('.uem')}: a line is not FILE CHANNEL START END") from None


def _joined(clips: Sequence[SharedSound]) -> list[SharedSound]:
    series: dict[str, SharedSound] = {}
    for clip in clips:
        match = SERIES.fullmatch(clip.name)
        name = match[1] if match else clip.name
        series[name] = _after(series[name], clip) if name in series else replace(clip, name=name)
    return list(series.values())


def _after(first: SharedSound, second: SharedSound) -> SharedSound:
    def later(segment: Segment) -> Segment:
        return Segment(segment.start + first.seconds, segment.end + first.seconds)

    moved = [replace(i, segment=later(i.segment), track=f"{len(first.paths)}:{i.track}") for i in second.reference]
    return SharedSound(
        first.name,
        first.paths + second.paths,
        Annotation([*first.reference, *moved]),
        first.scored + tuple(later(segment) for segment in second.scored),
        first.seconds + second.seconds,
    )
