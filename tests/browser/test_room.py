"""Two people in a room, each in a browser of their own, against the real server."""

from collections.abc import Callable
from pathlib import Path

import jiwer
import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import expect
from whisper_normalizer.english import EnglishTextNormalizer

from tests.browser.actions import drag, draw, join, take
from tests.browser.observer import Observer
from tests.browser.recordings import ROOT
from tests.browser.watched import Open
from voicemind.audio.frame import SAMPLE_RATE, Samples

LISTEN = """milliseconds => new Promise(resolve => {
  const context = new AudioContext();
  const analyser = new AnalyserNode(context, { fftSize: 2048 });
  context.resume();
  for (const player of window.players)
    if (player.srcObject) context.createMediaStreamSource(player.srcObject).connect(analyser);
  const samples = new Float32Array(2048), levels = [];
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    levels.push([context.currentTime, Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / samples.length)]);
  }, 25);
  setTimeout(() => { clearInterval(timer); resolve(levels); }, milliseconds);
})"""
"""Loudness of what the page plays, and when in seconds: a busy machine looks late."""


def levels(samples: Samples) -> NDArray[np.float64]:
    """Loudness of a recording, each 50 ms."""
    step = SAMPLE_RATE // 20
    power = np.square(samples[: len(samples) // step * step], dtype=np.float64).reshape(-1, step).mean(axis=1)
    return np.asarray(np.sqrt(power), np.float64)


def best_match(said: NDArray[np.float64], heard: NDArray[np.float64]) -> float:
    """The highest correlation of what was heard, at any delay, with three seconds or more of what was said."""
    found = []
    for shift in range(-len(heard), len(said)):
        a, b = said[max(0, shift) :], heard[max(0, -shift) :]
        size = min(len(a), len(b))
        if size >= 60 and a[:size].std() > 0 and b[:size].std() > 0:
            found.append(float(np.corrcoef(a[:size], b[:size])[0, 1]))
    return max(found, default=0.0)


def test_words_of_one_are_read_by_the_other(
    visit: Open, microphone: Callable[[Samples], Path], narration: Samples
) -> None:
    reader = visit("/r/standup")
    join(reader, "Bo", speaks=False)
    speaker = visit("/r/standup", microphone(narration))
    join(speaker, "Ana", speaks=True)

    turns = reader.page.locator(".turn")
    expect(turns.filter(has_not=reader.page.locator(".interim")).last).to_contain_text("printed book", timeout=60_000)

    normalise = EnglishTextNormalizer()
    said = normalise((ROOT / "tests/data/lj-first-27s.txt").read_text())
    read = normalise(" ".join(reader.page.locator(".turn-text").all_inner_texts()))
    assert jiwer.wer(said, read) <= 0.2
    for watched in (reader, speaker):
        watched.is_content()


def test_offline_edits_of_one_shape_both_survive(visit: Open, server: str) -> None:
    ana, bo = visit("/r/board"), visit("/r/board")
    page, other = join(ana, "Ana", speaks=False), join(bo, "Bo", speaks=False)
    with Observer(server, "board") as observer:
        draw(page)
        observer.listen(2)
        [shape] = observer.elements()

        ana.context.set_offline(True)
        expect(page.locator(".badge.offline")).to_be_visible(timeout=20_000)
        take(page, "selection")
        drag(page, (501, 400), (531, 420))
        take(other, "selection")
        other.mouse.click(500, 400)
        other.locator('[data-testid="color-top-pick-#ffc9c9"]').first.click(force=True)
        observer.listen(1)
        [meanwhile] = observer.elements()
        assert (meanwhile["x"], meanwhile["backgroundColor"]) == (shape["x"], "#ffc9c9")

        ana.context.set_offline(False)
        expect(page.locator(".badge.saved")).to_be_visible(timeout=20_000)
        observer.listen(2)
        [merged] = observer.elements()
        assert (merged["x"], merged["backgroundColor"]) == (shape["x"] + 30, "#ffc9c9")
        assert observer.listen(2) == 0  # nothing is written any more once all agree

        page.reload()
        join(ana, "Ana", speaks=False)
        observer.listen(2)
        assert observer.elements() == [merged]
    for watched in (ana, bo):
        watched.is_content(but_for="ERR_INTERNET_DISCONNECTED")


def test_two_people_hear_each_other(visit: Open, microphone: Callable[[Samples], Path], narration: Samples) -> None:
    speaker = visit("/r/voices", microphone(narration[: 8 * SAMPLE_RATE]))
    listener = visit("/r/voices")
    join(listener, "Bo", speaks=False)
    join(speaker, "Ana", speaks=True)
    expect(speaker.page.locator(".voice.connected")).to_be_visible(timeout=20_000)
    page = listener.page

    times, loudness = np.array(page.evaluate(LISTEN, 7000)).T
    heard = np.interp(np.arange(times[0], times[-1], 0.05), times, loudness)

    said = levels(narration[: 8 * SAMPLE_RATE])
    assert best_match(said, heard) > 0.5
    assert best_match(said, heard) > best_match(said[::-1], heard) + 0.1  # nothing else would match as well
