"""The page of a recording: its sound in step with what was said."""

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.actions import PATIENCE
from tests.browser.stage import RECORDING
from tests.browser.watched import Open


def test_a_recording_is_heard_in_step_with_its_words(visit: Open, stage: str, tmp_path: Path) -> None:
    watched = visit(f"{stage}/replay/{RECORDING}")
    page = watched.page
    place = page.get_by_label("Where the sound is")
    expect(page.locator(".lane .stretch").first).to_be_visible(timeout=PATIENCE)
    assert page.locator(".lane .stretch").count() == page.locator(".minutes .turns .turn").count()

    word = page.locator(".minutes .turns .word").nth(30)
    word.click()
    expect(word).to_have_class("word now", timeout=PATIENCE)
    began = float(place.input_value())
    page.wait_for_function("began => document.querySelector('input[type=range]').value > began + 1", arg=began)
    page.get_by_role("button", name="Pause").click()
    expect(page.locator(".word.now")).to_have_count(1)
    assert word.get_attribute("class") == "word"

    page.locator(".marker").first.click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()

    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as SVG").click()
    drawing = tmp_path / "talk.svg"
    saved.value.save_as(drawing)
    assert drawing.read_text().startswith("<svg")
    assert drawing.read_text().count("<rect") >= 3
    watched.is_content()
