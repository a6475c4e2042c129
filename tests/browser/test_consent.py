"""Who does not wish to be transcribed is not, everybody sees it, and they can change their mind."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.actions import PATIENCE, join
from tests.browser.watched import Open
from voicemind.audio.frame import Samples

HEARD_MS = 8000


def test_somebody_who_is_not_transcribed_changes_their_mind(
    visit: Open, microphone: Callable[[Samples], Path], narration: Samples
) -> None:
    reader = visit("/r/standup")
    join(reader, "Bo", speaks=False)
    speaker = visit("/r/standup", microphone(narration), loops=True)
    speaker.page.get_by_label("Transcribe what I say").uncheck()
    join(speaker, "Ana", speaks=True)
    expect(reader.page.locator(".talk").get_by_text("not transcribed")).to_be_visible(timeout=PATIENCE)
    reader.page.wait_for_timeout(HEARD_MS)
    expect(reader.page.locator(".turn")).to_have_count(0)

    speaker.page.get_by_role("button", name="Not transcribed").click()
    speaker.page.get_by_role("button", name="Transcribe me", exact=True).click()
    expect(reader.page.locator(".turn[data-turn]").first).to_be_visible(timeout=PATIENCE)
    expect(reader.page.locator(".talk").get_by_text("not transcribed")).to_have_count(0)

    speaker.page.get_by_role("button", name="Transcribed", exact=True).click()
    speaker.page.get_by_role("button", name="Do not transcribe me any more").click()
    speaker.page.get_by_role("button", name="Not transcribed", exact=True).click()
    speaker.page.get_by_role("button", name="Delete what was heard of me").click()
    speaker.page.get_by_role("button", name="Delete it for everybody, for good").click()
    expect(reader.page.locator(".turn")).to_have_count(0, timeout=PATIENCE)
    for watched in (reader, speaker):
        watched.is_content()
