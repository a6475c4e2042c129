"""How people come into a room and go: what each says reaches the others, and whoever listens."""

import secrets
from collections.abc import AsyncIterable, Awaitable, Callable, Iterable
from dataclasses import dataclass, replace

from anyio.abc import TaskGroup

from voicemind.audio.frame import AudioFrame
from voicemind.errors import UnknownSession, Unwished
from voicemind.room.attendance import Attendance
from voicemind.room.backlog import in_pieces, without
from voicemind.room.conference import Conference
from voicemind.room.connections import Connections
from voicemind.room.late import AGAIN, Heard, LateSound
from voicemind.room.line import Line
from voicemind.room.peer import Clock, Peer, PeerConfig
from voicemind.room.signaling import IceFragment, Offer, Session
from voicemind.room.wire import Form, Wire
from voicemind.timeline.event import Participant
from voicemind.timeline.transcript import Turn

Hear = Callable[[AsyncIterable[AudioFrame], Participant, float | None], Awaitable[None]]
"""Listens to what somebody says until it ends; with a time of the meeting, to what they said from then on."""


@dataclass(frozen=True, slots=True)
class Connected:
    """A WebRTC session that was answered."""

    session: Session
    answer: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody who comes.

    ``heard`` is whether the engine may hear them; without it that is as it was, and at first it may.
    ``page`` tells which of their pages they come from, again and again with the same one.
    """

    participant: Participant
    heard: bool | None = None
    page: str | None = None


class Entrance:
    """The people of a room, their lines, and the conference in which they hear each other."""

    def __init__(
        self, attendance: Attendance, hear: Hear, tasks: TaskGroup, now: Clock, peer: PeerConfig, turns: Iterable[Turn]
    ) -> None:
        """Let people in; ``now`` is the meeting's clock, ``turns`` what was said before."""
        self.connections = Connections()
        self._heard = Heard(turns)
        self._attendance = attendance
        self._hear = hear
        self._tasks = tasks
        self._now = now
        self._peer = peer
        self._conference = Conference()

    async def run(self) -> None:
        """Let people hear each other, until cancelled."""
        await self._conference.run()

    async def answer(self, arrival: Arrival, offer: Offer) -> Connected:
        """Let somebody in by WebRTC; raises SignalError, and Elsewhere as ``Connections.take_over`` does."""
        participant = arrival.participant
        await self.connections.take_over(participant.id, arrival.page)
        session = Session(offer.ufrag)
        seat = self._conference.join(session.id)
        try:
            how = replace(self._peer, heard=self._attendance.wish(participant.id, arrival.heard))
            peer, answer = await Peer.answer(offer, seat.ears, seat.say, self._now, how)
        except BaseException:
            self._conference.leave(session.id)
            raise
        self._begin(session.id, replace(arrival, heard=how.heard), peer, speaks=offer.speaks is not None)
        return Connected(session, answer)

    async def wire(self, arrival: Arrival, form: Form | None) -> Wire:
        """Let somebody in by a socket, to speak in ``form`` or to listen only; raises Elsewhere as ``answer`` does."""
        participant = arrival.participant
        await self.connections.take_over(participant.id, arrival.page)
        heard = self._attendance.wish(participant.id, arrival.heard)
        session = secrets.token_urlsafe(16)
        seat = self._conference.join(session)
        wire = Wire(session, seat, self._now, form, heard=heard, seconds=self._peer.buffer)
        self._begin(session, replace(arrival, heard=heard), wire, speaks=form is not None)
        return wire

    async def bring(self, participant: str, sound: LateSound) -> bool:
        """Have heard in its place what somebody said while they were cut off; False where all of it was heard.

        On disk and transcribed when this returns. Raises UnknownSession for somebody who was never here, and
        Unwished where they do not wish to be heard.
        """
        who = self._attendance.find(participant)
        if not who.heard:
            raise Unwished("you are not transcribed, so what you said meanwhile is not either")
        if (line := self.connections.of(participant)) is not None:
            self._heard.add(participant, line.span)
        start = max(0.0, self._now() - sound.ago)
        end = min(self._now(), start + sound.seconds)
        said = self._heard.said(participant, start, end)
        if said is None:
            return False
        self._heard.add(participant, (start, end + AGAIN))
        frames = in_pieces(without(sound.frames(start), said))
        await self._hear(frames, Participant(who.id, who.name), start)
        return True

    def forget(self, participant: str) -> None:
        """Let nothing more come of what somebody said up to now."""
        self._heard.add(participant, (0.0, self._now() + AGAIN))

    async def trickle(self, session: str, fragment: IceFragment) -> None:
        """Take ICE candidates that came after the offer; UnknownSession when it has ended."""
        line = self.connections.find(session)
        if not isinstance(line, Peer):
            raise UnknownSession("this connection takes no candidates")
        await line.add_candidates(fragment)

    def _begin(self, session: str, arrival: Arrival, line: Line, *, speaks: bool) -> None:
        participant = arrival.participant
        self.connections.add(session, participant.id, line, arrival.page)
        self._attendance.came(participant, microphone=speaks, heard=arrival.heard is not False)
        self._tasks.start_soon(self._host, session, line, participant, speaks)

    async def _host(self, session: str, line: Line, participant: Participant, speaks: bool) -> None:
        """Keep one connection until it ends."""
        async with line:
            try:
                while speaks and (frames := await line.next_frames()) is not None:
                    async with frames:
                        await self._hear(frames, participant, None)
                await line.closed()
            finally:
                self._heard.add(participant.id, line.span)
                self._conference.leave(session)
                if self.connections.remove(session, participant.id):
                    self._attendance.went(participant)
