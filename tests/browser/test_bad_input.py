"""What can go wrong at one browser is said there, clearly, and troubles nobody else."""

import time
from collections.abc import Callable
from pathlib import Path

import jwt
import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.actions import PATIENCE, draw, join, sees_the_board_of, shown
from tests.browser.serving import ServerProcess
from tests.browser.watched import Open
from voicemind.audio.frame import SAMPLE_RATE, Samples

VISIT = 30
"""Seconds that an invitation lasts in which somebody comes and draws, on a slow machine too."""


def goes_on(page: Page, beside: Page) -> None:
    """Assert that what one draws is saved, and reaches the other."""
    before = shown(beside)
    draw(page, (300, 500), (400, 560))
    expect(page.locator(".badge.saved")).to_be_visible(timeout=PATIENCE)
    beside.wait_for_function(
        "before => document.querySelector('canvas.static').toDataURL('image/png') !== before",
        arg=before.decode(),
        timeout=PATIENCE,
    )


@pytest.mark.parametrize(("microphone", "says"), [("refused", "was refused"), ("missing", "No microphone was found")])
def test_without_a_microphone_one_is_told_and_can_listen(visit: Open, microphone: str, says: str) -> None:
    watched = visit("/r/mute", microphone=microphone)
    page = watched.page
    page.get_by_label("Your name").fill("Ana")
    page.get_by_role("button", name="Join with microphone").click()

    expect(page.get_by_role("alert")).to_contain_text(says, timeout=PATIENCE)

    join(watched, "Ana", speaks=False)
    expect(page.locator(".listening.connected")).to_be_visible(timeout=PATIENCE)
    watched.is_content()


def test_a_text_file_is_no_recording(visit: Open) -> None:
    beside = visit("/r/beside")
    join(beside, "Bo", speaks=False)
    watched = visit("/")
    file = {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"What we talked about.\n" * 1000}
    watched.page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]

    notice = watched.page.get_by_role("alert")
    expect(notice).to_contain_text("notes.txt", timeout=PATIENCE)
    expect(notice).to_contain_text("is no recording that can be read", timeout=PATIENCE)

    expect(watched.page.get_by_role("link", name="Read the minutes")).to_have_count(0)
    expect(beside.page.locator(".badge.saved")).to_be_visible()
    beside.is_content()
    watched.is_content(but_for="422")


def test_an_offer_that_is_garbled_costs_only_that_voice(
    visit: Open, microphone: Callable[[Samples], Path], narration: Samples
) -> None:
    says = microphone(narration[: 5 * SAMPLE_RATE])
    ana, bo = visit("/r/offers", says), visit("/r/offers", says)
    other = join(bo, "Bo", speaks=True)
    expect(other.locator(".voice.connected")).to_be_visible(timeout=PATIENCE)

    def garble(route: Route) -> None:
        route.continue_(post_data="v=0\r\no=- this is no offer\r\n")

    ana.page.route("**/whip/**", garble)
    page = join(ana, "Ana", speaks=True)
    expect(page.get_by_role("alert")).to_contain_text("Your voice could not join: ", timeout=PATIENCE)

    goes_on(page, other)
    goes_on(other, page)
    expect(other.locator(".voice.connected")).to_be_visible()
    bo.is_content()
    ana.is_content(but_for="400")


GARBLE = """() => {
  const socket = window.sockets.find(s => s.url.includes('/sync/') && s.readyState === WebSocket.OPEN);
  for (let i = 0; i < 100; i += 1) socket.send(new Uint8Array([0, 2, 255, 255, 3, 1, i]));
}"""


def test_a_page_that_sends_garbage_is_stopped_alone(visit: Open) -> None:
    ana, bo = visit("/r/garbage"), visit("/r/garbage")
    page, other = join(ana, "Ana", speaks=False), join(bo, "Bo", speaks=False)
    draw(page)
    expect(page.locator(".badge.saved")).to_be_visible(timeout=PATIENCE)

    page.evaluate(GARBLE)
    expect(page.get_by_role("alert")).to_contain_text("could not read what this page sent", timeout=PATIENCE)
    expect(page.locator(".badge.stopped")).to_be_visible()
    draw(other, (300, 500), (400, 560))
    expect(other.locator(".badge.saved")).to_be_visible(timeout=PATIENCE)

    page.get_by_role("button", name="Reload the page").click()
    join(ana, "Ana", speaks=False)
    goes_on(page, other)
    sees_the_board_of(page, other)
    bo.is_content()
    ana.is_content()


def until(link: str, seconds: float, data: Path) -> str:
    """Return an invitation as if it had been made to end in ``seconds``."""
    address, _, token = link.partition("?token=")
    claims = jwt.decode(token, options={"verify_signature": False})
    key = (data / "owner.key").read_text().strip()
    return f"{address}?token={jwt.encode({**claims, 'exp': int(time.time() + seconds)}, key, 'HS256')}"


@pytest.mark.usefixtures("models")
def test_an_invitation_that_expired_lets_nobody_in_and_then_out(visit: Open, tmp_path: Path) -> None:
    guarded = ServerProcess(tmp_path / "guarded", guarded=True)
    guarded.start()
    try:
        owner = visit(guarded.sign_in)
        owner.page.get_by_label("What is it about?").fill("Budget")
        owner.page.get_by_role("button", name="Create the room").click()
        link = owner.page.get_by_label("For those who take part").input_value()
        owner.page.get_by_role("link", name="Open the room").click()
        here = join(owner, "Ana", speaks=False)

        late = visit(until(link, -60, tmp_path / "guarded"))
        expect(late.page.get_by_role("alert")).to_contain_text("invitation has expired", timeout=PATIENCE)

        soon = visit(until(link, VISIT, tmp_path / "guarded"))
        page = join(soon, "Bo", speaks=False)
        goes_on(page, here)
        expect(page.get_by_role("alert")).to_contain_text("invitation has expired", timeout=VISIT * 1000 + PATIENCE)
        draw(here)
        expect(here.locator(".badge.saved")).to_be_visible(timeout=PATIENCE)
        owner.is_content()
        late.is_content(but_for="401")
    finally:
        guarded.stop()
