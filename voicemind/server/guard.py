"""What stands before every address: who may come there is said where the address is, and nowhere else."""

from collections.abc import Awaitable, Callable
from functools import wraps

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from voicemind.server.access import Access
from voicemind.server.network import is_local
from voicemind.server.services import services
from voicemind.server.tokens import EVERYWHERE, Role, Visitor

Endpoint = Callable[[Request], Awaitable[Response]]
Admit = Callable[[Access, Request], Visitor | None]


def in_room(role: Role, endpoint: Endpoint) -> Endpoint:
    """Let in who has a token for the room in the path, or for the whole server, at ``role``."""
    return guarded(endpoint, lambda access, request: access.admit(request, role, request.path_params["room"]))


def on_server(role: Role, endpoint: Endpoint) -> Endpoint:
    """Let in who has a token for the whole server at ``role``."""
    return guarded(endpoint, lambda access, request: access.admit(request, role))


def on_job(role: Role, endpoint: Endpoint) -> Endpoint:
    """Let in at ``role`` who has a token for the room whose meeting the job in the path ends, or for the whole server.

    The analysis of a recording takes the latter.
    """

    def admit(access: Access, request: Request) -> Visitor:
        ending = services(request).endings.with_job(request.path_params["id"])
        return access.admit(request, role, EVERYWHERE if ending is None else ending.room.name)

    return guarded(endpoint, admit)


def with_token(endpoint: Endpoint) -> Endpoint:
    """Let in who has any token; what they are shown is theirs."""
    return guarded(endpoint, lambda access, request: access.identify(request))


def on_machine(endpoint: Endpoint) -> Endpoint:
    """Let in programs on this very machine, and who else has a token for the whole server."""

    def admit(access: Access, request: Request) -> Visitor:
        try:
            return access.admit(request, "read")
        except HTTPException:
            if is_local(request):
                return Visitor("read")
            raise

    return guarded(endpoint, admit)


def for_all(endpoint: Endpoint) -> Endpoint:
    """Let everybody in."""
    return guarded(endpoint, lambda access, request: None)  # noqa: ARG005


def guarded(endpoint: Endpoint, admit: Admit) -> Endpoint:
    """Return an endpoint that is reached only by whom ``admit`` returns, and knows them by ``visitor_of``."""

    @wraps(endpoint)
    async def admitted(request: Request) -> Response:
        request.state.visitor = admit(services(request).access, request)
        return await endpoint(request)

    return admitted


def visitor_of(request: Request) -> Visitor:
    """Return whom the guard let in."""
    visitor: Visitor = request.state.visitor
    return visitor
