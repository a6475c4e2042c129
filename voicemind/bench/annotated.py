"""Annotated meetings (JSON, one a file) as what a meeting would have heard of them: people and turns, no annotation."""

import gzip
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voicemind.errors import InputError
from voicemind.timeline.event import Event, Joined, Participant, Speech, Tick
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn

WORD = 0.4  # seconds of a word, where a meeting has no times
_LONGEST = 37  # words of a turn; longer ones are cut as live ones are, after 15 s
_PAUSE = 0.3  # seconds between words that end a stretch of speech
_SENTENCE = re.compile(r"(?<=[.?!])\s+")


@dataclass(frozen=True, slots=True)
class AnnotatedMeeting:
    """People, turns in order of their ends and speech of one meeting.

    ``utterances`` gives, of the utterance that an id names, its place in the file; a long one comes as
    several turns, the later ones with a number behind its id. Without ``timed``, places are positions.
    """

    name: str
    timed: bool
    participants: tuple[Participant, ...]
    turns: tuple[Turn, ...]
    speech: tuple[Speech, ...]
    utterances: Mapping[str, int]
    end: float

    def events(self) -> list[Event]:
        """Everything in order of time, with a tick each second."""
        heard: list[Event] = [*self.speech, *self.turns, *(Tick(float(t)) for t in range(1, int(self.end) + 2))]
        later = sorted(heard, key=lambda event: (event.time, isinstance(event, Tick)))
        return [*(Joined(0.0, person) for person in self.participants), *later]


def utterance(turn_id: str) -> str:
    """Return the utterance that a turn is, or is part of."""
    return turn_id.partition("+")[0]


def corpora(folder: Path) -> dict[str, list[Path]]:
    """Return the files of the meetings in a folder, or in each folder in it, by the folder's name."""
    folders = [folder, *sorted(path for path in folder.glob("*") if path.is_dir())]
    found = {path.name: sorted([*path.glob("*.json.gz"), *path.glob("*.json")]) for path in folders}
    meetings = {name: files for name, files in found.items() if files}
    if not meetings:
        raise InputError(f"{folder}: no meetings here; give a folder of NAME.json.gz files, or of such folders")
    return meetings


def read_meeting(path: Path) -> AnnotatedMeeting:
    """Read one meeting; raises InputError for a file that is none."""
    try:
        raw = path.read_bytes()
        content = json.loads(gzip.decompress(raw) if path.suffix == ".gz" else raw)
        return _meeting(content)
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path}: not an annotated meeting ({error})") from None


def _meeting(content: Mapping[str, Any]) -> AnnotatedMeeting:
    rows = content["utterances"]
    timed = any(row["start"] is not None for row in rows)
    turns = list(_timed(rows) if timed else _untimed(rows))
    speech = list(_speech(rows)) if timed else [Speech(t.segment, t.speaker, t.speaker) for t in turns]
    people = tuple(Participant(p["id"], p.get("role") or p["id"]) for p in content["participants"])
    places = {row["id"]: place for place, row in enumerate(rows)}
    end = max((turn.time for turn in turns), default=0.0)
    turns.sort(key=lambda turn: (turn.time, turn.id))
    return AnnotatedMeeting(content["meeting"], timed, people, tuple(turns), tuple(speech), places, end)


def _timed(rows: list[Any]) -> Iterator[Turn]:
    for row in rows:
        if row["text"] and row["start"] is not None:
            segment = Segment(row["start"], max(row["end"] or 0.0, row["start"]))
            yield Turn(row["id"], segment, row["speaker"], row["text"])


def _untimed(rows: list[Any]) -> Iterator[Turn]:
    """Lay out turns one after the other, long ones in parts."""
    time = 0.0
    for row in rows:
        for number, part in enumerate(_parts(row["text"])):
            end = time + WORD * len(part.split())
            yield Turn(f"{row['id']}+{number}" if number else row["id"], Segment(time, end), row["speaker"], part)
            time = end


def _parts(text: str) -> Iterator[str]:
    """Cut a text between sentences, and within a long one, into parts that are short enough."""
    part: list[str] = []
    for sentence in _SENTENCE.split(text):
        words = sentence.split()
        if part and len(part) + len(words) > _LONGEST:
            yield " ".join(part)
            part = []
        part += words
        while len(part) > _LONGEST:
            yield " ".join(part[:_LONGEST])
            part = part[_LONGEST:]
    if part:
        yield " ".join(part)


def _speech(rows: list[Any]) -> Iterator[Speech]:
    """Join the words of each speaker to stretches of speech."""
    spoken: dict[str, list[Segment]] = {}
    for row in rows:
        for _, start, end in row["words"] or ():
            if start is not None and end is not None and end > start:
                spoken.setdefault(row["speaker"], []).append(Segment(start, end))
    for speaker, words in spoken.items():
        stretch: Segment | None = None
        for word in sorted(words):
            if stretch is not None and word.start - stretch.end >= _PAUSE:
                yield Speech(stretch, speaker, speaker)
                stretch = None
            stretch = word if stretch is None else stretch | word
        if stretch is not None:
            yield Speech(stretch, speaker, speaker)
