"""Jobs over REST: how far they are, as it goes, and their cancelling."""

import time
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial

import anyio
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from voicemind.server.bodies import json_bytes, json_response, unless_known
from voicemind.server.endings import Ending, job_view
from voicemind.server.guard import visitor_of
from voicemind.server.recordings import Job, Recording
from voicemind.server.services import services
from voicemind.server.sse import EventStream, frame

CANCELLING = 10.0  # seconds for which an answer waits for a job to stop


@dataclass(frozen=True, slots=True)
class _Work:
    """A job, what it is about, and its news."""

    job: Job
    about: Mapping[str, str]
    watch: Callable[[], AsyncGenerator[Job, None]]


async def show_job(request: Request) -> Response:
    """Answer GET /api/jobs/{id}."""
    work = _work(request)
    return unless_known(request, json_bytes(job_view(work.job, work.about)))


async def watch_job(request: Request) -> Response:
    """Answer GET /api/jobs/{id}/events: its progress as an event stream, which ends with the job."""
    work, shared = _work(request), services(request)
    if work.job.over and request.headers.get("last-event-id") == str(work.job.seq):
        return Response(status_code=204)  # a browser that comes back to a stream that has ended stops at this
    revoked = partial(shared.access.revoked, visitor_of(request), "read")
    return EventStream(_progress(work), shared.stopping, revoked)


async def cancel_job(request: Request) -> Response:
    """Answer DELETE /api/jobs/{id}; one that is over stays as it is, and 409 for the end of a meeting."""
    found, shared = _found(request), services(request)
    if isinstance(found, Ending):
        raise HTTPException(409, "a meeting that ends cannot be held up; open a new room to go on")
    shared.jobs.cancel(found)
    with anyio.move_on_after(CANCELLING):
        async with aclosing(shared.jobs.watch(found.id)) as news:
            async for _ in news:
                pass
    now = shared.library.get(found.id) or found
    return json_response(job_view(now.job, {"recording": now.id}))


async def _progress(work: _Work) -> AsyncGenerator[str, None]:
    async with aclosing(work.watch()) as news:
        async for job in news:
            fields = job_view(job, work.about)
            event = {"seq": job.seq, "at": round(time.time(), 3), "type": "job", "data": fields, **fields}
            yield frame(json_bytes(event).decode(), job.seq)


def _work(request: Request) -> _Work:
    found = _found(request)
    if isinstance(found, Ending):
        return _Work(found.job, found.about, found.watch)
    return _Work(found.job, {"recording": found.id}, partial(services(request).jobs.watch, found.id))


def _found(request: Request) -> Recording | Ending:
    shared, job_id = services(request), request.path_params["id"]
    found = shared.library.with_job(job_id) or shared.endings.with_job(job_id)
    if found is None:
        raise HTTPException(404, "there is no such job here")
    return found
