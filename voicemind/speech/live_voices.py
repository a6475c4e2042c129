"""Speakers of a shared microphone while people speak: speech and turns with labels, revised as more is heard.

Until it is said who speaks in all of it, a turn is held back; what is shown of it before is the interim, of the
microphone. Then it is given out, cut where the speaker changes, and looked at once more, some seconds later and
when the track is over.
"""

import bisect
import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from scipy.optimize import linear_sum_assignment

from voicemind.audio.frame import AudioFrame
from voicemind.speech.company import Company
from voicemind.speech.live import Known, LiveConfig, LiveDiarizer, Spoken
from voicemind.speech.ports import Localize, Localized
from voicemind.speech.runs import OpenRuns
from voicemind.speech.turns import Voices
from voicemind.speech.voiceprints import voices
from voicemind.timeline.annotation import Annotation, Labelled
from voicemind.timeline.event import Joined, Revised, Speech
from voicemind.timeline.segment import intersection, total
from voicemind.timeline.transcript import Turn

NEAR = 10.0  # seconds beside a turn in which a voice may be that of its words

Given = Joined | Speech | Turn | Revised


class LiveVoices:
    """Who of the ``company`` at a microphone speaks on one of its tracks, from the sample ``begin`` on."""

    def __init__(self, track: str, company: Company, config: LiveConfig | None = None, begin: int = 0) -> None:
        self._track = track
        self._company = company
        self._config = config or LiveConfig()
        known = company.voices()
        self._diarizer = LiveDiarizer(track, self._config, begin, np.stack([*known.values()]) if known else None)
        self._settled: list[Labelled] = []  # in order of their starts
        self._longest = NEAR  # seconds of any of them
        self._fresh: list[Labelled] = []  # what comes after, and may change
        self._settled_until = 0.0
        self._runs = OpenRuns(self._config.bridge)
        self._labels = dict(enumerate(known))  # the ids of people by their numbers
        self._waiting: list[Turn] = []
        self._given: dict[str, Turn] = {}
        self._unsettled: list[str] = []

    @property
    def pending(self) -> bool:
        """Whether an answer is still to come."""
        return self._diarizer.pending

    @property
    def waiting(self) -> float | None:
        """The meeting time from which turns are held back; None for none."""
        return min((turn.segment.start for turn in self._waiting), default=None)

    @property
    def earliest_end(self) -> float:
        """The meeting time before which nothing that is still to be given out can end."""
        said = self._diarizer.labelled
        return self._runs.earliest_end(said if self.waiting is None else min(said, self.waiting))

    def feed(self, frame: AudioFrame) -> list[Localize]:
        """Take the next sound."""
        return self._diarizer.feed(frame)

    def flush(self) -> list[Localize]:
        """Ask about what is left at the end."""
        return self._diarizer.flush()

    def hold(self, turn: Turn) -> list[Given]:
        """Take a turn of the microphone's; give out what has its speakers."""
        self._waiting.append(turn)
        return self._release()

    def accept(self, answer: Localized) -> list[Given]:
        """Take the local speakers of one window."""
        return [given for known in self._diarizer.accept(answer) for given in self._learn(known)]

    def close(self) -> list[Given]:
        """End the track, once nothing is pending: all is clustered again, in one revision."""
        found = [*self._release(everything=True), *self._speech(self._runs.close())]
        spoken = self._diarizer.again()
        before = [*self._settled, *self._fresh]
        if spoken:
            labels = self._matched(spoken, before)
            self._settled = sorted(Labelled(segment, labels[person], self._track) for person, segment in spoken)
            self._longest = max(item.segment.duration for item in self._settled)
            self._fresh = []
        self._company.learn(voices(self._diarizer.answers, Annotation([*self._settled, *self._fresh])))
        if set(self._settled) == set(before):
            return found
        return [*found, *self._revised(self._changed(list(self._given)), self._all_speech())]

    def _learn(self, known: Known) -> list[Given]:
        if known.settled:
            self._settled += [Labelled(segment, self._label(p), self._track) for p, segment in known.spoken]
            self._settled_until = known.stretch.end
            self._fresh = [i for i in self._fresh if i.segment.end > known.stretch.end]
            return self._settle()
        joined = self._join(known.joined)
        heard = [Labelled(segment, self._label(p), self._track) for p, segment in known.spoken]
        self._fresh += heard
        return [*joined, *self._speech(self._runs.feed(heard, known.stretch.end)), *self._release()]

    def _settle(self) -> list[Given]:
        """Look again at the turns of which all was looked at again."""
        due = [key for key in self._unsettled if self._given[key].segment.end <= self._settled_until]
        self._unsettled = [key for key in self._unsettled if key not in due]
        return self._revised(self._changed(due))

    def _join(self, joined: Mapping[int, int]) -> list[Given]:
        """Give all that some people said to those who they turned out to be."""
        names = {}
        for person, other in joined.items():
            label = self._labels.pop(person, None)
            if label is not None and self._labels.setdefault(other, label) != label:
                names[label] = self._labels[other]
        if not names:
            return []
        self._runs.rename(names)
        self._settled = [replace(item, label=names.get(item.label, item.label)) for item in self._settled]
        self._fresh = [replace(item, label=names.get(item.label, item.label)) for item in self._fresh]
        turns = [replace(turn, speaker=names[turn.speaker]) for turn in self._given.values() if turn.speaker in names]
        return self._revised(turns, self._all_speech())

    def _release(self, *, everything: bool = False) -> list[Given]:
        until = math.inf if everything else self._diarizer.labelled
        ready = [turn for turn in self._waiting if turn.segment.end <= until]
        self._waiting = [turn for turn in self._waiting if turn.segment.end > until]
        found: list[Given] = []
        for part in (part for turn in ready for part in self._parts(turn)):
            self._given[part.id] = part
            self._unsettled.append(part.id)
            found += [*self._company.meet(self._track, part.speaker, part.segment.start), part]
        return found

    def _parts(self, turn: Turn) -> list[Turn]:
        """A turn cut where its speaker changes."""
        start, end = turn.segment.start - NEAR, turn.segment.end + NEAR
        last = bisect.bisect_left(self._settled, end, key=lambda item: item.segment.start)
        near = itertools.takewhile(
            lambda item: item.segment.start > start - self._longest, reversed(self._settled[:last])
        )
        return Voices(self._track, Annotation([*near, *self._fresh])).turns(turn)

    def _changed(self, keys: Iterable[str]) -> list[Turn]:
        return [part for key in keys for part in self._parts(self._given[key]) if part != self._given.get(part.id)]

    def _revised(self, turns: Sequence[Turn], speech: tuple[Speech, ...] = ()) -> list[Given]:
        if not turns and not speech:
            return []
        self._given |= {turn.id: turn for turn in turns}
        now = [(turn.speaker, turn.segment.start) for turn in turns]
        now += [(one.speaker, one.segment.start) for one in speech]
        met = [joined for who, time in now for joined in self._company.meet(self._track, who, time)]
        there = {turn.speaker for turn in self._given.values()} | {one.speaker for one in speech}
        gone = self._company.part(self._track, there) if speech else ()
        return [*met, Revised(self._diarizer.labelled, tuple(turns), speech, gone)]

    def _speech(self, runs: Iterable[Labelled]) -> list[Given]:
        found: list[Given] = []
        for run in runs:
            found += self._company.meet(self._track, run.label, run.segment.start)
            found.append(Speech(run.segment, self._track, run.label))
        return found

    def _all_speech(self) -> tuple[Speech, ...]:
        said = Annotation([*self._settled, *self._fresh])
        return tuple(
            Speech(segment, self._track, label)
            for label in said.labels()
            for segment in said.segments(label, self._config.bridge)
        )

    def _label(self, person: int) -> str:
        """The id of a person's participant, numbered as they are first heard."""
        if person not in self._labels:
            self._labels[person] = self._company.new()
        return self._labels[person]

    def _matched(self, spoken: Sequence[Spoken], before: Iterable[Labelled]) -> dict[int, str]:
        """The labels of people who were clustered again: of those with whom they share most time."""
        people = sorted({person for person, _ in spoken})
        said = Annotation(before)
        labels = said.labels()
        stretches = {person: [segment for p, segment in spoken if p == person] for person in people}
        shared = np.array(
            [[total(intersection(stretches[p], said.segments(label))) for label in labels] for p in people]
        ).reshape(len(people), len(labels))
        pairs = zip(*linear_sum_assignment(shared, maximize=True), strict=True)
        found = {people[i]: labels[j] for i, j in pairs if shared[i, j] > 0}
        for person in people:
            if person not in found:
                found[person] = self._company.new()
        return found
