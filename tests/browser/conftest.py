"""A real server in a process of its own, and Chromium with a microphone that plays a recording."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, sync_playwright

from tests.conftest import require
from tests.fakes import frames, silence
from voicemind.audio.files import read
from voicemind.audio.frame import SAMPLE_RATE, Samples

ROOT = Path(__file__).parent.parent.parent
FAKE_MICROPHONE = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
)


PLAYERS = """
window.players = [];
window.Audio = class extends window.Audio { constructor(...given) { super(...given); window.players.push(this); } };
"""
"""Keeps what the page plays sound with, so that a test can listen."""


class Watched:
    """A page, what it complained of, and what it asked other origins for."""

    def __init__(self, context: BrowserContext, page: Page, origin: str) -> None:
        self.context = context
        self.page = page
        self.complaints: list[str] = []
        self.elsewhere: list[str] = []
        page.on("console", lambda message: self.complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self._look(request.url, origin))

    def _look(self, url: str, origin: str) -> None:
        if not url.startswith((origin, "data:", "blob:", origin.replace("http", "ws"))):
            self.elsewhere.append(url)


Open = Callable[..., Watched]


@pytest.fixture
def server(tmp_path: Path, model_folder: Callable[[str], Path]) -> Iterator[str]:
    """The address of a server that lets everybody in."""
    require((ROOT / "voicemind/web/dist/index.html").is_file(), "the page is not built (pip install builds it)")
    for name in ("tiny.en", "silero", "minilm"):
        model_folder(name)
    command = [sys.executable, "-m", "voicemind", "serve", "--open", "--port", "0", "--data", str(tmp_path / "rooms")]
    command += ["--model", "tiny.en", "--language", "en"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONUNBUFFERED": "1"})
    assert process.stdout is not None
    try:
        yield process.stdout.readline().split()[-1]
    finally:
        process.terminate()
        process.wait(20)
        process.stdout.close()


@pytest.fixture
def playwright() -> Iterator[Playwright]:
    """Playwright for one test: while it is there it keeps a loop running, which others must not find."""
    require(shutil.which("chromium"), "there is no chromium")
    with sync_playwright() as found:
        yield found


@pytest.fixture
def visit(playwright: Playwright, server: str) -> Iterator[Open]:
    """Opens a browser of its own; ``says`` is the recording that its microphone plays, once."""
    browsers = []

    def open_page(path: str, says: Path | None = None) -> Watched:
        arguments = [*FAKE_MICROPHONE, "--autoplay-policy=no-user-gesture-required", *QUIET]
        if says is not None:
            arguments.append(f"--use-file-for-fake-audio-capture={says}%noloop")
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=[*arguments, "--no-sandbox", "--disable-gpu"]
        )
        browsers.append(browser)
        context = browser.new_context(viewport={"width": 1300, "height": 780}, permissions=["microphone"])
        context.add_init_script(PLAYERS)
        watched = Watched(context, context.new_page(), server)
        watched.page.goto(server + path)
        return watched

    yield open_page
    for browser in browsers:
        browser.close()


@pytest.fixture
def microphone(tmp_path: Path) -> Callable[[Samples], Path]:
    """Writes what a microphone is to hear, after a second of silence, as Chromium reads it."""

    def write(samples: Samples) -> Path:
        path = tmp_path / f"{len(samples)}.wav"
        with av.open(str(path), "w") as container:
            stream = container.add_stream("pcm_s16le", rate=SAMPLE_RATE, layout="mono")
            for part in frames(np.concatenate([silence(1.0), samples, silence(2.0)])):
                frame = av.AudioFrame.from_ndarray(
                    (part.samples * 32767).astype("<i2")[None], format="s16", layout="mono"
                )
                frame.sample_rate, frame.pts = SAMPLE_RATE, part.start
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
        return path

    return write


@pytest.fixture
def narration() -> Samples:
    """Twenty-seven seconds of read speech."""
    return np.concatenate([frame.samples for frame in read(ROOT / "tests/data/lj-first-27s.flac")])
