"""The server as a process, or inside another program: a port is taken, the application runs behind it."""

import errno
import logging
import signal
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import anyio
import uvicorn
from starlette.applications import Starlette

from voicemind.board.limits import Limits
from voicemind.config import ServeConfig
from voicemind.errors import InputError
from voicemind.server.app import Parts, create_app
from voicemind.server.direct import DirectWebSockets
from voicemind.server.network import is_loopback
from voicemind.server.services import Services
from voicemind.server.tls import check_certificate, own_addresses, own_certificate
from voicemind.server.tokens import KEY_FILE, Role

GRACE = 5  # seconds that requests have to end when the server stops
BACKLOG = 512  # connections that wait to be taken


@dataclass(frozen=True, slots=True)
class Serving:
    """A server that answers at ``url``, such as ``https://127.0.0.1:8000``.

    ``first`` tells whether this is the first start with its data folder: the owner needs ``sign_in`` then.
    """

    url: str
    first: bool
    services: Services

    @property
    def sign_in(self) -> str:
        """The link by which the owner comes in, for nobody else's eyes."""
        return self.url + self.services.sign_in()

    def link(self, room: str, role: Role) -> str:
        """Return an invitation to a room."""
        return self.url + self.services.link(room, role)


def serve(config: ServeConfig, announce: Callable[[Serving], None], parts: Parts | None = None) -> None:
    """Serve until SIGTERM, or SIGINT (KeyboardInterrupt); ``announce`` is called when the server answers.

    Raises InputError for settings that cannot be used, such as a port that is in use, and BoardError
    for rooms that cannot be read.
    """

    async def until_signal() -> int:
        async with running(config, parts) as serving:
            with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
                announce(serving)
                return await anext(signals)

    if anyio.run(until_signal) == signal.SIGINT:
        raise KeyboardInterrupt


@asynccontextmanager
async def running(config: ServeConfig, parts: Parts | None = None) -> AsyncIterator[Serving]:
    """Serve inside a program that has a loop of its own and takes care of signals; raises as ``serve`` does."""
    try:
        async with _running(config, parts) as serving:
            yield serving
    except BaseExceptionGroup as group:
        error: BaseException = group
        while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
            error = error.exceptions[0]
        raise error from None


@asynccontextmanager
async def _running(config: ServeConfig, parts: Parts | None) -> AsyncIterator[Serving]:
    logging.getLogger("uvicorn").setLevel(logging.WARNING)  # below, it writes addresses with the tokens in them
    first = not (config.data / KEY_FILE).exists()
    app = create_app(config, parts)
    certificate = _certificate(config)
    with _listen(config.host, config.port) as listener:
        shared: Services = app.state.services
        server = _Server(_uvicorn(app, certificate), shared)
        serving = Serving(_url(config.host, listener.getsockname()[1], bool(certificate)), first, shared)
        async with app.router.lifespan_context(app), anyio.create_task_group() as tasks:
            await tasks.start(server.serve_on, listener)
            try:
                yield serving
            finally:
                server.should_exit = True


class _Server(uvicorn.Server):
    """uvicorn's server without its signals, which tells the application that it is about to stop."""

    def __init__(self, config: uvicorn.Config, shared: Services) -> None:
        super().__init__(config)
        self._shared = shared
        self._task_status: anyio.abc.TaskStatus[None] = anyio.TASK_STATUS_IGNORED

    async def serve_on(self, listener: socket.socket, *, task_status: anyio.abc.TaskStatus[None]) -> None:
        """Serve until ``should_exit``, and end in order even when cancelled."""
        self._task_status = task_status
        with anyio.CancelScope(shield=True):
            await self._serve([listener])

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer."""
        await super().startup(sockets)
        self._task_status.started()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop: event streams end, everything else is let finish."""
        self._shared.stopping.set()
        await super().shutdown(sockets)


def _uvicorn(app: Starlette, certificate: tuple[str, str] | None) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        lifespan="off",  # it is run round the server, so that what it raises is raised
        log_config=None,
        access_log=False,
        server_header=False,
        ws=DirectWebSockets,
        ws_max_size=Limits().frame + 1024,  # what is larger by less is the board's to refuse, in words
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=GRACE,
        ssl_certfile=certificate and certificate[0],
        ssl_keyfile=certificate and certificate[1],
    )


def _url(host: str, port: int, secure: bool) -> str:
    if host in ("0.0.0.0", "::"):  # noqa: S104 - every address of this machine; others need one that they can reach
        host = next((a for a in own_addresses() if not is_loopback(a)), "127.0.0.1")
    return f"{'https' if secure else 'http'}://{f'[{host}]' if ':' in host else host}:{port}"


def _certificate(config: ServeConfig) -> tuple[str, str] | None:
    if config.certificate is not None:
        check_certificate(*config.certificate)
        return str(config.certificate[0]), str(config.certificate[1])
    if config.tls:
        certificate, key = own_certificate(config.data)
        return str(certificate), str(key)
    return None


def _listen(host: str, port: int) -> socket.socket:
    """Take a port; connections wait from now on until the server answers them."""
    if not 0 <= port < 65536:
        raise InputError(f"{port} is no port; choose one below 65536 with --port")
    reasons = {
        errno.EADDRINUSE: f"port {port} is in use; stop what uses it, or choose another with --port",
        errno.EACCES: f"port {port} is not for this user; choose one above 1023 with --port",
        errno.EADDRNOTAVAIL: f"this machine has no address {host}; choose another with --host",
    }
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(BACKLOG)
        except BaseException:
            listener.close()
            raise
    except socket.gaierror as error:
        raise InputError(f"{host!r} is no address of this machine; choose another with --host") from error
    except OSError as error:
        raise InputError(reasons.get(error.errno or 0, f"port {port} cannot be used ({error.strerror})")) from error
    return listener
