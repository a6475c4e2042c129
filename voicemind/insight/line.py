"""Events on their way to the analyzers: in order of meeting time, with the vectors of their texts."""

import heapq
import itertools
from dataclasses import dataclass, field, replace

from voicemind.insight.ports import Embed, Embedded
from voicemind.timeline.event import Agenda, Consent, Event, Joined, Left, Speech
from voicemind.timeline.transcript import Turn

EMBED_WITHIN = 3.0  # seconds after an event by which its vectors are wanted


@dataclass(slots=True)
class _Entry:
    """An event in line; ``missing`` are the vectors it still waits for.

    They map the key of a request to what the vector is of: an agenda item's id, or a turn's.
    """

    event: Event
    missing: dict[str, str] = field(default_factory=dict)


class EventLine:
    """``hold`` an event, ``accept`` its vectors, take what is ``next``."""

    def __init__(self, *, embeds: bool) -> None:
        """Without ``embeds`` no vectors are asked for."""
        self._embeds = embeds
        self._heap: list[tuple[float, int, str, int, _Entry]] = []
        self._waiting: dict[str, _Entry] = {}  # vector key -> the entry that wants it
        self._order = itertools.count()

    def hold(self, event: Event) -> list[Embed]:
        """Put an event in line; return the requests for the vectors of its texts."""
        entry = _Entry(event)
        requests = []
        if self._embeds:
            for subject, text in _texts(event).items():
                key = f"{next(self._order)}:{subject}"
                entry.missing[key] = subject
                self._waiting[key] = entry
                requests.append(Embed(key, text, event.time + EMBED_WITHIN))
        heapq.heappush(self._heap, (event.time, _rank(event), _key(event), next(self._order), entry))
        return requests

    def accept(self, result: Embedded) -> None:
        """Take a vector; one that nobody waits for any more is left out."""
        entry = self._waiting.pop(result.request.key, None)
        if entry is not None:
            subject = entry.missing.pop(result.request.key)
            entry.event = _with_vector(entry.event, subject, result.vector)

    def next(self, watermark: float, waited: float) -> Event | None:
        """Take out the first event, if it is up to the watermark and has its vectors.

        An event of up to ``waited`` leaves without them.
        """
        if not self.due(watermark):
            return None
        time, *_, entry = self._heap[0]
        if entry.missing and time > waited:
            return None
        heapq.heappop(self._heap)
        return entry.event

    def due(self, watermark: float) -> bool:
        """Whether there is an event of up to the watermark."""
        return bool(self._heap) and self._heap[0][0] <= watermark


def _rank(event: Event) -> int:
    """Order of events of the same time: who is there, then what was planned, then what was said."""
    match event:
        case Joined():
            return 0
        case Agenda():
            return 1
        case Speech():
            return 2
        case Turn():
            return 3
        case Left():
            return 5
        case _:
            return 4


def _key(event: Event) -> str:
    """A name that orders events of the same time and kind alike in every run."""
    match event:
        case Turn():
            return event.id
        case Speech():
            return event.track
        case Joined() | Left() | Consent():
            return event.participant.id
        case _:
            return ""


def _texts(event: Event) -> dict[str, str]:
    """What of an event has a vector: subject -> text."""
    match event:
        case Turn():
            return {event.id: event.text}
        case Agenda():
            return {item.id: item.title for item in event.items}
        case _:
            return {}


def _with_vector(event: Event, subject: str, vector: tuple[float, ...]) -> Event:
    if isinstance(event, Turn):
        return replace(event, vector=vector)
    if isinstance(event, Agenda):
        items = (replace(item, vector=vector) if item.id == subject else item for item in event.items)
        return replace(event, items=tuple(items))
    return event
