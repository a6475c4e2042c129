"""From where a request comes: its address, and whether that is this very machine."""

import ipaddress

from starlette.requests import HTTPConnection

_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")


def is_loopback(host: str) -> bool:
    """Tell whether a host name or address is this machine talking to itself."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def address_of(connection: HTTPConnection) -> str:
    """Return where a connection comes from, as a proxy on this machine tells it; empty where that is not known."""
    return connection.client.host if connection.client else ""


def is_local(connection: HTTPConnection) -> bool:
    """Tell whether a connection comes from this machine, and not by way of a proxy on it."""
    return is_loopback(address_of(connection)) and not any(name in connection.headers for name in _FORWARDED)
