"""The panel beside the board: what is said, what is made of it, and how little of it a long meeting costs."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.actions import PATIENCE, choose, join
from tests.browser.stage import ROOM
from tests.browser.staged import StageProcess
from tests.browser.watched import Open, Watched

Staged = Callable[..., StageProcess]
NARROW = (1300, 780)
WIDE = (1600, 860)

HIDE = """hidden => {
  Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
  document.dispatchEvent(new Event('visibilitychange'));
}"""
"""Chromium without a window never hides a page by itself."""

WATCH_WORDS = """() => {
  window.places = [];
  const look = () => {
    const lines = [...document.querySelectorAll('.turn .turn-text')].filter(l => l.textContent.includes('walruses'));
    window.places.push(lines.map(l => Math.round(l.getBoundingClientRect().top)));
    window.looking = requestAnimationFrame(look);
  };
  look();
}"""
"""Notes at each frame where on the screen the words about walruses stand."""


def enter(visit: Open, stage: StageProcess, window: tuple[int, int] = NARROW) -> tuple[Watched, Page]:
    """Join the room on the stage, and wait for what was said there."""
    watched = visit(f"{stage.address}/r/{ROOM}", window=window)
    page = join(watched, "Ana", speaks=False)
    expect(page.locator(".turn[data-turn]").first).to_be_visible(timeout=PATIENCE)
    return watched, page


def in_view(page: Page, selector: str) -> bool:
    """Whether an element is within the box that scrolls it."""
    script = """element => {
      const box = element.closest('.turns, .panel-body').getBoundingClientRect();
      const { top, bottom } = element.getBoundingClientRect();
      return top >= box.top - 1 && bottom <= box.bottom + 1;
    }"""
    found: bool = page.locator(selector).evaluate(script)
    return found


def test_words_are_found_in_two_thousand_turns(visit: Open, staged: Staged) -> None:
    stage = staged(2000)
    stage.tell("turn", id="needle", speaker="maya", track="maya", start=1.5, end=1.9, text="Walruses do not knit, Zoë.")
    stage.tell("turn", id="last", speaker="maya", track="maya", start=90000, end=90001, text="The walruses again.")
    watched, page = enter(visit, stage)
    expect(page.locator("[data-turn=last]")).to_be_visible(timeout=PATIENCE)
    assert page.locator(".turn[data-turn]").count() < 80

    page.get_by_role("button", name="Search what was said").click()
    page.keyboard.type("WALRUSES")
    expect(page.locator(".find small")).to_have_text("2 found")
    page.keyboard.press("Enter")
    expect(page.locator(".find small")).to_have_text("1 of 2")
    expect(page.locator("[data-turn=needle].quoted mark")).to_have_text("Walruses", timeout=PATIENCE)
    page.wait_for_timeout(300)
    assert in_view(page, "[data-turn=needle]")
    page.keyboard.press("Enter")
    expect(page.locator("[data-turn=last].quoted")).to_be_visible(timeout=PATIENCE)
    page.keyboard.press("Shift+Enter")
    expect(page.locator("[data-turn=needle].quoted")).to_be_visible(timeout=PATIENCE)
    page.get_by_label("Search", exact=True).fill("zoe")
    expect(page.locator(".find small")).to_have_text("1 found")
    page.get_by_label("Search", exact=True).fill("zeppelin")
    expect(page.locator(".find small")).to_have_text("nothing found")
    page.keyboard.press("Escape")
    expect(page.locator("mark")).to_have_count(0)
    page.get_by_role("button", name="To the latest").click()
    expect(page.locator("[data-turn=last]")).to_be_visible(timeout=PATIENCE)
    watched.is_content()


@pytest.mark.parametrize("window", [NARROW, WIDE])
def test_a_turn_leads_to_its_insight_and_back(visit: Open, staged: Staged, window: tuple[int, int]) -> None:
    watched, page = enter(visit, staged(300), window)
    topics = page.locator(".topics button")
    expect(topics).to_have_count(2)
    topics.first.click()
    cites = page.get_by_role("button", name="Action: Send the beta summary")
    expect(cites).to_be_visible(timeout=PATIENCE)
    cites.click()
    card = page.get_by_role("article", name="Action: Send the beta summary")
    expect(card).to_be_focused(timeout=PATIENCE)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".turn.quoted .cites")).to_have_text("Action", timeout=PATIENCE)
    watched.is_content()


def test_quiet_is_quiet_and_remembered(visit: Open, staged: Staged) -> None:
    watched, page = enter(visit, staged())
    expect(page.locator(".talk, .topics, .agenda-strip, .panel .count")).to_have_count(4)
    page.get_by_role("button", name="Quiet:").click()
    for _ in range(2):
        expect(page.locator(".turn[data-turn]").first).to_be_visible(timeout=PATIENCE)
        expect(page.locator(".talk, .topics, .agenda-strip, .count, .cites, .insight")).to_have_count(0)
        expect(page.locator(".panel-tabs button", has_text="Insights")).to_have_count(0)
        page.reload()
        join(watched, "Ana", speaks=False)
    page.get_by_role("button", name="End the quiet").click()
    choose(page, "Insights")
    expect(page.locator(".insight").first).to_be_visible()
    watched.is_content()


def test_grey_words_settle_where_they_stand(visit: Open, staged: Staged) -> None:
    stage = staged()
    watched, page = enter(visit, stage)
    said = {"track": "noor", "speaker": "noor", "start": 500.0}
    stage.tell("interim", text="walruses do", **said)
    stage.tell("interim", text="walruses do not knit and never did so", **said)
    expect(page.locator(".turn.interim")).to_contain_text("never did", timeout=PATIENCE)
    page.evaluate(WATCH_WORDS)
    stage.tell("turn", id="n1", end=503.0, text="The walruses do not knit, and never did so.", after=0.4, **said)
    expect(page.locator("[data-turn=n1]")).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".turn.interim")).to_have_count(0)
    page.wait_for_timeout(300)
    places = page.evaluate("cancelAnimationFrame(looking) ?? places")
    assert all(len(tops) == 1 for tops in places), "the words were gone, or there twice"
    tops = [top for (top,) in places]
    assert max(tops) - min(tops) <= 1, tops
    watched.is_content()


def test_a_page_that_nobody_sees_draws_nothing(visit: Open, staged: Staged) -> None:
    stage = staged()
    watched, page = enter(visit, stage)
    other = join(visit(f"{stage.address}/r/{ROOM}"), "Bo", speaks=False)
    page.evaluate(HIDE, True)
    expect(other.locator(".avatars li.away")).to_have_count(1, timeout=PATIENCE)
    page.evaluate(
        """() => {
          window.changes = 0;
          const count = list => { window.changes += list.length; };
          const all = { subtree: true, childList: true, characterData: true };
          new MutationObserver(count).observe(document.querySelector('.panel'), all);
        }"""
    )
    for i in range(20):
        stage.tell("interim", track="noor", speaker="noor", start=500.0, text=f"word {i}")
    stage.tell("turn", id="n1", track="noor", speaker="noor", start=500.0, end=501.0, text="Nobody looks.")
    expect(other.locator("[data-turn=n1]")).to_be_visible(timeout=PATIENCE)
    page.wait_for_timeout(300)
    assert page.evaluate("changes") == 0
    page.evaluate(HIDE, False)
    expect(page.locator("[data-turn=n1]")).to_be_visible(timeout=PATIENCE)
    expect(other.locator(".avatars li.away")).to_have_count(0, timeout=PATIENCE)
    watched.is_content()
