"""A cable is pulled in the middle of speech: what is said meanwhile is kept in the browser and heard afterwards."""

import logging
import time
from collections.abc import Callable
from pathlib import Path

import jiwer
import pytest
from playwright.sync_api import expect
from whisper_normalizer.english import EnglishTextNormalizer

from tests.browser.actions import PATIENCE, join
from tests.browser.lan import Lan
from tests.browser.recordings import ROOT
from tests.browser.serving import ServerProcess
from tests.browser.watched import Open
from voicemind.audio.frame import Samples

logger = logging.getLogger(__name__)

CUT = 20.0
SAID = (ROOT / "tests/data/lj-first-27s.txt").read_text()


@pytest.mark.soak
@pytest.mark.usefixtures("models")
def test_nothing_that_was_said_in_a_cut_of_twenty_seconds_is_lost(
    lan: Lan, visit: Open, microphone: Callable[[Samples], Path], narration: Samples, tmp_path: Path
) -> None:
    server = ServerProcess(tmp_path / "rooms", guarded=True, flags=lan.flags())
    server.start()
    try:
        link, desk, train = server.invitation(), lan.laptop(), lan.laptop()
        listener, speaker = visit(link, laptop=desk), visit(link, microphone(narration), laptop=train)
        reader = join(listener, "Bo", speaks=False)
        page = join(speaker, "Ana", speaks=True)
        expect(page.locator(".voice.connected")).to_be_visible(timeout=PATIENCE)
        expect(reader.locator(".turn.interim")).to_be_visible(timeout=PATIENCE)
        train.pull()
        began = time.monotonic()
        expect(page.get_by_text("What you say is kept in this browser")).to_be_visible(timeout=PATIENCE)
        page.screenshot(path=tmp_path / "cut.png")
        time.sleep(max(0.0, CUT - (time.monotonic() - began)))
        train.plug()
        back = time.monotonic()
        expect(page.locator(".voice.connected")).to_be_visible(timeout=2 * PATIENCE)
        expect(reader.get_by_text("wood cutters")).to_be_visible(timeout=2 * PATIENCE)
        logger.info("all of it is there %.1f s after the cable was plugged in", time.monotonic() - back)
        reader.wait_for_timeout(3000)

        normalise = EnglishTextNormalizer()
        read = normalise(" ".join(reader.locator(".turn-text").all_inner_texts()))
        logger.info("read: %s", read)
        measures = jiwer.process_words(normalise(SAID), read)
        assert measures.wer <= 0.2, read
        listener.is_content()
    finally:
        server.stop()
