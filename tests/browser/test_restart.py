"""The server dies in the middle of a meeting and is started again; nobody at a browser touches anything."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.actions import PATIENCE, draw, join, sees_the_board_of
from tests.browser.serving import ServerProcess
from tests.browser.watched import Open
from voicemind.audio.frame import Samples


def finished(page: Page) -> dict[str, str]:
    """Return the finished turns that a page shows: their texts by their ids."""
    turns: dict[str, str] = page.locator(".turn[data-turn]").evaluate_all(
        "turns => Object.fromEntries(turns.map(t => [t.dataset.turn, t.querySelector('.turn-text').textContent]))"
    )
    return turns


def test_browsers_come_back_by_themselves_after_a_kill(
    process: ServerProcess, visit: Open, microphone: Callable[[Samples], Path], narration: Samples
) -> None:
    listener, speaker = visit("/r/standup"), visit("/r/standup", microphone(narration), loops=True)
    bo, ana = join(listener, "Bo", speaks=False), join(speaker, "Ana", speaks=True)
    pages = (bo, ana)
    expect(bo.locator(".turn[data-turn]").first).to_be_visible(timeout=2 * PATIENCE)

    process.kill()
    for page in pages:
        expect(page.locator(".badge.offline")).to_be_visible(timeout=PATIENCE)
    before = finished(bo)
    draw(bo)  # nobody needs the server for that
    process.start()
    for page in pages:
        expect(page.locator(".badge.saved")).to_be_visible(timeout=2 * PATIENCE)
    expect(ana.locator(".voice.connected")).to_be_visible(timeout=2 * PATIENCE)
    expect(bo.locator(".listening.connected")).to_be_visible(timeout=2 * PATIENCE)
    expect(bo.locator(".turn.interim")).to_be_visible(timeout=2 * PATIENCE)  # those come by the events alone
    expect(bo.locator(".turn[data-turn]").nth(len(before))).to_be_visible(timeout=2 * PATIENCE)

    for page in pages:
        after = finished(page)
        assert before == {key: after[key] for key in before}
        assert set(page.locator(".turn-head strong").all_inner_texts()) == {"Ana"}
    sees_the_board_of(ana, bo)  # what was drawn meanwhile has arrived
    for watched in (listener, speaker):
        watched.is_content(but_for="ERR_CONNECTION_REFUSED")
