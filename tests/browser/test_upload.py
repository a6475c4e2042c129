"""A recording is brought on the page, watched on its way, and read as minutes."""

import json
import logging
from collections.abc import Callable
from pathlib import Path

import jiwer
import pytest
from playwright.sync_api import Page, expect
from whisper_normalizer.english import EnglishTextNormalizer

from tests.browser.actions import PATIENCE, join
from tests.browser.recordings import SAMPLE, meeting, write_wav
from tests.browser.serving import ServerProcess
from tests.browser.watched import Open, Watched
from voicemind.audio.frame import Samples

logger = logging.getLogger(__name__)

SLOW = 1_000_000
"""Bytes a second at which a file is sent, as over a line of 8 Mbit/s: on loopback there would be nothing to see."""

WATCH_PROGRESS = """() => {
  window.progress = [];
  new MutationObserver(() => {
    const bar = document.querySelector('.job progress');
    const line = document.querySelector('.job [role=status]');
    if (bar && line) window.progress.push([line.textContent, bar.position]);
  }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
}"""

WATCH_TURNS = """() => {
  window.seen = {};
  const look = () => {
    for (const turn of document.querySelectorAll('.turn[data-turn]')) window.seen[turn.dataset.turn] ??= Date.now();
  };
  look();
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true });
}"""
"""Notes when each finished turn is first shown, as a unix time in milliseconds."""


def bring(watched: Watched, recording: Path, seconds: float) -> None:
    """Bring a recording, and wait until its minutes can be read."""
    session = watched.context.new_cdp_session(watched.page)
    network = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": SLOW}
    session.send("Network.emulateNetworkConditions", network)
    watched.page.evaluate(WATCH_PROGRESS)
    watched.page.locator("input[type=file]").set_input_files(recording)
    expect(watched.page.get_by_role("link", name="Read the minutes")).to_be_visible(timeout=seconds * 1000)


def moved(page: Page, said: str) -> bool:
    """Whether the bar went forward, and never back, while its line had ``said`` in it."""
    found: list[float] = page.evaluate("said => progress.filter(p => p[0].includes(said)).map(p => p[1])", said)
    places = [place for place in dict.fromkeys(found) if place >= 0]
    return len(places) > 2 and places == sorted(places)


def spoken(seconds: float) -> str:
    """Return what is said in the beginning of the sample meeting."""
    turns = json.loads((SAMPLE / "transcript.json").read_text())["turns"]
    sentences = sorted((s["start"], s["text"]) for turn in turns for s in turn["sentences"] if s["end"] <= seconds)
    return " ".join(text for _, text in sentences)


def test_a_recording_becomes_minutes(visit: Open, tmp_path: Path) -> None:
    recording = write_wav(tmp_path / "planning.wav", meeting(60))
    watched = visit("/")
    page = watched.page
    bring(watched, recording, 240)
    assert moved(page, "Uploading")
    assert moved(page, "Listening")

    page.get_by_role("link", name="Read the minutes").click()
    for heading in ("Who spoke", "Decisions", "Actions", "Transcript"):
        expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible(timeout=PATIENCE)
    normalise = EnglishTextNormalizer()
    read = " ".join(page.locator(".turn-text").all_inner_texts())
    assert jiwer.wer(normalise(spoken(60)), normalise(read)) <= 0.25

    page.get_by_role("link", name="To the start page").click()
    expect(page.get_by_role("link", name="planning")).to_be_visible(timeout=PATIENCE)
    watched.is_content()


@pytest.mark.soak
def test_a_room_keeps_up_beside_a_long_recording(
    process: ServerProcess, visit: Open, microphone: Callable[[Samples], Path], tmp_path: Path
) -> None:
    listener, speaker = visit("/r/beside"), visit("/r/beside", microphone(meeting(300)), loops=True)
    join(listener, "Bo", speaks=False)
    listener.page.evaluate(WATCH_TURNS)
    join(speaker, "Ana", speaks=True)
    expect(listener.page.locator(".turn[data-turn]").first).to_be_visible(timeout=2 * PATIENCE)

    home = visit("/")
    bring(home, write_wav(tmp_path / "long.wav", meeting(600)), 1800)
    assert moved(home.page, "Uploading")
    assert moved(home.page, "Listening")
    home.page.get_by_role("link", name="Read the minutes").click()
    expect(home.page.locator(".turn").nth(50)).to_be_visible(timeout=PATIENCE)

    seen: dict[str, float] = listener.page.evaluate("seen")
    began = json.loads(process.get("/api/rooms/beside"))["started"]
    turns = json.loads(process.get("/api/rooms/beside/minutes"))["turns"]
    late = {turn["id"]: seen[turn["id"]] / 1000 - began - turn["end"] for turn in turns if turn["id"] in seen}
    told = " ".join(f"{seconds:.1f}" for seconds in sorted(late.values()))
    logger.info("seconds from the end of a turn to its final in another browser: %s", told)
    assert len(late) >= 10
    assert max(late.values()) <= 3, told
    for watched in (listener, speaker, home):
        watched.is_content()
