"""The recorded tracks of one meeting: which there are, and how far each is transcribed."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from voicemind.audio.frame import AudioFrame
from voicemind.audio.parts import Label, Part, file_name, find_parts, read_label, read_part
from voicemind.errors import AudioError

logger = logging.getLogger(__name__)

ATTEMPTS = 3  # at a track that the program did not survive

_DONE = "done"


@dataclass(frozen=True, slots=True)
class RecordedTrack:
    """A track on disk.

    ``settled`` is the sample of the meeting up to which it is transcribed, None where all of it is;
    ``attempts`` counts how often it was begun again after a crash.
    """

    label: Label
    parts: tuple[Part, ...]
    settled: int | None = 0
    attempts: int = 0

    @property
    def start(self) -> int:
        """Sample of the meeting at which the recording begins."""
        return self.parts[0].start

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return sum(part.path.stat().st_size for part in self.parts)

    @property
    def kept(self) -> bool:
        """Whether some of it stays once it is transcribed."""
        return any(part.kept for part in self.parts)

    def read(self, since: int = 0) -> Iterator[AudioFrame]:
        """Decode from a sample of the meeting on; each frame says where it belongs."""
        for part, after in zip(self.parts, (*self.parts[1:], None), strict=True):
            if after is None or after.start > since:
                yield from read_part(part, since)


class Tracks:
    """What a folder holds of tracks; every method reads or writes the disk, and may raise OSError."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def all(self) -> list[RecordedTrack]:
        """Return the recorded tracks in order of their start; files that are none are passed over."""
        parts = sorted(find_parts(self._folder), key=lambda part: (part.stem, part))
        found = [self._track(list(group)) for _, group in groupby(parts, key=lambda part: part.stem)]
        return sorted((track for track in found if track), key=lambda track: (track.start, track.label.track))

    def unheard(self) -> list[RecordedTrack]:
        """Return the tracks of which something may not be transcribed, but those that were tried too often."""
        found = []
        for track in self.all():
            if track.settled is None:
                continue
            if track.attempts < ATTEMPTS:
                found.append(track)
            else:
                logger.error("%s: given up after %d attempts; it stays as it is", track.parts[0].path, track.attempts)
        return found

    def mark(self, track: str, sample: int | None, attempts: int = 0) -> None:
        """Note durably enough that a track is transcribed up to a sample, or altogether (None)."""
        text = f"{_DONE if sample is None else sample} {attempts}"
        path = self._mark(file_name(track))
        half = path.with_suffix(".half")
        half.write_text(text)
        half.replace(path)

    def finish(self, track: str) -> None:
        """A track is transcribed: what is not to be kept of it goes."""
        parts = [part for part in find_parts(self._folder) if part.stem == file_name(track)]
        if kept := [part for part in parts if part.kept]:
            self.mark(track, None)
        self._remove(set(parts) - set(kept))
        if not kept:
            self._mark(file_name(track)).unlink(missing_ok=True)

    def delete(self, track: str) -> bool:
        """Delete the recording of a track, whatever is transcribed; False where there was none."""
        parts = [part for part in find_parts(self._folder) if part.stem == file_name(track)]
        self._remove(parts)
        self._mark(file_name(track)).unlink(missing_ok=True)
        return bool(parts)

    def delete_of(self, owner: str) -> int:
        """Delete every recording of one participant; returns how many tracks went."""
        return sum(self.delete(track.label.track) for track in self.all() if track.label.owner == owner)

    def delete_before(self, time: float) -> int:
        """Delete every part that was last written before a unix time, transcribed or not; returns how many went."""
        parts = find_parts(self._folder)
        old = {part for part in parts if part.path.stat().st_mtime < time}
        self._remove(old)
        for stem in {part.stem for part in old} - {part.stem for part in parts if part not in old}:
            self._mark(stem).unlink(missing_ok=True)
        return len(old)

    def _track(self, parts: list[Part]) -> RecordedTrack | None:
        readable = []
        label: Label | None = None
        for part in parts:
            try:
                label = read_label(part)
            except AudioError as error:
                logger.info("%s", error)  # made in the moment of a crash: there is no sound in it
            else:
                readable.append(part)
        if label is None:
            return None
        return RecordedTrack(label, tuple(readable), *self._marked(parts[0].stem))

    def _marked(self, stem: str) -> tuple[int | None, int]:
        try:
            sample, attempts = self._mark(stem).read_text().split()
            return (None if sample == _DONE else int(sample)), int(attempts)
        except (FileNotFoundError, ValueError):
            return 0, 0

    def _mark(self, stem: str) -> Path:
        return self._folder / f"{stem}.heard"

    @staticmethod
    def _remove(parts: Iterable[Part]) -> None:
        for part in parts:
            part.path.unlink(missing_ok=True)
