"""Meetings that are being ended, each as a job: what is still to be transcribed is nothing to wait for in a request."""

import logging
import secrets
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import replace
from typing import Any

import anyio

from voicemind.errors import VoicemindError
from voicemind.room.room import Room
from voicemind.server.events import RoomEvents
from voicemind.server.recordings import Job

logger = logging.getLogger(__name__)


class Ending:
    """The end of one meeting, told as a job to those who watch the room or the job."""

    def __init__(self, room: Room) -> None:
        self.room = room
        over = room.state == "ended"  # before the server was started again
        self.job = Job(secrets.token_hex(8), "done" if over else "queued")
        self._changed = anyio.Event()

    @property
    def about(self) -> dict[str, str]:
        """What the job is about."""
        return {"room": self.room.name}

    def begin(self, start: Callable[..., None], events: RoomEvents) -> None:
        """End the meeting in a task that ``start`` starts, unless that was begun before."""
        if self.job.state == "queued":
            self._tell(events, replace(self.job, state="running"))
            start(self._run, events)

    async def _run(self, events: RoomEvents) -> None:
        try:
            await self.room.end()
        except VoicemindError as error:
            self._tell(events, replace(self.job, state="failed", error=str(error)))
        except Exception:  # of a model or of the disk: it is this meeting's alone
            logger.exception("the meeting in room %s could not be ended", self.room.name)
            self._tell(events, replace(self.job, state="failed", error="the meeting could not be ended; end it again"))
        else:
            self._tell(events, replace(self.job, state="done"))

    async def watch(self) -> AsyncGenerator[Job, None]:
        """Yield the job now and whenever there is news; ends with it."""
        while True:
            changed = self._changed
            yield self.job
            if self.job.over:
                return
            await changed.wait()

    def _tell(self, events: RoomEvents, job: Job) -> None:
        self.job = replace(job, seq=job.seq + 1)
        events.publish("job", job_view(self.job, self.about))
        self._changed.set()
        self._changed = anyio.Event()


class Endings:
    """The meetings that were ended since the server was started, the last attempt at each."""

    def __init__(self) -> None:
        self._by_room: dict[str, Ending] = {}

    def of(self, room: Room) -> Ending:
        """Return a room's ending, to be begun; another one where it has failed."""
        ending = self._by_room.get(room.name)
        if ending is None or ending.job.state == "failed":
            ending = self._by_room[room.name] = Ending(room)
        return ending

    def with_job(self, job_id: str) -> Ending | None:
        """Return the ending that a job is."""
        return next((ending for ending in self._by_room.values() if ending.job.id == job_id), None)


def job_view(job: Job, about: Mapping[str, str]) -> dict[str, Any]:
    """Return what is told of a job, and what it is ``about``."""
    told = {"id": job.id, **about, "done": round(job.done, 2), "of": job.of, "state": job.state}
    return told if job.error is None else told | {"error": job.error}
