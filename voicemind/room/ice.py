"""Where peers can be reached: addresses, STUN and TURN servers."""

import ipaddress
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aiortc import RTCBundlePolicy, RTCConfiguration, RTCIceServer, RTCIceTransport

from voicemind.errors import InputError

logger = logging.getLogger(__name__)

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class IceServer:
    """A STUN or TURN server: ``stun:host:port`` or ``turn:host:port?transport=udp`` with its credential."""

    url: str
    username: str | None = None
    credential: str | None = None


@dataclass(frozen=True, slots=True)
class IceConfig:
    """How peers are reached.

    ``listen`` are the addresses of this machine to take packets on; empty takes every interface,
    and loopback when there is no other. ``announce`` are the addresses that participants are told
    instead, such as the public one behind a 1:1 NAT; empty tells those that are listened on.
    """

    servers: tuple[IceServer, ...] = ()
    listen: tuple[str, ...] = ()
    announce: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for address in self.listen + self.announce:
            try:
                ipaddress.ip_address(address)
            except ValueError:
                raise InputError(f"{address!r} is no IP address; give one such as 192.0.2.7") from None

    def rtc(self) -> RTCConfiguration:
        """The same as aiortc takes it; without servers none is asked (its own default asks one of Google's)."""
        servers = [RTCIceServer(server.url, server.username, server.credential) for server in self.servers]
        return RTCConfiguration(iceServers=servers, bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)


def prepare(transport: RTCIceTransport, addresses: Sequence[str]) -> None:
    """Have a transport gather its candidates on ``addresses``, and end with its connection.

    aioice takes the addresses of all interfaces but loopback, and offers no choice: a machine
    without a network could not even talk to itself. It also starts to ask for consent, for ever,
    when a connection comes about while it is being closed. This wraps the two methods, on this
    transport alone.
    """
    connection = transport._connection  # noqa: SLF001
    gather, ask_consent = connection.get_component_candidates, connection.query_consent

    async def gather_there(**arguments: Any) -> Any:
        found = arguments.pop("addresses")
        return await gather(addresses=list(addresses) or found or [LOOPBACK], **arguments)

    async def ask_while_open() -> None:
        if not connection._closing:  # noqa: SLF001
            await ask_consent()

    connection.get_component_candidates = gather_there  # type: ignore[method-assign, assignment]
    connection.query_consent = ask_while_open  # type: ignore[method-assign]


def announce(sdp: str, addresses: Sequence[str]) -> str:
    """Return an answer that names ``addresses`` in place of the machine's own; relayed ones stay.

    An address that the machine has is kept as it is; for a foreign one every host candidate of its
    family is repeated, with the port kept, as a 1:1 NAT forwards it.
    """
    if not addresses:
        return sdp
    lines = sdp.splitlines()
    own = {fields[4] for line in lines if (fields := _host_candidate(line))}
    told = [told for line in lines for told in _announced(line, own, addresses)]
    if own and not any(map(_host_candidate, told)):
        logger.warning("this machine has no address of the family of %s; its own are announced", addresses)
        return sdp
    return "\r\n".join(told) + "\r\n"


def _host_candidate(line: str) -> list[str]:
    """The fields of a host candidate's line, with the address in place 4; none of another line."""
    fields = line.split()
    return fields if line.startswith("a=candidate:") and fields[6:8] == ["typ", "host"] else []


def _announced(line: str, own: set[str], addresses: Sequence[str]) -> list[str]:
    """What stands in an answer instead of one line of it."""
    fields = _host_candidate(line)
    if not fields:
        return [line]
    version = ipaddress.ip_address(fields[4]).version
    foreign = [a for a in addresses if a not in own and ipaddress.ip_address(a).version == version]
    kept = [fields[4]] if fields[4] in addresses else []
    return [" ".join([*fields[:4], address, *fields[5:]]) for address in kept + foreign]
