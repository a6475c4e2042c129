"""One reader of a room: what waits to be sent to it, in two lanes that cannot grow."""

import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

import anyio

from voicemind.board import protocol
from voicemind.board.allowance import Allowance
from voicemind.board.channel import Channel
from voicemind.board.limits import Limits
from voicemind.board.replica import NOTHING

BAD_FRAMES = 4400
FORBIDDEN = 4403
DRAINING = 4503
TOO_SLOW = 4508
ROOM_FULL = 4529


@dataclass(eq=False, slots=True)
class Guest:
    """Whom a connection belongs to, as the token says; ``id`` is None where rooms are open to all.

    Whether a guest may write can change while the connection lasts: ``Board.permit``.
    """

    id: str | None = None
    name: str | None = None
    may_write: bool = True

    @property
    def user(self) -> Mapping[str, str] | None:
        """What presence shows of a guest whose identity is known."""
        return None if self.id is None else {"id": self.id, "name": self.name or self.id}


class Connection:
    """One channel's outbox and account. Frames of the document keep their order; of presence only the latest counts."""

    def __init__(self, channel: Channel, guest: Guest, limits: Limits, acks: bool) -> None:
        self.guest = guest
        self.joined = False  # set once the first answer to its step 1 is in the outbox
        self.behind = False  # frames were dropped; an answer from ``known`` on makes up for them
        self.known = NOTHING  # a state vector that the reader surely has
        self.heard = 0  # Step2 and Update messages that arrived
        self.missed = False  # some of them were refused
        self.bad_frames = self.trespasses = 0
        self.closing: tuple[int, str] | None = None
        self.scope = anyio.CancelScope()
        self.busy = False  # whether the task that receives has a message in hand
        self.allowance = Allowance(limits, time.monotonic())
        self._channel = channel
        self._limits = limits
        self._acks = acks
        self._resync = False  # behind, and nobody has been asked to help yet
        self._frames: deque[bytes] = deque()
        self._waiting = 0  # bytes in _frames
        self._question: bytes | None = None  # a step 1 that is still to be sent
        self._asked = self._answered = 0  # our step 1s, and their step 2s
        self._saved = 0  # latest ack, 0 when it has been sent
        self._presence: dict[int, bytes] = {}
        self._wake = anyio.Event()
        self._due: float | None = None  # when the frame that is being sent must have been taken
        self._quiet_since = time.monotonic()

    def shut(self, code: int, reason: str) -> None:
        """Have the connection closed; the first reason given counts."""
        if self.closing is None:
            self.closing = (code, reason)
        self.scope.cancel()

    def bad_frame(self) -> None:
        """Count something that was no message; a few of them close the connection.

        It may have been meant as a change: nothing after it is acknowledged, as after ``refuse``.
        """
        self.missed = True
        self.bad_frames += 1
        if self.bad_frames >= self._limits.bad_frames:
            self.shut(BAD_FRAMES, "these are no messages of the Yjs sync protocol")

    def trespass(self) -> None:
        """Count a change to what only the engine writes, likewise."""
        self.trespasses += 1
        if self.trespasses >= self._limits.trespasses:
            self.shut(FORBIDDEN, "transcript, insights, talk and meeting are written by the engine alone")

    def refuse(self, reason: str) -> None:
        """Say that a change was not taken; nothing after it is acknowledged until the client answers a step 1."""
        if not self.missed:
            self.put(protocol.denied(reason))
        self.missed = True

    def put(self, frame: bytes) -> None:
        """Queue a frame that belongs to this reader alone."""
        self._frames.append(frame)
        self._waiting += len(frame)
        self._hurry()

    def _hurry(self) -> None:
        """Send what waits as far as the channel takes it at once; only the rest wakes the task that sends."""
        while self._due is None and (frame := self._first()) is not None:
            if not self._channel.offer(frame):
                self._wake.set()
                return
            self._drop_first()
            self._quiet_since = time.monotonic()

    def share(self, frame: bytes, before: bytes) -> None:
        """Send a frame that all get; a reader who is too far behind gets none until it is resynced.

        ``before`` is the state that who has all earlier frames has.
        """
        if not self.joined or self.behind:
            return
        if not self._frames:
            if self._due is None and self._channel.offer(frame):
                self._quiet_since = time.monotonic()
                return
            self.known = before
        elif self._waiting + len(frame) > self._limits.outbox:
            self.fall_behind(self.known)
            return
        self._frames.append(frame)
        self._waiting += len(frame)
        self._wake.set()

    @property
    def crowded(self) -> bool:
        """Whether more waits to be sent than may."""
        return self._waiting > self._limits.outbox

    def fall_behind(self, known: bytes) -> None:
        """Drop what waits; once the reader has taken what is on its way, it is resynced from ``known`` on."""
        self.behind = self._resync = True
        self.known = known
        self._frames.clear()
        self._waiting = 0
        self._wake.set()

    def answer(self, update: bytes, state: bytes) -> None:
        """Queue the answer to a step 1; ``state`` is what the reader will have then."""
        self.put(protocol.step2(update))
        self.joined, self.behind, self.known = True, False, state

    def ask(self, state: bytes) -> None:
        """Queue a step 1: the client answers with all that is missing in ``state``."""
        self._question = protocol.step1(state)
        self._hurry()

    @property
    def questioned(self) -> bool:
        """Whether the client was ever asked, or is about to be."""
        return self._question is not None or self._asked > 0

    def hear(self, is_answer: bool) -> None:
        """Count a message; the answer to our latest question brings all that was refused before."""
        self.heard += 1
        if is_answer:
            self._answered += 1
            if self._question is None and self._answered >= self._asked:
                self.missed = False

    def ack(self) -> None:
        """Tell the client that all it sent is on disk, if it wants to know and that is so."""
        if self._acks and not self.missed and self.heard:
            self._saved = self.heard
            self._hurry()

    def show(self, entries: Mapping[int, bytes], own: int | None) -> None:
        """Queue presence; a client is never told of itself."""
        self._presence.update((client, data) for client, data in entries.items() if client != own)
        self._hurry()

    def take_resync(self) -> bool:
        """Tell, once each time it falls behind, that the reader can take in what it missed."""
        wanted, self._resync = self._resync, False
        return wanted

    async def send_next(self) -> None:
        """Wait until there is something to send, and send one frame; none when the reader is to be resynced."""
        while (frame := self._next()) is None:
            if self._resync:
                return
            self._wake = anyio.Event()
            await self._wake.wait()
        self._due = time.monotonic() + self._limits.stall + len(frame) / self._limits.slowest
        await self._channel.send(frame)
        self._due, self._quiet_since = None, time.monotonic()

    def look_after(self, now: float) -> None:
        """Close the connection if its reader takes nothing; give a sign of life if nothing was to be said for long.

        One task does this for all connections now and then: a timer for each frame costs more than the frame.
        """
        if self._due is not None:
            if now > self._due:
                self.shut(TOO_SLOW, "this connection is too slow for the room")
        elif now >= self._quiet_since + self._limits.keep_alive:
            self.put(protocol.awareness(()))

    def _next(self) -> bytes | None:
        frame = self._first()
        if frame is not None:
            self._drop_first()
        return frame

    def _first(self) -> bytes | None:
        """Return the frame to be sent first; it stays where it is, for until it is sent newer may take its place."""
        if self._frames:
            return self._frames[0]
        if self._question is not None:
            return self._question
        if self._saved:
            return protocol.saved(self._saved)
        return protocol.awareness(self._presence.values()) if self._presence else None

    def _drop_first(self) -> None:
        if self._frames:
            self._waiting -= len(self._frames.popleft())
        elif self._question is not None:
            self._question = None
            self._asked += 1
        elif self._saved:
            self._saved = 0
        else:
            self._presence = {}
