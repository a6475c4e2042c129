"""Recordings over REST: brought, read, deleted."""

import datetime
import secrets
import shutil
from pathlib import Path
from typing import Any

import anyio
from anyio import to_process
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from voicemind.audio.files import probe
from voicemind.errors import AudioError
from voicemind.server import found
from voicemind.server.bodies import json_bytes, json_response, unless_known
from voicemind.server.multipart import Form, receive_form
from voicemind.server.recordings import Job, Recording, safe_suffix
from voicemind.server.rest import MAX_TITLE, minutes_response, wanted_format
from voicemind.server.services import Services, services
from voicemind.timeline.agenda import parse_agenda


async def bring(request: Request) -> Response:
    """Answer POST /api/recordings: a form with the recording as ``file``, and title, date, agenda where wished.

    202 with the recording's id and that of the job that analyses it; 422 for what holds no sound.
    """
    shared = services(request)
    limit = _room_for(shared, request.headers.get("content-length", ""))
    folder = await anyio.to_thread.run_sync(shared.library.new_folder)
    try:
        form = await receive_form(
            request.headers.get("content-type", ""),
            request.stream(),
            lambda name: folder / f"source{safe_suffix(name)}",
            limit,
        )
        recording = await _recording(folder, form)
        shared.library.add(recording)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    shared.jobs.submit(recording)
    return json_response(
        {"id": recording.id, "job": recording.job.id}, 202, {"Location": f"/api/recordings/{recording.id}"}
    )


async def list_recordings(request: Request) -> Response:
    """Answer GET /api/recordings, the latest first."""
    shared = services(request)
    rows = [_recording_view(recording) for recording in reversed(list(shared.library))]
    return unless_known(request, json_bytes({"recordings": rows}))


async def show_recording(request: Request) -> Response:
    """Answer GET /api/recordings/{id}."""
    recording = _found(request)
    return unless_known(request, json_bytes(_recording_view(recording)))


async def show_recorded_minutes(request: Request) -> Response:
    """Answer GET /api/recordings/{id}/minutes; 409 as long as there are none."""
    recording, form = analysed(request), wanted_format(request)
    folder = services(request).library.folder(recording.id)
    path = await anyio.to_thread.run_sync(found.written, folder, form)
    return minutes_response(request, form, await anyio.Path(path).read_bytes(), recording.title)


async def delete_recording(request: Request) -> Response:
    """Answer DELETE /api/recordings/{id}: the file, the minutes, and the analysis where it runs."""
    recording, shared = _found(request), services(request)
    shared.jobs.cancel(recording)
    await anyio.to_thread.run_sync(shared.library.remove, recording.id)
    return Response(status_code=204)


def _room_for(shared: Services, content_length: str) -> int:
    """Return how many bytes can be taken; HTTPException 413 or 507 where that is less than what comes."""
    free = shutil.disk_usage(shared.config.data).free - shared.config.spare_disk
    comes = int(content_length) if content_length.isdecimal() else 0
    if comes > shared.config.max_upload + 64 * 1024:  # the form round the file
        raise HTTPException(
            413, f"the file is larger than {shared.config.max_upload} bytes, the most that is taken here"
        )
    if free <= comes:
        raise HTTPException(507, "the server has no room for this file; make room on its disk and send it again")
    return min(shared.config.max_upload, free)


async def _recording(folder: Path, form: Form) -> Recording:
    """Return what a form brought; AudioError when its file holds no sound."""
    name = " ".join(Path(form.name or "").name.split())[:MAX_TITLE] or "recording"
    source = folder / f"source{safe_suffix(form.name or '')}"
    agenda = form.fields.get("agenda", "")
    if agenda.strip():
        parse_agenda(agenda)
    try:
        # In a process of its own: what a stranger's file does to a decoder must not be done to the rooms.
        info = await to_process.run_sync(probe, source, cancellable=True)
    except AudioError as error:
        raise AudioError(str(error).replace(str(source), name)) from None
    except anyio.BrokenWorkerProcess as error:
        raise AudioError(f"{name}: its decoder broke down over it; convert it to WAV, FLAC, MP3 or Ogg") from error
    return Recording(
        id=folder.name,
        name=name,
        title=" ".join(form.fields.get("title", "").split())[:MAX_TITLE] or Path(name).stem,
        date=_date(form.fields.get("date", "")),
        source=source.name,
        size=form.size,
        job=Job(secrets.token_hex(8), of=info.duration),
        duration=info.duration,
        agenda=agenda,
    )


def _date(text: str) -> str:
    try:
        day = datetime.date.fromisoformat(text) if text else datetime.datetime.now().astimezone().date()
    except ValueError:
        raise HTTPException(422, "date is a day; write it as 2026-03-09") from None
    return day.isoformat()


def _found(request: Request) -> Recording:
    recording = services(request).library.get(request.path_params["id"])
    if recording is None:
        raise HTTPException(404, "there is no such recording here")
    return recording


def analysed(request: Request) -> Recording:
    """Return the recording that a request is about; HTTPException 409 as long as it has no minutes."""
    recording = _found(request)
    if recording.job.state != "done":
        why = {"failed": recording.job.error, "cancelled": "its analysis was cancelled"}.get(recording.job.state)
        raise HTTPException(409, f"{recording.name} has no minutes: {why or 'it is still being analysed'}")
    return recording


def _recording_view(recording: Recording) -> dict[str, Any]:
    job = recording.job
    return {
        "id": recording.id,
        "name": recording.name,
        "title": recording.title,
        "date": recording.date,
        "created": recording.created,
        "duration": recording.duration,
        "size": recording.size,
        "state": job.state,
        "job": job.id,
        "done": job.done,
        "of": job.of,
        "error": job.error,
    }
