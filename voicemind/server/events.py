"""What happens in a room as numbered events, the same for WebSockets and event streams.

``{seq, at, type, data}``: ``at`` is unix time, times in ``data`` are seconds of the meeting. An interim
has no number and is never told again; the rest is kept for a while, for those who come back.
"""

import json
import time
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream

from voicemind.board.batch import Saved
from voicemind.facts import Fact
from voicemind.room import archive
from voicemind.room.room import Room
from voicemind.server.views import insight_view, turn_view
from voicemind.timeline.event import Consent, Joined, Left, Speech, Tick
from voicemind.timeline.insight import Insight
from voicemind.timeline.transcript import Interim, Turn

KEPT = 4096  # events that somebody who comes back can be told
QUEUE = 512  # events that wait for one watcher; who falls further behind is sent away
SETTLE = 0.25  # seconds over which changes of the document are gathered


@dataclass(frozen=True, slots=True)
class RoomEvent:
    """One event; ``seq`` is None for an interim, ``to`` the participant that it is for, None for all."""

    seq: int | None
    at: float
    type: str
    data: Mapping[str, Any]
    to: str | None = None
    text: str = field(init=False, repr=False, compare=False)
    """The event as JSON."""

    def __post_init__(self) -> None:
        fields: dict[str, Any] = {"seq": self.seq, "at": round(self.at, 3), "type": self.type, "data": self.data}
        if self.to is not None:
            fields["to"] = self.to
        text = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
        object.__setattr__(self, "text", text.encode("utf-8", "replace").decode())


def hello(seq: int) -> RoomEvent:
    """Return what greets somebody who begins to watch: the number to come back with, before there is an event."""
    return RoomEvent(None, time.time(), "hello", {"seq": seq})


class Watch:
    """One watcher's events, in order."""

    def __init__(self, participant: str | None, missed: list[RoomEvent], seq: int) -> None:
        self.participant = participant
        self.seq = seq
        """The number after which this watcher begins."""
        self._missed = deque(missed)
        streams = anyio.create_memory_object_stream[RoomEvent](QUEUE)
        self._send: MemoryObjectSendStream[RoomEvent] = streams[0]
        self._receive: MemoryObjectReceiveStream[RoomEvent] = streams[1]

    async def next(self) -> RoomEvent:
        """Wait for the next event; anyio.EndOfStream when this watcher is too far behind, or the room has closed."""
        if self._missed:
            return self._missed.popleft()
        return await self._receive.receive()

    def put(self, event: RoomEvent) -> None:
        """Queue an event, or end the watch when it does not fit."""
        if event.to not in (None, self.participant):
            return
        try:
            self._send.send_nowait(event)
        except anyio.WouldBlock:
            self.end()
        except anyio.ClosedResourceError:
            pass

    def end(self) -> None:
        """Let the watcher have what waits for it, and nothing more."""
        self._send.close()

    def close(self) -> None:
        """End the watch."""
        self._send.close()
        self._receive.close()


