"""A real server in a process of its own, and Chromium with a microphone that plays a recording."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from playwright.sync_api import Playwright, sync_playwright

from tests.browser.lan import Lan, Laptop
from tests.browser.recordings import ROOT, write_wav
from tests.browser.serving import MODELS, ServerProcess
from tests.browser.staged import StageProcess
from tests.browser.watched import RECORD, Open, Watched
from tests.conftest import require
from tests.fakes import silence
from voicemind.audio.files import read
from voicemind.audio.frame import Samples

Microphone = Literal["allowed", "refused", "missing"]
WINDOW = (1300, 780)

QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    "--no-sandbox",
    "--disable-gpu",
    "--autoplay-policy=no-user-gesture-required",
)


@pytest.fixture
def models(model_folder: Callable[[str], Path]) -> None:
    """The page and the models that a server needs are here."""
    require((ROOT / "voicemind/web/dist/index.html").is_file(), "the page is not built (pip install builds it)")
    for name in MODELS:
        model_folder(name)


@pytest.fixture
def process(tmp_path: Path, models: None) -> Iterator[ServerProcess]:
    """A server that lets everybody in."""
    process = ServerProcess(tmp_path / "rooms")
    process.start()
    yield process
    process.stop()


@pytest.fixture
def server(process: ServerProcess) -> str:
    """The address of a server that lets everybody in."""
    return process.address


@pytest.fixture
def lan(tmp_path: Path) -> Iterator[Lan]:
    """A network of its own, with laptops."""
    require(Lan.possible(), "networks can only be made as root, with ip(8)")
    with Lan(tmp_path) as lan:
        yield lan


@pytest.fixture
def staged(tmp_path: Path) -> Iterator[Callable[[int], StageProcess]]:
    """Starts servers without models that hold a meeting of so many turns already; see tests.browser.stage."""
    require((ROOT / "voicemind/web/dist/index.html").is_file(), "the page is not built (pip install builds it)")
    with ExitStack() as stack:

        def start(turns: int = 20) -> StageProcess:
            process = StageProcess(tmp_path / f"stage{turns}", turns)
            stack.callback(process.stop)
            return process

        yield start


@pytest.fixture
def stage(staged: Callable[[], StageProcess]) -> str:
    """The address of such a server with twenty turns."""
    return staged().address


@pytest.fixture
def playwright() -> Iterator[Playwright]:
    """Playwright for one test: while it is there it keeps a loop running, which others must not find."""
    require(shutil.which("chromium"), "there is no chromium")
    with sync_playwright() as found:
        yield found


@pytest.fixture
def visit(playwright: Playwright, request: pytest.FixtureRequest) -> Iterator[Open]:
    """Opens a browser of its own; ``says`` is the recording that its microphone plays, once unless it ``loops``.

    A path is looked for at the server that lets everybody in; anything else is a whole address. With a
    ``laptop`` the browser runs there.
    """
    browsers = []

    def open_page(
        path: str,
        says: Path | None = None,
        *,
        loops: bool = False,
        microphone: Microphone = "allowed",
        window: tuple[int, int] = WINDOW,
        flags: Sequence[str] = (),
        laptop: Laptop | None = None,
    ) -> Watched:
        address = request.getfixturevalue("server") + path if path.startswith("/") else path
        arguments = [*QUIET, *flags]
        if microphone != "missing":
            arguments.append("--use-fake-device-for-media-stream")
        if microphone == "allowed":
            arguments.append("--use-fake-ui-for-media-stream")
        if says is not None:
            arguments.append(f"--use-file-for-fake-audio-capture={says}{'' if loops else '%noloop'}")
        program = laptop.browser() if laptop else shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        browsers.append(browser)
        permissions = [] if microphone == "refused" else ["microphone"]
        size = {"width": window[0], "height": window[1]}
        context = browser.new_context(viewport=size, permissions=permissions, ignore_https_errors=True)  # type: ignore[arg-type]
        context.add_init_script(RECORD)
        watched = Watched(context, context.new_page(), "/".join(address.split("/")[:3]))
        watched.page.goto(address)
        return watched

    yield open_page
    for browser in browsers:
        browser.close()


@pytest.fixture
def microphone(tmp_path: Path) -> Callable[[Samples], Path]:
    """Writes what a microphone is to hear, after a second of silence, as Chromium reads it."""

    def write(samples: Samples) -> Path:
        return write_wav(tmp_path / f"{len(samples)}.wav", np.concatenate([silence(1.0), samples, silence(2.0)]))

    return write


@pytest.fixture
def narration() -> Samples:
    """Twenty-seven seconds of read speech."""
    return np.concatenate([frame.samples for frame in read(ROOT / "tests/data/lj-first-27s.flac")])
