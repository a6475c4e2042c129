"""The hub's client, against a hub on this machine."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.weights.wheels import model_spec
from voicemind.errors import DigestMismatch
from voicemind.weights import hub as hub_module
from voicemind.weights.hub import HubUnreachable, fetch_hub, hub_disabled
from voicemind.weights.registry import HubSource
from voicemind.weights.transfer import SourceUnavailable, silent

FILES = {"config.json": b"{}", "model.bin": b"weights" * 1000}
SOURCE = HubSource("nobody/toy", "1234")
Answer = tuple[int, dict[str, str], bytes]


class Hub:
    """An HTTP server that answers by path, and remembers who came with which token."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.seen: list[tuple[str, str | None]] = []
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                hub.seen.append((self.path, self.headers["Authorization"]))
                status, headers, body = hub.answers.get(self.path, (404, {}, b""))
                self.send_response(status)
                for name, value in ({"Content-Length": str(len(body))} | headers).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the library's name)
                """Keep quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()

    def stop(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    hub = Hub()
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{hub.port}/")
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.delenv("HF_TOKEN", raising=False)
    for name, content in FILES.items():
        hub.answers[f"/nobody/toy/resolve/1234/{name}"] = (200, {}, content)
    yield hub
    hub.stop()


def weights(hub: Hub, change: Callable[[Answer], Answer]) -> None:
    path = "/nobody/toy/resolve/1234/model.bin"
    hub.answers[path] = change(hub.answers[path])


def test_every_file_comes_from_the_pinned_revision(hub: Hub, tmp_path: Path) -> None:
    told: list[tuple[int, int, str]] = []
    fetch_hub(model_spec(FILES), SOURCE, tmp_path, lambda *progress: told.append(progress))
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == FILES
    assert [path for path, _ in hub.seen] == [f"/nobody/toy/resolve/1234/{name}" for name in FILES]
    assert told[-1] == (7002, 7002, "toy from nobody/toy on the Hugging Face hub")


def test_the_token_goes_to_the_hub_but_not_where_it_sends_on(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "secret")
    hub.answers["/elsewhere"] = (200, {}, FILES["model.bin"])
    weights(hub, lambda answer: (302, {"Location": f"http://localhost:{hub.port}/elsewhere"}, b""))
    fetch_hub(model_spec(FILES), SOURCE, tmp_path, silent)
    tokens = dict(hub.seen)
    assert tokens["/nobody/toy/resolve/1234/model.bin"] == "Bearer secret"
    assert tokens["/elsewhere"] is None
    assert (tmp_path / "model.bin").read_bytes() == FILES["model.bin"]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((401, {}, b""), "set HF_TOKEN"),
        ((403, {}, b""), "set HF_TOKEN"),
        ((404, {}, b""), "HTTP 404"),
        ((503, {}, b""), "HTTP 503"),
        ((200, {"Content-Length": "9000"}, FILES["model.bin"]), "broke off after 7000 of 9000 bytes"),
    ],
)
def test_what_it_cannot_give_is_left_to_the_next_source(hub: Hub, tmp_path: Path, answer: Answer, reason: str) -> None:
    weights(hub, lambda _: answer)
    with pytest.raises(SourceUnavailable, match=reason):
        fetch_hub(model_spec(FILES), SOURCE, tmp_path, silent)


def test_other_bytes_are_a_digest_mismatch(hub: Hub, tmp_path: Path) -> None:
    weights(hub, lambda answer: (200, {}, answer[2].upper()))
    with pytest.raises(DigestMismatch, match=r"model\.bin from nobody/toy on the Hugging Face hub"):
        fetch_hub(model_spec(FILES), SOURCE, tmp_path, silent)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_no_hub_at_all_is_known_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    monkeypatch.setenv("no_proxy", "*")
    with socket.create_server(("127.0.0.1", 0)) as closed_now:
        address = f"127.0.0.1:{closed_now.getsockname()[1]}"
    monkeypatch.setenv("HF_ENDPOINT", f"{scheme}://{address}")
    with pytest.raises(HubUnreachable, match=f"{address} cannot be reached"):
        fetch_hub(model_spec(FILES), SOURCE, tmp_path, silent)


def test_a_hub_that_never_answers_costs_little_however_many_addresses_it_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as deaf, ExitStack() as stack:
        address = deaf.getsockname()
        for _ in range(4):  # fill its queue: later attempts hang
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            with suppress(BlockingIOError):
                waiting.connect(address)
        known = (socket.AF_INET, socket.SOCK_STREAM, 0, "", address)
        monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: [known] * 20)
        monkeypatch.setattr(hub_module, "_ADDRESS_TIMEOUT", 0.2)
        monkeypatch.setattr(hub_module, "CONNECT_TIMEOUT", 0.5)
        monkeypatch.setenv("HF_ENDPOINT", f"https://127.0.0.1:{address[1]}")
        monkeypatch.setenv("no_proxy", "*")
        started = time.monotonic()
        with pytest.raises(HubUnreachable, match="timed out"):
            fetch_hub(model_spec(FILES), SOURCE, tmp_path, silent)
        assert 0.5 <= time.monotonic() - started < 3


def test_an_endpoint_that_is_no_web_address_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "file:///etc")
    with pytest.raises(SourceUnavailable, match="HF_ENDPOINT"):
        fetch_hub(model_spec(FILES), SOURCE, tmp_path, silent)


@pytest.mark.parametrize(("value", "disabled"), [("1", True), ("true", True), ("0", False), ("", False)])
def test_hf_hub_offline(monkeypatch: pytest.MonkeyPatch, value: str, disabled: bool) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", value)
    assert hub_disabled() is disabled
