"""Where no UDP gets through, voices come over a WebSocket."""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.actions import PATIENCE, join
from tests.browser.test_room import LISTEN, best_match, levels
from tests.browser.watched import Open
from voicemind.audio.frame import SAMPLE_RATE, Samples

NO_UDP = ("--webrtc-ip-handling-policy=disable_non_proxied_udp",)
WITHIN = 10.0
"""Seconds from joining in which speech is to arrive; what a loaded machine adds is allowed for below."""


@pytest.mark.soak
def test_without_udp_people_are_heard_over_a_socket(
    visit: Open, microphone: Callable[[Samples], Path], narration: Samples
) -> None:
    listener = visit("/r/tunnel", flags=NO_UDP)
    page = join(listener, "Bo", speaks=False)
    speaker = visit("/r/tunnel", microphone(narration), loops=True, flags=NO_UDP)
    join(speaker, "Ana", speaks=True)
    began = time.monotonic()
    expect(speaker.page.locator(".voice.connected.by-socket")).to_be_visible(timeout=PATIENCE)
    connected = time.monotonic() - began

    expect(page.locator(".turn.interim, .turn[data-turn]").first).to_be_visible(timeout=PATIENCE)
    assert connected < WITHIN + 5
    heard = np.array(page.evaluate(LISTEN, 7000))
    said = levels(np.tile(np.concatenate([narration, np.zeros(3 * SAMPLE_RATE, np.float32)]), 2))
    assert best_match(said, heard) > 0.5
    expect(page.locator(".turn[data-turn]").first).to_be_visible(timeout=PATIENCE)
    for watched in (listener, speaker):
        watched.is_content()
