"""What one does, the other sees; and it is there again after a reload."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.actions import PATIENCE, choose, drag, draw, join, sees_the_board_of, shown, take
from tests.browser.watched import Open
from voicemind.audio.frame import SAMPLE_RATE, Samples


def sees(page: Page) -> dict[str, object]:
    """Return all that a page shows of the room: board, title, agenda, transcript."""
    choose(page, "Agenda")
    agenda = page.get_by_label("Title", exact=True).evaluate_all("fields => fields.map(field => field.value)")
    choose(page, "Transcript")
    said = page.locator(".turn[data-turn] .turn-text").all_inner_texts()
    title = page.get_by_label("Title of the meeting").input_value()
    return {"board": shown(page), "title": title, "agenda": agenda, "said": said}


def test_everything_is_shared_and_outlives_a_reload(
    visit: Open, microphone: Callable[[Samples], Path], narration: Samples
) -> None:
    ana, bo = visit("/r/all", microphone(narration[: 6 * SAMPLE_RATE])), visit("/r/all")
    page, other = join(ana, "Ana", speaks=True), join(bo, "Bo", speaks=False)
    blank = shown(other)

    page.get_by_label("Title of the meeting").fill("Weekly planning")
    page.keyboard.press("Enter")
    choose(page, "Agenda")
    for item in ("Budget", "Hiring"):
        page.get_by_label("Add an item").fill(item)
        page.keyboard.press("Enter")
    draw(page)
    take(page, "ellipse")
    drag(page, (300, 480), (420, 580))
    choose(page, "Transcript")
    for each in (page, other):
        expect(each.locator(".turn[data-turn]").first).to_be_visible(timeout=2 * PATIENCE)
        expect(each.locator(".turn.interim")).to_have_count(0, timeout=2 * PATIENCE)
        expect(each.locator(".badge.saved")).to_be_visible(timeout=PATIENCE)

    seen = sees(page)
    assert (seen["title"], seen["agenda"]) == ("Weekly planning", ["Budget", "Hiring"])
    assert seen["board"] != blank
    sees_the_board_of(other, page)
    assert sees(other) == seen

    other.reload()
    join(bo, "Bo", speaks=False)
    expect(other.locator(".turn[data-turn]").first).to_be_visible(timeout=PATIENCE)
    sees_the_board_of(other, page)
    assert sees(other) == seen
    for watched in (ana, bo):
        watched.is_content()
