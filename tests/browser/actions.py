"""What people do on the page."""

from playwright.sync_api import Page, expect

from tests.browser.watched import Watched

PATIENCE = 30_000
"""Milliseconds that a step may take before the test gives up on it: a guard, no measure."""


def join(watched: Watched, name: str, *, speaks: bool) -> Page:
    """Go through the door, and wait until the room is there."""
    page = watched.page
    page.get_by_label("Your name").fill(name)
    page.get_by_role("button", name="Join with microphone" if speaks else "Join without").click()
    expect(page.locator(".badge.saved")).to_be_visible(timeout=PATIENCE)
    return page


def take(page: Page, tool: str) -> None:
    """Take a tool of the board, such as ``rectangle``."""
    page.locator(f'[data-testid="toolbar-{tool}"]').click(force=True)


def drag(page: Page, start: tuple[int, int], end: tuple[int, int]) -> None:
    """Move the mouse with its button down; points are pixels of the window."""
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=6)
    page.mouse.up()


def draw(page: Page, start: tuple[int, int] = (500, 350), end: tuple[int, int] = (650, 450)) -> None:
    """Draw a rectangle."""
    take(page, "rectangle")
    drag(page, start, end)


def choose(page: Page, tab: str) -> None:
    """Turn to a tab of the panel: Transcript, Insights or Agenda."""
    page.locator(".panel-tabs").get_by_role("button", name=tab).click()


def sees_the_board_of(page: Page, other: Page) -> None:
    """Wait until a page shows the very shapes that another one shows."""
    script = "picture => document.querySelector('canvas.static').toDataURL('image/png') === picture"
    page.wait_for_function(script, arg=shown(other).decode(), timeout=PATIENCE)


def shown(page: Page) -> bytes:
    """Return the picture of the shapes alone: no cursors, no selection, no tools."""
    data: str = page.locator("canvas.static").evaluate("canvas => canvas.toDataURL('image/png')")
    return data.encode()
