"""The application: its routes, what they share, and what runs beside them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import anyio
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import BaseRoute, Route, WebSocketRoute

from voicemind.config import ServeConfig
from voicemind.errors import InputError
from voicemind.room.ice import IceConfig
from voicemind.room.peer import PeerConfig
from voicemind.room.registry import open_rooms
from voicemind.server import metrics, rest, sockets, uploads
from voicemind.server.auth import Access, owner_key
from voicemind.server.jobs import Command, Jobs, analysis_command
from voicemind.server.loading import Load, Loading, load_models
from voicemind.server.middleware import Observed, OwnOrigin, SafeHeaders, is_loopback
from voicemind.server.openapi import show_openapi
from voicemind.server.pages import Bundle
from voicemind.server.problems import HANDLERS
from voicemind.server.recordings import Library
from voicemind.server.services import Services
from voicemind.server.whip import Whip, ice_server


@dataclass(frozen=True, slots=True)
class Parts:
    """What tests put in place of the real thing: how models are loaded, recordings analysed, peers connected."""

    load: Load = load_models
    analysis: Command | None = None
    peer: PeerConfig | None = None
    bundle: Bundle = field(default_factory=Bundle)


def create_app(config: ServeConfig, parts: Parts | None = None) -> Starlette:
    """Return the application as an ASGI app; its data folder is made ready at once.

    Raises InputError for settings that do not go together and for a data folder that cannot be used.
    """
    if config.open and not is_loopback(config.host):
        raise InputError(f"--open lets everybody in, so it goes with a loopback address only, not with {config.host}")
    parts = parts or Parts()
    servers = tuple(map(ice_server, config.ice_servers))
    peer = parts.peer or PeerConfig(ice=IceConfig(servers=servers, announce=config.ice_addresses))
    key, _ = owner_key(config.data)
    library = Library(config.data / "recordings")
    shared = Services(
        config=config,
        access=Access(key, open_to_all=config.open),
        library=library,
        jobs=Jobs(library, parts.analysis or analysis_command(config.config)),
        loading=Loading(config.config, parts.load),
        ice_servers=servers,
    )
    figures = metrics.Figures(shared)
    app = Starlette(
        routes=routes(parts.bundle),
        middleware=[
            Middleware(SafeHeaders),
            Middleware(Observed, observe=figures.observe),
            Middleware(OwnOrigin, origins=config.origins, local=config.open),
            Middleware(GZipMiddleware, minimum_size=1024, compresslevel=5),
        ],
        exception_handlers=HANDLERS,
        lifespan=lambda _: _running(shared, peer),
    )
    app.state.services, app.state.figures = shared, figures
    return app


def routes(bundle: Bundle) -> list[BaseRoute]:
    """Return every address that the server answers at."""
    whip = Whip()
    return [
        Route("/api/rooms", rest.list_rooms),
        Route("/api/rooms", rest.create_room, methods=["POST"]),
        Route("/api/rooms/{room}", rest.show_room),
        Route("/api/rooms/{room}/minutes", rest.show_minutes),
        Route("/api/rooms/{room}/talk", rest.show_talk),
        Route("/api/rooms/{room}/insights", rest.show_insights),
        Route("/api/rooms/{room}/events", rest.watch_room),
        Route("/api/rooms/{room}/corrections", rest.correct, methods=["POST"]),
        Route("/api/rooms/{room}/verdicts/{insight:path}", rest.judge, methods=["POST"]),
        Route("/api/rooms/{room}/end", rest.end_room, methods=["POST"]),
        Route("/api/recordings", uploads.list_recordings),
        Route("/api/recordings", uploads.bring, methods=["POST"]),
        Route("/api/recordings/{id}", uploads.show_recording),
        Route("/api/recordings/{id}", uploads.delete_recording, methods=["DELETE"]),
        Route("/api/recordings/{id}/minutes", uploads.show_recorded_minutes),
        Route("/api/jobs/{id}", uploads.show_job),
        Route("/api/jobs/{id}", uploads.cancel_job, methods=["DELETE"]),
        Route("/api/jobs/{id}/events", uploads.watch_job),
        Route("/whip/{room}", whip.connect, methods=["POST"]),
        Route("/whip/{room}/{session}", whip.trickle, methods=["PATCH"]),
        Route("/whip/{room}/{session}", whip.disconnect, methods=["DELETE"]),
        WebSocketRoute("/sync/{room}", sockets.sync),
        WebSocketRoute("/events/{room}", sockets.events),
        Route("/metrics", metrics.show_figures),
        Route("/healthz", metrics.show_health),
        Route("/readyz", metrics.show_readiness),
        Route("/openapi.json", show_openapi),
        Route("/", bundle.page),
        Route("/r/{room}", bundle.page),
        Route("/replay/{id}", bundle.page),
        Route("/{path:path}", bundle.file),
    ]


@asynccontextmanager
async def _running(shared: Services, peer: PeerConfig) -> AsyncIterator[None]:
    """Keep rooms open and jobs going while the application runs."""
    await anyio.to_thread.run_sync(shared.library.load)
    config = shared.config
    async with (
        open_rooms(config.data, shared.loading, config.config, peer) as rooms,
        anyio.create_task_group() as tasks,
    ):
        shared.open_rooms, shared.tasks = rooms, tasks
        tasks.start_soon(shared.jobs.run)
        try:
            yield
        finally:
            shared.stopping.set()
            tasks.cancel_scope.cancel()
