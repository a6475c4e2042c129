"""The application: its routes, what they share, and what runs beside them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import anyio
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Route, WebSocketRoute

from voicemind.config import ASR_KEY, ServeConfig
from voicemind.errors import InputError
from voicemind.insight.ports import Llm
from voicemind.room.ice import IceConfig
from voicemind.room.peer import PeerConfig
from voicemind.room.registry import open_rooms
from voicemind.server import (
    audio,
    corrections,
    files,
    listening,
    metrics,
    people,
    progress,
    remarks,
    rest,
    sockets,
    summaries,
    uploads,
)
from voicemind.server.access import Access
from voicemind.server.grants import Grants
from voicemind.server.guard import for_all, in_room, on_job, on_machine, on_server, with_token
from voicemind.server.jobs import Command, Jobs, analysis_command
from voicemind.server.loading import Load, Loading, load_models
from voicemind.server.middleware import Failsafe, Observed, OwnOrigin, SafeHeaders
from voicemind.server.network import is_loopback
from voicemind.server.openapi import show_openapi
from voicemind.server.pages import Bundle
from voicemind.server.pictures import Pictures
from voicemind.server.problems import HANDLERS
from voicemind.server.recordings import Library
from voicemind.server.services import Services
from voicemind.server.throttle import Buckets, Throttle, paces
from voicemind.server.tokens import owner_key
from voicemind.server.whip import Whip, ice_server
from voicemind.server.writer import Writer


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
        access=Access(key, Grants(config.data / "access.sqlite"), open_to_all=config.open),
        library=library,
        jobs=Jobs(library, parts.analysis or analysis_command(config.config), {ASR_KEY: config.config.asr_key}),
        loading=Loading(config.config, parts.load),
        pictures=Pictures(config.data / "pictures"),
        ice_servers=servers,
        summaries=Writer(_language_model(config)),
    )
    figures = metrics.Figures(shared)
    app = Starlette(
        routes=routes(parts.bundle),
        middleware=[
            Middleware(SafeHeaders),
            Middleware(Observed, observe=figures.observe),
            Middleware(Failsafe),
            Middleware(OwnOrigin, origins=config.origins, local=config.open),
            Middleware(
                Throttle,
                access=shared.access,
                buckets=Buckets(paces(config.requests_per_second * (10 if config.open else 1))),
            ),
        ],
        exception_handlers=HANDLERS,
        lifespan=lambda _: _running(shared, peer),
    )
    app.state.services, app.state.figures = shared, figures
    return app


def _language_model(config: ServeConfig) -> Llm | None:
    """Return what writes summaries; InputError where only half of it is named."""
    if bool(config.llm_url) != bool(config.llm_model):
        raise InputError("--llm-url and --llm-model go together")
    if not config.llm_url:
        return None
    from voicemind.backends.llm import OpenAiLlm  # here, since few servers have one

    return OpenAiLlm(config.llm_url, config.llm_model, config.llm_key)


def routes(bundle: Bundle) -> list[BaseRoute]:
    """Return every address that the server answers at, each with who may come there; sockets ask that themselves."""
    whip = Whip()
    return [
        Route("/api/rooms", with_token(rest.list_rooms)),
        Route("/api/rooms", on_server("write", rest.create_room), methods=["POST"]),
        Route("/api/rooms/{room}", in_room("read", rest.show_room)),
        Route("/api/rooms/{room}/minutes", in_room("read", rest.show_minutes)),
        Route("/api/rooms/{room}/transcript", in_room("read", rest.show_transcript)),
        Route("/api/rooms/{room}/talk", in_room("read", rest.show_talk)),
        Route("/api/rooms/{room}/insights", in_room("read", rest.show_insights)),
        Route("/api/rooms/{room}/events", in_room("read", rest.watch_room)),
        Route("/api/rooms/{room}/corrections", in_room("write", remarks.correct), methods=["POST"]),
        Route("/api/rooms/{room}/verdicts/{insight:path}", in_room("write", remarks.judge), methods=["POST"]),
        Route("/api/rooms/{room}/agenda", in_room("write", remarks.park), methods=["POST"]),
        Route("/api/rooms/{room}/summary", in_room("write", summaries.write_summary), methods=["POST"]),
        Route("/api/rooms/{room}/end", in_room("write", rest.end_room), methods=["POST"]),
        Route("/api/rooms/{room}/files", in_room("write", files.bring_picture), methods=["POST"]),
        Route("/api/rooms/{room}/files/{id}", in_room("read", files.show_picture)),
        Route("/api/rooms/{room}/join", in_room("read", people.join), methods=["POST"]),
        Route("/api/rooms/{room}/people", in_room("read", people.list_people)),
        Route("/api/rooms/{room}/people/me/sound", in_room("comment", audio.bring), methods=["POST"]),
        Route("/api/rooms/{room}/people/{participant}", in_room("owner", people.change_person), methods=["PUT"]),
        Route("/api/rooms/{room}/people/{participant}", in_room("owner", people.send_away), methods=["DELETE"]),
        Route("/api/rooms/{room}/people/{participant}/consent", in_room("read", people.consent), methods=["PUT"]),
        Route("/api/rooms/{room}/people/{participant}/record", in_room("read", people.forget), methods=["DELETE"]),
        Route("/api/rooms/{room}/links", in_room("owner", people.renew_links), methods=["POST"]),
        Route("/api/clock", for_all(audio.show_clock)),
        Route("/api/recordings", on_server("read", uploads.list_recordings)),
        Route("/api/recordings", on_server("write", uploads.bring), methods=["POST"]),
        Route("/api/recordings/{id}", on_server("read", uploads.show_recording)),
        Route("/api/recordings/{id}", on_server("write", uploads.delete_recording), methods=["DELETE"]),
        Route("/api/recordings/{id}/minutes", on_server("read", uploads.show_recorded_minutes)),
        Route("/api/recordings/{id}/audio", on_server("read", listening.play)),
        Route("/api/recordings/{id}/corrections", on_server("read", corrections.show)),
        Route("/api/recordings/{id}/corrections", on_server("write", corrections.correct), methods=["POST"]),
        Route("/api/jobs/{id}", on_job("read", progress.show_job)),
        Route("/api/jobs/{id}", on_job("write", progress.cancel_job), methods=["DELETE"]),
        Route("/api/jobs/{id}/events", on_job("read", progress.watch_job)),
        Route("/whip/{room}", in_room("read", whip.connect), methods=["POST"]),
        Route("/whip/{room}/{session}", in_room("read", whip.trickle), methods=["PATCH"]),
        Route("/whip/{room}/{session}", in_room("read", whip.disconnect), methods=["DELETE"]),
        WebSocketRoute("/sync/{room}", sockets.sync),
        WebSocketRoute("/events/{room}", sockets.events),
        WebSocketRoute("/audio/{room}", audio.audio),
        Route("/metrics", on_machine(metrics.show_figures)),
        Route("/healthz", for_all(metrics.show_health)),
        Route("/readyz", for_all(metrics.show_readiness)),
        Route("/openapi.json", for_all(show_openapi)),
        Route("/", for_all(bundle.page)),
        Route("/r/{room}", for_all(bundle.page)),
        Route("/replay/{id}", for_all(bundle.page)),
        Route("/{path:path}", for_all(bundle.file)),
    ]


@asynccontextmanager
async def _running(shared: Services, peer: PeerConfig) -> AsyncIterator[None]:
    """Keep rooms open and jobs going while the application runs."""
    await anyio.to_thread.run_sync(shared.library.load)
    await anyio.to_thread.run_sync(shared.access.grants.load)
    config = shared.config
    async with (
        open_rooms(config.data, shared.loading, config.config, peer, config.room) as rooms,
        anyio.create_task_group() as tasks,
    ):
        shared.open_rooms, shared.tasks = rooms, tasks
        tasks.start_soon(shared.jobs.run)
        try:
            yield
        finally:
            shared.stopping.set()
            tasks.cancel_scope.cancel()
