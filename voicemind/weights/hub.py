"""Files of one revision of a repository on the Hugging Face hub, over plain https."""

import http.client
import os
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

from voicemind.weights.registry import HubSource, ModelSpec
from voicemind.weights.transfer import CHUNK, Meter, Progress, SourceUnavailable, write_checked

CONNECT_TIMEOUT = 5.0  # seconds: what a machine without a way to the hub loses, once
_ADDRESS_TIMEOUT = 2.0  # seconds of that for one of its addresses
READ_TIMEOUT = 30.0  # seconds without a byte


class HubUnreachable(SourceUnavailable):
    """The hub cannot be reached at all, whatever the model."""


class _Connection(http.client.HTTPSConnection):
    """Short patience to connect, more of it afterwards."""

    def connect(self) -> None:
        # The library would wait the whole timeout for each of the hub's addresses.
        _reach(self.host, self.port)
        super().connect()
        self.sock.settimeout(READ_TIMEOUT)


class _Handler(urllib.request.HTTPSHandler):
    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_Connection, req)


def hub_disabled() -> bool:
    """Tell whether HF_HUB_OFFLINE forbids the hub, read as huggingface_hub reads it."""
    return os.environ.get("HF_HUB_OFFLINE", "").upper() in {"1", "ON", "YES", "TRUE"}


def fetch_hub(spec: ModelSpec, source: HubSource, folder: Path, progress: Progress) -> None:
    """Download the files of ``spec`` into ``folder``; honours HF_ENDPOINT, HF_TOKEN and proxy settings."""
    meter = Meter(progress, spec.size, f"{spec.name} from {source}")
    for file in spec.files:
        write_checked(_blocks(_request(source, file.name), meter), file, folder, source)


def _request(source: HubSource, name: str) -> urllib.request.Request:
    endpoint = os.environ.get("HF_ENDPOINT", "https://huggingface.co").rstrip("/")
    if urlsplit(endpoint).scheme not in {"http", "https"}:
        raise SourceUnavailable(f"HF_ENDPOINT is {endpoint}, which is no http address")
    address = f"{endpoint}/{source.repo}/resolve/{source.revision}/{quote(name)}"
    request = urllib.request.Request(address, headers={"User-Agent": "voicemind"})  # noqa: S310 (checked above)
    if token := os.environ.get("HF_TOKEN"):
        # Unredirected: the hub sends weights from another host, which must not see the token.
        request.add_unredirected_header("Authorization", f"Bearer {token}")
    return request


def _blocks(request: urllib.request.Request, meter: Meter) -> Iterator[bytes]:
    opener = urllib.request.build_opener(_Handler)
    try:
        with opener.open(request, timeout=CONNECT_TIMEOUT) as response:
            announced = int(response.headers.get("Content-Length", -1))
            received = 0
            while block := response.read(CHUNK):
                received += len(block)
                yield block
                meter.add(len(block))
    except urllib.error.HTTPError as error:
        raise SourceUnavailable(_refusal(error)) from error
    except urllib.error.URLError as error:
        raise HubUnreachable(f"{urlsplit(request.full_url).netloc} cannot be reached ({error.reason})") from error
    except (http.client.HTTPException, ConnectionError, TimeoutError) as error:
        raise SourceUnavailable(f"the download broke off ({error!r})") from error
    if 0 <= announced != received:
        raise SourceUnavailable(f"the download broke off after {received} of {announced} bytes")


def _reach(host: str, port: int) -> None:
    """Raise OSError unless one of the host's addresses accepts a connection within CONNECT_TIMEOUT."""
    deadline = time.monotonic() + CONNECT_TIMEOUT
    failure: OSError = TimeoutError("timed out")
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        with socket.socket(family, kind, protocol) as probe:
            left = deadline - time.monotonic()
            if left <= 0:
                break
            probe.settimeout(min(_ADDRESS_TIMEOUT, left))
            try:
                return probe.connect(address)
            except OSError as error:
                failure = error
    raise failure


def _refusal(error: urllib.error.HTTPError) -> str:
    if error.code in {401, 403}:
        return f"it asks for a login (HTTP {error.code}): accept its terms on the hub and set HF_TOKEN"
    return f"it answers HTTP {error.code} {error.reason}"
