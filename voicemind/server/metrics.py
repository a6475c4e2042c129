"""Figures of a server for Prometheus, and whether it is well."""

from collections import Counter as Count
from collections.abc import Iterator
from http import HTTPStatus

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response

from voicemind.server.bodies import json_response
from voicemind.server.recordings import STATES
from voicemind.server.services import Services, services


class Figures(Collector):
    """All figures of one server; those that stand for themselves are taken when they are asked for."""

    def __init__(self, shared: Services) -> None:
        self._shared = shared
        self._registry = CollectorRegistry()
        self._requests = Histogram(
            "voicemind_http_seconds", "Requests by how long they took", ["method", "route", "status"],
            registry=self._registry,
        )  # fmt: skip
        self._registry.register(self)
        ProcessCollector(registry=self._registry)

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request."""
        known = method if method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS") else "other"
        self._requests.labels(known, route, str(status)).observe(seconds)

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield what there is at this moment."""
        shared = self._shared
        rooms = shared.open_rooms.all() if shared.open_rooms else []
        present = sum(person.present for room in rooms for person in room.participants)
        yield _gauge("voicemind_rooms", "Rooms that are open", len(rooms))
        yield _gauge("voicemind_participants", "People whose voice is connected", present)
        yield _gauge("voicemind_sync_connections", "Whiteboards that are connected", sum(r.board.people for r in rooms))
        watchers = sum(events.watchers for events in shared.watched.values())
        yield _gauge("voicemind_event_watchers", "Connections that watch events", watchers)
        yield _gauge(
            "voicemind_lag_seconds",
            "How far the slowest transcript is behind",
            max((r.lag for r in rooms), default=0.0),
        )
        scheduler = shared.open_rooms.engine.scheduler if shared.open_rooms else None
        yield _gauge(
            "voicemind_rung", "Step of the ladder, 0 for all as good as can be", scheduler.rung if scheduler else 0
        )
        yield _gauge(
            "voicemind_waiting_seconds", "Speech that waits for its final", scheduler.waiting if scheduler else 0.0
        )
        yield _gauge(
            "voicemind_boards_failing", "Boards that cannot be written", sum(bool(r.board.failing) for r in rooms)
        )
        ready = bool(shared.open_rooms and shared.open_rooms.engine.ready)
        yield _gauge("voicemind_models_ready", "Whether the models are loaded", ready)
        jobs = GaugeMetricFamily("voicemind_jobs", "Recordings by how far they are", labels=["state"])
        count = Count(recording.job.state for recording in shared.library)
        for state in STATES:
            jobs.add_metric([state], count[state])
        yield jobs

    def text(self) -> bytes:
        """Return all figures as Prometheus reads them."""
        return generate_latest(self._registry)


async def show_figures(request: Request) -> Response:
    """Answer GET /metrics."""
    figures: Figures = request.app.state.figures
    return Response(figures.text(), headers={"Content-Type": CONTENT_TYPE_LATEST})


async def show_health(request: Request) -> Response:
    """Answer GET /healthz: 200 as long as the server answers, with what is not as it should be."""
    degraded = ailments(services(request))
    return json_response({"status": "degraded" if degraded else "ok", "degraded": degraded})


async def show_readiness(request: Request) -> Response:
    """Answer GET /readyz: 200 once meetings are transcribed, 503 with the reason before."""
    shared = services(request)
    engine = shared.rooms.engine
    state = "ready" if engine.ready else "failed" if engine.failure else "loading"
    models: dict[str, object] = {"state": state}
    if state == "loading":
        loading = shared.loading
        models |= {"step": loading.step, "done": loading.done, "of": loading.total}
    degraded = ailments(shared)
    body = {"ready": engine.ready and not degraded, "models": models, "degraded": degraded}
    return json_response(body, HTTPStatus.OK if body["ready"] else HTTPStatus.SERVICE_UNAVAILABLE)


def ailments(shared: Services) -> list[str]:
    """Return what is wrong, one line each; nothing while all is well."""
    found = []
    if shared.open_rooms is not None:
        if failure := shared.open_rooms.engine.failure:
            found.append(f"meetings are not transcribed: {failure}")
        failing = [str(room.board.failing) for room in shared.open_rooms.all() if room.board.failing]
        if failing:
            found.append(f"{len(failing)} boards cannot be written: {failing[0]}")
    return found


def _gauge(name: str, meaning: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, meaning, value=float(value))
