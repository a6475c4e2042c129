import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.fakes import fake_models, track
from tests.room.host import LOCAL
from tests.server.visits import Visits
from tests.test_recording import write
from voicemind.config import ServeConfig
from voicemind.server.app import Parts, create_app
from voicemind.server.pages import Bundle


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def no_head_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voicemind.server.loading.HEAD_START", 0.0)


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A page as Vite builds it, in small."""
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>voicemind</title><p>the page")
    (folder / "assets" / "index-BRPOqieP.js").write_text("console.log('voicemind')\n" * 100)
    (folder / "favicon.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    return folder


@pytest.fixture
def parts(bundle: Path) -> Parts:
    """Fakes where there would be models."""

    def analysis(folder: Path) -> tuple[str, ...]:
        return (sys.executable, "-m", "tests.server.scripted_analysis", str(folder))

    return Parts(lambda config, progress: fake_models(), analysis, LOCAL, Bundle(bundle))


@pytest.fixture
def config(tmp_path: Path) -> ServeConfig:
    return ServeConfig(tmp_path / "data", port=0)


@pytest.fixture
def visits(config: ServeConfig, parts: Parts) -> Iterator[Visits]:
    """A server where it takes a token to come in."""
    with TestClient(create_app(config, parts), "http://testserver") as client:
        yield Visits(client)


@pytest.fixture
def speech(tmp_path: Path) -> Path:
    """Four seconds in which somebody speaks once."""
    return write(tmp_path / "speech.wav", track(0.5, 1.5, 1.0))
