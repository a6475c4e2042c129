"""What happens in a meeting, in meeting time: the one input of every analyzer."""

from dataclasses import dataclass

from voicemind.timeline.agenda import AgendaItem
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody in the meeting; ``id`` never changes, ``name`` is what people read.

    A ``shared`` one is a microphone for several people, and nobody: they take part themselves once they are heard.
    """

    id: str
    name: str
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Speech:
    """A closed stretch of voice activity of one speaker on one track."""

    segment: Segment
    track: str
    speaker: str

    @property
    def time(self) -> float:
        """Meeting time at which the voice stopped."""
        return self.segment.end


@dataclass(frozen=True, slots=True)
class Joined:
    """A participant is there from ``time`` on (or has a new name)."""

    time: float
    participant: Participant


@dataclass(frozen=True, slots=True)
class Left:
    """A participant went away."""

    time: float
    participant: Participant


@dataclass(frozen=True, slots=True)
class Consent:
    """A participant is heard by the engine from ``time`` on, or no more by their own wish."""

    time: float
    participant: Participant
    heard: bool


@dataclass(frozen=True, slots=True)
class Agenda:
    """The agenda as it stands from ``time`` on; replaces the one before."""

    time: float
    items: tuple[AgendaItem, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """What people wrote in a section; a higher ``version`` replaces a lower one of the same id."""

    time: float
    id: str
    text: str
    version: int = 0
    author: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What people say of an insight: ``status`` is confirmed, dismissed, done or edited."""

    time: float
    insight: str
    status: str
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Revised:
    """Turns that changed after they were given out (a relabelled speaker, a corrected text).

    ``speech``, where there is some, takes the place of all that was heard on its tracks; without it a turn's
    new speaker has the time of the turn. Those who are ``gone`` turned out to be others: there is nobody of that id.
    """

    time: float
    turns: tuple[Turn, ...]
    speech: tuple[Speech, ...] = ()
    gone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tick:
    """A second of the meeting is over, whether or not anything was said in it."""

    time: float


Event = Turn | Speech | Joined | Left | Consent | Agenda | Note | Verdict | Revised | Tick
