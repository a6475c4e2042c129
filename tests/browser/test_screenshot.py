"""The picture in the README: a room in the middle of the sample meeting, with two people at its board.

``VOICEMIND_SCREENSHOT=demo/room.png pytest tests/browser/test_screenshot.py -m soak`` makes it anew.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.actions import PATIENCE, drag, join, take
from tests.browser.watched import Open

WINDOW = (1600, 900)
SECONDS = 150
"""Of the meeting: by then two tasks were taken on and something was decided."""


@pytest.fixture
def room(models: None) -> Iterator[str]:
    """The address of the room of the demo."""
    command = [sys.executable, "-m", "voicemind", "demo", "--port", "0", "--seconds", str(SECONDS)]
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None
    with process.stdout:
        try:
            yield next(word for line in process.stdout for word in line.split() if word.startswith("http"))
        finally:
            process.terminate()
            process.wait(60)


def box(page: Page, text: str, left: int, colour: str) -> None:
    """Draw a box with a text in it."""
    take(page, "rectangle")
    page.locator(f'[data-testid="color-top-pick-{colour}"]').last.click()
    drag(page, (left, 420), (left + 150, 500))
    page.keyboard.press("Enter")
    page.keyboard.type(text)
    page.keyboard.press("Escape")


@pytest.mark.soak
def test_a_room_in_the_middle_of_a_meeting(visit: Open, room: str, tmp_path: Path) -> None:
    noor, ines = visit(room, window=WINDOW), visit(room, window=WINDOW)
    other, page = join(noor, "Noor", speaks=False), join(ines, "Ines", speaks=False)

    box(other, "Onboarding", 250, "#a5d8ff")
    box(other, "Offline mode", 460, "#b2f2bb")
    box(other, "Launch", 670, "#ffc9c9")
    for left in (404, 614):
        take(other, "arrow")
        drag(other, (left, 460), (left + 52, 460))
    take(other, "selection")
    other.mouse.click(430, 700)
    other.mouse.move(700, 560, steps=5)

    cards = page.locator(".insight")
    for kind in ("Action", "Decision"):
        card = cards.filter(has_text=kind).first
        expect(card).to_be_visible(timeout=1000 * SECONDS + PATIENCE)
        card.get_by_role("button", name="Accept").click()
        card.get_by_role("button", name="Pin to the board").click()
    page.mouse.click(430, 760)
    page.mouse.move(430, 1)
    expect(page.locator(".turn.interim").first).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".badge.saved")).to_be_visible(timeout=PATIENCE)

    path = Path(os.environ.get("VOICEMIND_SCREENSHOT", tmp_path / "room.png"))
    page.screenshot(path=path)
    assert path.stat().st_size < 400_000
    for watched in (noor, ines):
        watched.is_content()
