"""The people at one shared microphone, over all of its tracks: their ids and names, and how they sound."""

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from voicemind.speech.clustering import Vectors
from voicemind.speech.voiceprints import Voice
from voicemind.timeline.event import Event, Joined, Participant
from voicemind.timeline.transcript import Turn

MOST = 30.0  # seconds that a voice from an earlier track counts for, so that it can still change


class Company:
    """Who is at a microphone; numbered as they are first heard, and known again on its next track."""

    def __init__(self, microphone: Participant) -> None:
        self.microphone = microphone
        self._count = 0
        self._met: set[str] = set()
        self._voices: dict[str, NDArray[np.float64]] = {}
        self._there: dict[str, set[str]] = {}  # track -> who was heard on it

    def note(self, person: str) -> None:
        """Take note of a person who had an id before a restart, so that nobody else is given it."""
        number = person.removeprefix(f"{self.microphone.id}/")
        if number != person and number.isdecimal():
            self._count = max(self._count, int(number))

    def new(self) -> str:
        """Return the id of somebody who was not here before."""
        self._count += 1
        return f"{self.microphone.id}/{self._count}"

    def meet(self, track: str, person: str, time: float) -> list[Joined]:
        """Introduce somebody who is heard on a track; the microphone itself where nobody is made out."""
        self._there.setdefault(track, set()).add(person)
        if person in self._met:
            return []
        self._met.add(person)
        number = person.removeprefix(f"{self.microphone.id}/")
        name = self.microphone.name if person == self.microphone.id else f"{self.microphone.name} {number}"
        return [Joined(time, Participant(person, name))]

    def voices(self) -> dict[str, Vectors]:
        """Return how those sound who spoke on tracks that have ended, each as long as it counts in seconds."""
        return {person: _counted(total) for person, total in self._voices.items()}

    def learn(self, voices: Mapping[str, Voice]) -> None:
        """Take how people sounded on a track that has ended."""
        for person, voice in voices.items():
            self._voices[person] = self._voices.get(person, 0.0) + voice.vector.astype(float) * voice.seconds

    def part(self, track: str, there: Iterable[str]) -> tuple[str, ...]:
        """Say who was heard on a track after all; return those who were thought to, and are on none: they are gone."""
        before = self._there.get(track, set())
        self._there[track] = set(there)
        gone = sorted(before.difference(*self._there.values()))
        self._met.difference_update(gone)
        for person in gone:
            self._voices.pop(person, None)
        return tuple(gone)


class Companies:
    """The company at each shared microphone of a meeting."""

    def __init__(self) -> None:
        self._companies: dict[str, Company] = {}
        self._known: set[str] = set()

    def at(self, microphone: Participant) -> Company:
        """Return who is at a microphone."""
        if microphone.id not in self._companies:
            self._companies[microphone.id] = Company(microphone)
            for person in self._known:
                self._companies[microphone.id].note(person)
        return self._companies[microphone.id]

    def feed(self, event: Event) -> None:
        """Take note of a person who has an id, whether or not they are at a shared microphone."""
        match event:
            case Turn(speaker=person) | Joined(participant=Participant(id=person)):
                self._known.add(person)
                for company in self._companies.values():
                    company.note(person)


def _counted(total: NDArray[np.float64]) -> Vectors:
    long = float(np.linalg.norm(total))
    return np.asarray(total * min(1.0, MOST / max(long, 1e-9)), np.float32)