class RoomEvents:
    """A room's events; ``run`` gathers them.

    Numbers begin at the milliseconds of the clock, so that those of one run of the server are
    not taken for those of another: somebody who comes back with a number that is not known here is
    told to ``resync``.
    """

    def __init__(self, room: Room) -> None:
        self.room = room
        self._seq = self._lost = int(time.time() * 1000)  # the latest number, the latest that is forgotten
        self._kept: deque[RoomEvent] = deque()
        self._watches: set[Watch] = set()
        self._saved: Saved | None = None
        self._roots: set[str] = set()
        self._changed = anyio.Event()
        self._talk: object = None
        self._lag = (0.0, 0)

    @property
    def watchers(self) -> int:
        """How many there are."""
        return len(self._watches)

    @contextmanager
    def watch(self, participant: str | None = None, since: int | None = None) -> Iterator[Watch]:
        """Watch from now on, or from the event after number ``since``."""
        watch = Watch(participant, self._missed(participant, since), self._seq if since is None else since)
        self._watches.add(watch)
        try:
            yield watch
        finally:
            self._watches.discard(watch)
            watch.close()

    def _missed(self, participant: str | None, since: int | None) -> list[RoomEvent]:
        if since is None:
            return []
        if not self._lost <= since <= self._seq:
            return [RoomEvent(self._seq, time.time(), "resync", {})]
        return [e for e in self._kept if (e.seq or 0) > since and e.to in (None, participant)]

    def publish(self, kind: str, data: Mapping[str, Any], to: str | None = None, *, numbered: bool = True) -> None:
        """Tell all watchers, or ``to`` one participant alone."""
        self._seq += numbered
        event = RoomEvent(self._seq if numbered else None, time.time(), kind, data, to)
        if numbered:
            self._kept.append(event)
            if len(self._kept) > KEPT:
                self._lost = self._kept.popleft().seq or self._lost
        for watch in self._watches:
            watch.put(event)

    def forget(self) -> None:
        """Let go of what was told; who watches is to read the room anew."""
        self._kept.clear()
        self._lost = self._seq
        self.publish("resync", {})

    async def run(self) -> None:
        """Gather what happens until the room closes; watchers are sent away then."""
        stop = self.room.board.subscribe(self._note_saved)
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._tell_changes)
                await self._follow()
                tasks.cancel_scope.cancel()
        finally:
            stop()
            for watch in self._watches:
                watch.end()

    async def _follow(self) -> None:
        facts = self.room.subscribe()
        while True:
            await self._tell_facts(facts)
            facts = self.room.subscribe()
            try:
                self._tell(facts.receive_nowait())
            except anyio.WouldBlock:
                pass
            except anyio.EndOfStream:
                facts.close()
                return
            self.publish("resync", {})  # the room was faster than we: some of it is lost

    async def _tell_facts(self, facts: MemoryObjectReceiveStream[Fact]) -> None:
        async with facts:
            async for fact in facts:
                self._tell(fact)

    def _tell(self, fact: Fact) -> None:
        for shown in archive.shown(self.room.board.document, fact):
            self._tell_shown(shown)

    def _tell_shown(self, fact: Fact) -> None:
        match fact:
            case Turn():
                self.publish("turn", turn_view(fact))
            case Interim():
                data = {"track": fact.track, "speaker": fact.speaker, "text": fact.text}
                self.publish("interim", data, numbered=False)
            case Insight():
                self.publish("insight", insight_view(fact, self.room.minutes))
            case Speech(segment, track, speaker):
                times = {"start": segment.start, "end": segment.end}
                self.publish("speaker", {"speaker": speaker, "track": track, **times})
            case Joined(_, participant):
                self.publish("participant_joined", {"id": participant.id, "name": participant.name})
            case Left(_, participant):
                self.publish("participant_left", {"id": participant.id, "name": participant.name})
            case Consent(_, participant, heard):
                self.publish("participant_consent", {"id": participant.id, "name": participant.name, "heard": heard})
            case Tick():
                self._tell_figures()

    def _tell_figures(self) -> None:
        """Tell talk and lag where they have changed; comes once a second."""
        talk = self.room.board.document.talk()
        if talk != self._talk:
            self._talk = talk
            self.publish("talk", talk)
        lag = round(self.room.lag, 1), self.room.rung
        if lag != self._lag:
            self._lag = lag
            self.publish("lag", {"seconds": lag[0], "rung": lag[1]})

    def _note_saved(self, saved: Saved) -> None:
        self._saved = saved
        self._roots |= {change.root for change in saved.changes}
        self._changed.set()

    async def _tell_changes(self) -> None:
        while True:
            await self._changed.wait()
            await anyio.sleep(SETTLE)
            self._changed = anyio.Event()
            roots, self._roots = sorted(self._roots), set()
            if self._saved is not None:
                self.publish("document_changed", {"keys": roots})
                self.publish("saved", {"seq": self._saved.seq})
