"""The page without network."""

from playwright.sync_api import expect

from tests.browser.actions import PATIENCE, draw, join, shown
from tests.browser.stage import ROOM
from tests.browser.watched import Open


def test_a_reload_without_network_shows_the_board(visit: Open, stage: str) -> None:
    watched = visit(f"{stage}/r/{ROOM}")
    page = join(watched, "Ana", speaks=False)
    blank = shown(page)
    draw(page)
    expect(page.locator(".badge.saved")).to_be_visible(timeout=PATIENCE)
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")

    watched.context.set_offline(True)
    page.reload()
    page.get_by_label("Your name").fill("Ana")
    page.get_by_role("button", name="Join without").click()
    expect(page.locator(".badge.offline")).to_be_visible(timeout=PATIENCE)
    page.wait_for_function(
        "blank => document.querySelector('canvas.static')?.toDataURL('image/png') !== blank",
        arg=blank.decode(),
        timeout=PATIENCE,
    )
    expect(page.locator(".turn[data-turn]").first).to_be_visible(timeout=PATIENCE)

    watched.context.set_offline(False)
    expect(page.locator(".badge.saved")).to_be_visible(timeout=PATIENCE)
    watched.is_content(but_for="ERR_INTERNET_DISCONNECTED")
