"""Minutes: everything that is known of a meeting, kept up to date event by event."""

import datetime
from dataclasses import dataclass

from voicemind.timeline.agenda import AgendaItem
from voicemind.timeline.annotation import Annotation
from voicemind.timeline.event import Agenda, Event, Joined, Participant, Revised, Speech
from voicemind.timeline.insight import Insight
from voicemind.timeline.revision import revise
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Interim, Transcript, Turn


@dataclass(frozen=True, slots=True)
class SpeakerFigures:
    """How much one participant spoke; ``share`` is of all participants' speaking time."""

    id: str
    name: str
    talk_seconds: float
    share: float
    turns: int
    longest_turn: float
    words: int


class Minutes:
    """Transcript, annotation and insights of one meeting; the same object live and in replay."""

    def __init__(self, title: str = "", date: datetime.date | None = None, model: str = "") -> None:
        self.title = title
        self.date = date
        self.model = model
        self.duration = 0.0
        self.agenda: tuple[AgendaItem, ...] = ()
        self.participants: dict[str, Participant] = {}
        self.transcript = Transcript()
        self.annotation = Annotation()
        self._insights: dict[str, Insight] = {}

    def add(self, event: Event | Insight | Interim) -> None:
        """Take whatever a pipeline gives out; what minutes do not keep is passed over."""
        match event:
            case Insight():
                self._insights[event.id] = event
            case Turn() | Interim():
                self.transcript.add(event)
            case Speech(segment, track, speaker):
                self.annotation.add(segment, speaker, track)
            case Joined(_, participant) if not participant.shared:
                self.participants[participant.id] = participant
            case Agenda(_, items):
                self.agenda = items
            case Revised():
                self._revise(event)
        if not isinstance(event, Insight | Interim):
            self.duration = max(self.duration, event.time)

    def _revise(self, revised: Revised) -> None:
        before = {turn.id: self.transcript[turn.id].speaker for turn in revised.turns if turn.id in self.transcript}
        self.annotation = revise(self.annotation, revised, before)
        for turn in revised.turns:
            self.transcript.add(turn)
        for person in revised.gone:
            self.participants.pop(person, None)

    def copy(self) -> "Minutes":
        """Return minutes that stay as these are now, quickly: to be written out while the meeting goes on."""
        copied = Minutes(self.title, self.date, self.model)
        copied.duration, copied.agenda = self.duration, self.agenda
        copied.participants = dict(self.participants)
        copied.transcript, copied.annotation = self.transcript.copy(), self.annotation.copy()
        copied._insights = dict(self._insights)
        return copied

    def insights(self, kind: str | None = None) -> list[Insight]:
        """Return insights that stand (not withdrawn), of one kind or all, in order of time."""
        found = (i for i in self._insights.values() if i.state != "withdrawn" and kind in (None, i.kind))
        return sorted(found, key=lambda i: (i.segment, i.id))

    def all_insights(self) -> list[Insight]:
        """Return every insight, the withdrawn ones too, in order of time."""
        return sorted(self._insights.values(), key=lambda i: (i.segment, i.id))

    def name(self, speaker: str) -> str:
        """Return what people call a speaker."""
        return self.participants[speaker].name if speaker in self.participants else speaker

    @property
    def language(self) -> str:
        """The language most of the talk is in, by speaking time; empty when nothing was said."""
        spoken: dict[str, float] = {}
        for turn in self.transcript:
            spoken[turn.language] = spoken.get(turn.language, 0.0) + turn.segment.duration
        return max(spoken, key=lambda language: (spoken[language], language)) if spoken else ""

    def speakers(self) -> list[SpeakerFigures]:
        """Return each participant's figures, the silent ones too, most talk first."""
        talk = self.annotation.talk_time()
        total = sum(talk.values())
        turns: dict[str, list[Turn]] = {}
        for turn in self.transcript:
            turns.setdefault(turn.speaker, []).append(turn)
        people = dict.fromkeys([*self.participants, *talk, *turns])
        rows = [
            SpeakerFigures(
                id=speaker,
                name=self.name(speaker),
                talk_seconds=talk.get(speaker, 0.0),
                share=talk.get(speaker, 0.0) / total if total else 0.0,
                turns=len(turns.get(speaker, ())),
                longest_turn=max((s.duration for s in self._floor(speaker)), default=0.0),
                words=sum(len(turn.text.split()) for turn in turns.get(speaker, ())),
            )
            for speaker in people
        ]
        return sorted(rows, key=lambda row: (-row.talk_seconds, row.name))

    def _floor(self, speaker: str) -> list[Segment]:
        """A speaker's turns of the floor: speech with pauses of less than 2 s taken as one."""
        return self.annotation.segments(speaker, gap=2.0)
