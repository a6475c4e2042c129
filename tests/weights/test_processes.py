"""Several processes and one cache: pulled once by two at a time, sound after one is killed."""

import json
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.weights.wheels import FILES, contents, kept, store
from voicemind.weights.registry import ModelSpec

PULL = """
import json, sys
from pathlib import Path
from voicemind.weights import ModelStore
from voicemind.weights.registry import parse_registry
told = []
store = ModelStore(Path(sys.argv[1]), models=parse_registry(Path(sys.argv[2]).read_text()))
print("ready", flush=True)
sys.stdin.readline()
path = store.path("toy", lambda done, total, text: told.append(text))
print(json.dumps({"path": str(path), "told": sorted(set(told))}))
"""


def registry_file(spec: ModelSpec, path: Path, sources: str) -> Path:
    files = ", ".join(
        f'{{ name = "{file.name}", size = {file.size}, sha256 = "{file.sha256}" }}' for file in spec.files
    )
    head = f'[toy]\ntitle = "t"\nupstream = "u"\nrevision = "r"\nlicence = "l"\nfiles = [{files}]\n'
    path.write_text(head + sources, "utf-8")
    return path


def start_pull(tmp_path: Path, registry: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", PULL, str(tmp_path / "cache"), str(registry)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def test_two_processes_at_once_download_once_and_agree(tmp_path: Path, toy: ModelSpec) -> None:
    package = '[[toy.sources]]\nkind = "package"\nfolder = "toy"\nwheels = [{ requirement = "toy==1.0", size = 1 }]\n'
    registry = registry_file(toy, tmp_path / "registry.toml", package)
    processes = [start_pull(tmp_path, registry) for _ in range(2)]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    answers = [json.loads(process.communicate(timeout=60)[0]) for process in processes]
    assert answers[0]["path"] == answers[1]["path"] == str(tmp_path / "cache" / toy.folder)
    told = sorted(text for answer in answers for text in answer["told"])
    assert told == ["toy from toy==1.0 on the package index", "waiting for another process that is getting toy"]
    assert contents(Path(answers[0]["path"])) == FILES
    assert kept(tmp_path) == {toy.folder}


@pytest.fixture
def stalling_hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """A hub that sends half of the weights and then no more; the event says that it did."""
    stalled, over = threading.Event(), threading.Event()
    server = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        for body in (FILES["config.json"], FILES["model.bin"]):
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode())
                connection.sendall(body if len(body) < 100 else body[:100])
                if len(body) > 100:
                    stalled.set()
                    over.wait(60)

    thread = threading.Thread(target=answer)
    thread.start()
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.getsockname()[1]}")
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    monkeypatch.setenv("no_proxy", "*")
    yield stalled
    over.set()
    thread.join(10)
    server.close()


def test_a_process_killed_in_the_middle_leaves_a_cache_that_works(
    tmp_path: Path, toy: ModelSpec, stalling_hub: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = registry_file(
        toy, tmp_path / "registry.toml", '[[toy.sources]]\nkind = "hub"\nrepo = "nobody/toy"\nrevision = "1"\n'
    )
    with start_pull(tmp_path, registry) as process:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
        assert stalling_hub.wait(30)
        process.send_signal(signal.SIGKILL)
    assert kept(tmp_path) == {f".{toy.folder}.partial"}
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    models = store(tmp_path, toy)
    assert not models.installed("toy")
    assert contents(models.path("toy")) == FILES
    assert kept(tmp_path) == {toy.folder}
