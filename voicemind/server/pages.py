"""The page: the files of its bundle, compressed once, kept by browsers for ever where their names say what they are."""

import gzip
import hashlib
import mimetypes
import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import anyio
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from voicemind.server.bodies import knows
from voicemind.server.services import services

BUNDLE = Path(__file__).parent.parent / "web" / "dist"
MISSING = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>voicemind</title><p>The page of this server is not built: "
    "run <code>npm ci &amp;&amp; npm run build</code> in voicemind/web, or install a released package, and start again."
)
TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".woff2": "font/woff2",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
}
FOREVER = "public, max-age=31536000, immutable"

WORKER = "service_worker.js"

_HASHED = re.compile(r"(?:assets|fonts)/.*-[\w-]{8,}\.\w+")  # as Vite and Excalidraw name files by what is in them
_COMPRESSIBLE = ("text/", "image/svg", "application/json", "application/wasm", "application/manifest")


@dataclass(frozen=True, slots=True)
class Page:
    """One file, ready to be sent; ``packed`` is it in gzip where that is smaller."""

    body: bytes = field(repr=False)
    packed: bytes | None = field(repr=False)
    etag: str
    media_type: str


class Bundle:
    """The files in a folder as the browser asks for them."""

    def __init__(self, folder: Path = BUNDLE) -> None:
        self._folder = folder

    async def page(self, request: Request) -> Response:
        """Answer with the one page of the application, which looks at its address itself."""
        found = await anyio.to_thread.run_sync(self._find, "index.html")
        return HTMLResponse(MISSING, 503) if found is None else _response(request, found, "no-cache")

    async def file(self, request: Request) -> Response:
        """Answer with a file of the bundle; 204 for the service worker where browsers take none.

        That is where nobody vouches for the certificate, though people went on past the warning.
        """
        path: str = request.path_params["path"]
        config = services(request).config
        if path == WORKER and config.tls and config.certificate is None:
            return Response(status_code=204)
        found = await anyio.to_thread.run_sync(self._find, path)
        if found is None:
            raise HTTPException(404, "there is nothing at this address")
        return _response(request, found, FOREVER if _HASHED.fullmatch(path) else "no-cache")

    def _find(self, name: str) -> Page | None:
        path = self._folder / name
        try:
            inside = path.resolve().is_relative_to(self._folder.resolve())
            status = path.stat()
            return _load(path, status.st_mtime_ns) if inside and path.is_file() else None
        except (OSError, ValueError):  # ValueError: a NUL in the name
            return None


@lru_cache(maxsize=1024)
def _load(path: Path, _changed: int) -> Page:
    """Read a file, once as long as it does not change; thread-safe."""
    body = path.read_bytes()
    media_type = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    packed = gzip.compress(body, 9, mtime=0) if media_type.startswith(_COMPRESSIBLE) else body
    etag = f'W/"{hashlib.sha256(body).hexdigest()[:24]}"'
    return Page(body, packed if len(packed) < len(body) else None, etag, media_type)


def _response(request: Request, page: Page, caching: str) -> Response:
    headers = {"ETag": page.etag, "Cache-Control": caching, "Vary": "Accept-Encoding"}
    if knows(request.headers.get("if-none-match", ""), page.etag):
        return Response(None, 304, headers)
    if page.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(page.packed, 200, {**headers, "Content-Encoding": "gzip"}, page.media_type)
    return Response(page.body, 200, headers, page.media_type)
