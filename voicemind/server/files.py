"""Pictures on a whiteboard over REST: brought once, then referred to by their address."""

import shutil
import tempfile
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote

import anyio
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from voicemind.errors import BackendError
from voicemind.server.bodies import json_response, knows, read_body
from voicemind.server.multipart import receive_form
from voicemind.server.pictures import HEAD, kind_of
from voicemind.server.services import services

MAX_PICTURE = 10 << 20  # bytes
MAX_ROOM = 256 << 20  # bytes of all pictures of a room

HEADERS = {
    "Cache-Control": "private, max-age=31536000, immutable",
    "Content-Disposition": "inline",
    # Whatever a browser takes the bytes for, it runs nothing of them.
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
}


async def bring_picture(request: Request) -> Response:
    """Answer POST /api/rooms/{room}/files: the picture as the body, or as ``file`` of a form.

    201 with its id and address, the same each time it is brought; 415 for what is no picture.
    """
    shared, name = services(request), request.path_params["room"]
    room = await shared.room(name)
    body = await _picture(request)
    kind = kind_of(body[:HEAD])
    if kind is None:
        raise HTTPException(415, "this is no picture that can be shown; send PNG, JPEG, GIF, WebP or AVIF")
    pictures = shared.pictures
    used = await anyio.to_thread.run_sync(pictures.used, room.name)
    if used + len(body) > MAX_ROOM:
        raise HTTPException(413, f"the pictures of this room take {MAX_ROOM} bytes at most; use smaller ones")
    if shutil.disk_usage(shared.config.data).free - shared.config.spare_disk < len(body):
        raise HTTPException(507, "the server has no room for this picture; make room on its disk and send it again")
    try:
        picture = await anyio.to_thread.run_sync(pictures.add, room.name, body, kind)
    except BackendError as error:
        raise HTTPException(507, str(error)) from error
    url = f"/api/rooms/{quote(room.name)}/files/{picture.id}"
    told = {"id": picture.id, "url": url, "mimeType": picture.mime_type, "size": picture.size}
    return json_response(told, HTTPStatus.CREATED, {"Location": url})


async def show_picture(request: Request) -> Response:
    """Answer GET /api/rooms/{room}/files/{id}."""
    shared = services(request)
    room = await shared.room(request.path_params["room"])
    found = await anyio.to_thread.run_sync(shared.pictures.find, room.name, request.path_params["id"])
    if found is None:
        raise HTTPException(404, "there is no such picture in this room")
    picture, path = found
    headers = {**HEADERS, "ETag": f'"{picture.id}"'}
    if knows(request.headers.get("if-none-match", ""), headers["ETag"]):
        return Response(None, HTTPStatus.NOT_MODIFIED, headers)
    return Response(await anyio.Path(path).read_bytes(), headers=headers, media_type=picture.mime_type)


async def _picture(request: Request) -> bytes:
    if not request.headers.get("content-type", "").lower().startswith("multipart/"):
        return await read_body(request, MAX_PICTURE)
    with tempfile.TemporaryDirectory(prefix="voicemind-") as folder:
        path = Path(folder) / "picture"
        await receive_form(request.headers["content-type"], request.stream(), lambda _: path, MAX_PICTURE)
        return await anyio.Path(path).read_bytes()
