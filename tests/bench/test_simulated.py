from collections.abc import Sequence

import pytest

from tests.fakes import ScriptedAsr, fake_models, track
from voicemind.bench.run import chunks
from voicemind.bench.simulated import simulate
from voicemind.config import Config
from voicemind.speech.ports import Decode, Decoded

SOUND = track(0.5, 2.0, 1.0, 3.0)


def test_streams_are_shown_and_ended_without_waiting() -> None:
    run = simulate(chunks(SOUND), fake_models(), 3, Config())

    assert len(run.logs) == 3
    for log in run.logs:
        assert len(log.finals) == 2
        # The pause that ends an utterance, and next to no computing.
        assert all(0.3 < final.at - final.end < 0.9 for final in log.finals)
        assert any(tail and not settled for _, settled, tail in log.updates)
        assert set(log.text.split()) == {"word"}
    assert run.logs[0].finals[0].at == pytest.approx(run.logs[1].finals[0].at, abs=0.05)  # on the clock of each stream
    assert 14.0 < run.speech_seconds < 16.0
    assert run.audio_seconds == 3 * 8.0
    assert run.cpu_seconds > 0.0
    assert run.peak_rss_mb > 10


class Busy(ScriptedAsr):
    """Computes for a while."""

    def transcribe(self, requests: Sequence[Decode]) -> list[Decoded]:
        if requests[0].final:
            sum(range(4_000_000))
        return super().transcribe(requests)


def test_computing_delays_what_is_shown() -> None:
    quick = simulate(chunks(SOUND), fake_models(), 1, Config())
    slow = simulate(chunks(SOUND), fake_models(Busy()), 1, Config())

    assert slow.cpu_seconds > quick.cpu_seconds + 0.05
    for one, other in zip(quick.logs[0].finals, slow.logs[0].finals, strict=True):
        assert one.end == other.end
        assert other.at > one.at + 0.02
