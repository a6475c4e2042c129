"""Corrections of what was found in a recording, over REST."""

import anyio
from starlette.requests import Request
from starlette.responses import Response

from voicemind.server import found
from voicemind.server.bodies import json_bytes, json_response, read_object, unless_known
from voicemind.server.guard import visitor_of
from voicemind.server.remarks import correction
from voicemind.server.services import services
from voicemind.server.uploads import analysed
from voicemind.timeline.corrections import Correction


async def correct(request: Request) -> Response:
    """Answer POST /api/recordings/{id}/corrections: {kind, target, value}, as in a room."""
    recording, fields = analysed(request), await read_object(request)
    folder, visitor = services(request).library.folder(recording.id), visitor_of(request)

    def take() -> Correction:
        return found.correct(folder, lambda minutes: correction(fields, visitor, minutes))

    entry = await anyio.to_thread.run_sync(take)
    return json_response({"id": entry.id, **entry.fields()}, 201)


async def show(request: Request) -> Response:
    """Answer GET /api/recordings/{id}/corrections: by id."""
    folder = services(request).library.folder(analysed(request).id)
    said = await anyio.to_thread.run_sync(found.corrections, folder)
    return unless_known(request, json_bytes({entry.id: entry.fields() for entry in said}))
