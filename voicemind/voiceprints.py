"""Voiceprints on disk, apart from everything else: a file a person, to be listed, exported and deleted.

A voice is personal (in the EU biometric data, GDPR article 9): there is one of nobody who did not ask for it, and
nothing is recognised by them unless ``--voiceprints`` says so.
"""

import datetime
import json
import os
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from voicemind.audio.frame import AudioFrame
from voicemind.config import default_data
from voicemind.diarization import listen
from voicemind.errors import InputError, VoiceprintError
from voicemind.speech.ports import LocalDiarizer, Localized
from voicemind.speech.voiceprints import ENROLLED, Voice, recognised, voices
from voicemind.timeline.annotation import Annotation
from voicemind.timeline.insight import Insight
from voicemind.timeline.segment import Segment

SCHEMA = "voicemind.voiceprint/1"
MODEL = "campplus"
SIZE = 192

ALONE = 0.9  # share of the speech in a recording of one person that is theirs at least


@dataclass(frozen=True, slots=True)
class Voiceprint:
    """A person's voice; ``made`` is the day on which they gave it."""

    id: str
    name: str
    voice: Voice
    made: str


class VoiceprintStore:
    """The voiceprints in a folder; files are read anew each time, and only the owner of the folder may read them."""

    def __init__(self, folder: Path | None = None) -> None:
        """Use a folder, by default ``voiceprints`` in the data folder."""
        self._folder = folder or default_data() / "voiceprints"

    def ids(self) -> list[str]:
        """Return the id of every file, the damaged ones too."""
        return sorted(path.stem for path in self._folder.glob("*.json"))

    def read(self, print_id: str) -> Voiceprint:
        """Return one; VoiceprintError where there is none, or where it is damaged."""
        path = self._path(print_id)
        try:
            return _voiceprint(print_id, json.loads(path.read_text("utf-8")))
        except FileNotFoundError:
            raise VoiceprintError(
                f"there is no voiceprint {print_id!r}; voicemind voiceprints list tells them"
            ) from None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise VoiceprintError(
                f"{path}: the voiceprint is damaged ({error}); put a copy in its place, or delete it with "
                f"voicemind voiceprints delete {print_id}"
            ) from error

    def all(self) -> list[Voiceprint]:
        """Return all; VoiceprintError at the first that is damaged."""
        return [self.read(print_id) for print_id in self.ids()]

    def add(self, name: str, voice: Voice) -> Voiceprint:
        """Keep a person's voice; VoiceprintError where there is one of that name, or it cannot be kept."""
        name = " ".join(name.split())
        if not name:
            raise VoiceprintError("a voiceprint needs the name of the person")
        print_id = _id(name)
        if print_id in self.ids():
            raise VoiceprintError(
                f"there is a voiceprint of {name} already; voicemind voiceprints delete {print_id} first"
            )
        fields = {
            "schema": SCHEMA,
            "name": name,
            "model": MODEL,
            "made": datetime.datetime.now().astimezone().date().isoformat(),
            "seconds": round(voice.seconds, 1),
            "vector": [round(float(value), 6) for value in voice.vector],
        }
        path = self._path(print_id)
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            fresh = path.with_suffix(".new")
            fresh.unlink(missing_ok=True)
            fresh.touch(mode=0o600)
            with fresh.open("w", encoding="utf-8") as file:
                json.dump(fields, file, ensure_ascii=False)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(path)
        except OSError as error:
            raise VoiceprintError(f"{path}: the voiceprint cannot be kept ({error.strerror})") from error
        return _voiceprint(print_id, fields)

    def export(self, print_id: str) -> str:
        """Return all that is kept of a person, as the JSON it is kept as; VoiceprintError as for ``read``."""
        self.read(print_id)
        return self._path(print_id).read_text("utf-8")

    def delete(self, print_id: str) -> None:
        """Delete one for good, a damaged one too; VoiceprintError where there is none."""
        try:
            self._path(print_id).unlink()
        except OSError as error:
            raise VoiceprintError(f"there is no voiceprint {print_id!r} to delete ({error.strerror})") from None

    def find(self, given: str) -> str:
        """Return the id of a person given by it or by name; what is neither is returned as it is."""
        return given if given in self.ids() else _id(given)

    def _path(self, print_id: str) -> Path:
        if not re.fullmatch(r"[\w-]{1,80}", print_id):
            raise VoiceprintError(f"there is no voiceprint {print_id!r}; voicemind voiceprints list tells them")
        return self._folder / f"{print_id}.json"


def recognise(
    annotation: Annotation, answers: Sequence[Localized], known: Sequence[Voiceprint]
) -> tuple[Annotation, list[Insight]]:
    """Return an annotation by the names of those who are known by their voices, and how sure each is."""
    found = recognised(voices(answers, annotation), {known_one.name: known_one.voice for known_one in known})
    whole = Segment(0.0, max((item.segment.end for item in annotation), default=0.0))
    figures = [
        Insight(
            kind="voice",
            segment=whole,
            text=f"{label} is {like.name}, by their voice ({like.similarity:.2f})"
            if like.name
            else f"{label} has no voice that is known ({like.similarity:.2f})",
            speaker=like.name or label,
            confidence=max(0.0, round(like.similarity, 4)),
            data={"similarity": round(like.similarity, 4), "recognised": like.name is not None},
            id=f"voice:{like.name or label}",
        )
        for label, like in found.items()
    ]
    return annotation.rename({label: like.name for label, like in found.items() if like.name}), figures


def enrol(sound: str | Path | Iterable[AudioFrame], *, local: LocalDiarizer | None = None) -> Voice:
    """Return the voice of the one person who speaks in a recording.

    Raises InputError where several people do, or too little is said, and what reading and loading raise.
    """
    diarizer = listen(sound, local=local)
    annotation = diarizer.annotate()
    talk, heard = annotation.talk_time(), voices(diarizer.answers, annotation)
    if not heard:
        raise InputError(f"nobody speaks in this recording; {ENROLLED:.0f} s of one person's speech are wanted")
    label = max(heard, key=lambda name: talk[name])
    if talk[label] < ALONE * sum(talk.values()):
        raise InputError("several people speak in this recording; give one in which only this person does")
    if heard[label].seconds < ENROLLED:
        raise InputError(f"{heard[label].seconds:.0f} s of speech are too little; give {ENROLLED:.0f} s or more")
    return heard[label]


def _voiceprint(print_id: str, fields: dict[str, Any]) -> Voiceprint:
    if fields["schema"] != SCHEMA or fields["model"] != MODEL:
        raise ValueError(f"it is of another kind: {fields['schema']}, {fields['model']}")
    vector = np.array(fields["vector"], np.float32)
    if vector.shape != (SIZE,) or not np.isfinite(vector).all() or not 0.99 < float(np.linalg.norm(vector)) < 1.01:
        raise ValueError("its vector is none of a voice")
    if not isinstance(fields["name"], str) or not fields["name"]:
        raise ValueError("it has no name")
    return Voiceprint(print_id, fields["name"], Voice(vector, float(fields["seconds"])), str(fields["made"]))


def _id(name: str) -> str:
    """A name as a file's; names that look alike are one, so that nobody is there twice."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"[^\w]+", "-", plain).strip("-")[:80] or "_"
