"""The sound of a recording, so that a page can play it in step with its transcript."""

import mimetypes

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from voicemind.server.services import services

HEADERS = {
    "Cache-Control": "private, max-age=3600",
    # Whatever a browser takes a stranger's file for, it runs nothing of it.
    "Content-Security-Policy": "default-src 'none'; media-src 'self'; frame-ancestors 'none'; sandbox",
}
PLAYED = ("audio/", "video/")


async def play(request: Request) -> Response:
    """Answer GET /api/recordings/{id}/audio: the file as it was brought; a Range of it where one is asked for."""
    library = services(request).library
    recording = library.get(request.path_params["id"])
    path = library.source(recording) if recording is not None else None
    if path is None or not path.is_file():
        raise HTTPException(404, "there is no such recording here")
    guessed = mimetypes.guess_type(path.name)[0] or ""
    media_type = guessed if guessed.startswith(PLAYED) else "application/octet-stream"
    return FileResponse(path, headers=HEADERS, media_type=media_type)
