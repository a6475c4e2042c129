from tests.fakes import fake_models, track
from voicemind.bench.real_time import listen
from voicemind.bench.run import chunks
from voicemind.config import Config


def test_streams_go_at_the_pace_of_speech() -> None:
    run = listen(chunks(track(0.2, 1.2)), fake_models(), 2, Config())

    for log in run.logs:
        assert len(log.finals) == 1
        assert log.finals[0].at > 1.6  # the pause that ends an utterance, at least
        assert log.text.split() == ["word"] * 3
    assert run.speech_seconds > 2.0
    assert run.peak_rss_mb > 10
