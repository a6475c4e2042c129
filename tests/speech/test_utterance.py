import itertools

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.fakes import EnergyVad, frames, track
from voicemind.audio.frame import SAMPLE_RATE, Samples
from voicemind.config import SpeechConfig
from voicemind.speech.utterance import Utterance, UtteranceBuilder, Voiced
from voicemind.speech.vad import VoiceActivity, Window

FINALS = SpeechConfig(interim_interval=None)


def run(samples: Samples, config: SpeechConfig = FINALS) -> list[Voiced | Utterance]:
    builder = UtteranceBuilder(config)
    return [x for w in heard(samples, config) for x in builder.feed(w)] + builder.flush()


def heard(samples: Samples, config: SpeechConfig = FINALS) -> list[Window]:
    activity = VoiceActivity(EnergyVad(), config)
    return [w for frame in frames(samples) for w in activity.feed(frame)] + activity.flush()


def closed(found: list[Voiced | Utterance]) -> list[Utterance]:
    return [x for x in found if isinstance(x, Utterance) and x.closed]


def voiced(found: list[Voiced | Utterance]) -> list[Voiced]:
    return [x for x in found if isinstance(x, Voiced)]


def test_a_pause_ends_an_utterance() -> None:
    first, second = closed(run(track(0.5, 1.0, 1.0, 1.0, 1.0)))

    assert first.voiced.start / SAMPLE_RATE == pytest.approx(0.5, abs=0.05)
    assert first.voiced.end / SAMPLE_RATE == pytest.approx(1.5, abs=0.05)
    assert second.voiced.start / SAMPLE_RATE == pytest.approx(2.5, abs=0.05)
    assert (first.number, second.number) == (0, 1)


def test_a_short_pause_does_not() -> None:
    assert len(closed(run(track(0.5, 1.0, 0.4, 1.0, 1.0)))) == 1


def test_the_sound_before_the_first_voice_is_kept() -> None:
    [utterance] = closed(run(track(1.0, 1.0, 1.0)))

    before = (utterance.voiced.start - utterance.start) / SAMPLE_RATE

    assert before == pytest.approx(FINALS.preroll, abs=0.04)


def test_an_utterance_that_begins_at_once_has_no_more_than_there_is() -> None:
    [utterance] = closed(run(track(0.0, 1.0, 1.0)))

    assert utterance.start == 0


def test_silence_at_the_end_is_cut_off() -> None:
    [utterance] = closed(run(track(0.5, 1.0, 3.0)))

    end = utterance.start + len(utterance.samples)

    assert (end - utterance.voiced.end) / SAMPLE_RATE == pytest.approx(FINALS.tail, abs=0.01)


def test_a_click_is_no_utterance() -> None:
    assert run(track(0.5, 0.03, 2.0)) == []


def test_flush_closes_what_is_open() -> None:
    found = run(track(0.5, 1.0))

    assert len(closed(found)) == 1
    assert len(voiced(found)) == 1


def test_long_speech_is_cut_without_losing_a_sample() -> None:
    found = closed(run(track(0.0, 40.0, 1.0)))

    assert len(found) >= 3
    for before, after in itertools.pairwise(found):
        assert before.start + len(before.samples) == after.start
        assert len(before.samples) / SAMPLE_RATE <= FINALS.longest + 0.05


def test_a_long_utterance_is_cut_where_it_is_quietest() -> None:
    samples = track(0.0, 20.0)
    quiet = slice(round(14.0 * SAMPLE_RATE), round(14.2 * SAMPLE_RATE))
    samples[quiet] *= 0.2

    first = closed(run(samples))[0]

    assert 14.0 <= (first.start + len(first.samples)) / SAMPLE_RATE <= 14.25


def test_what_is_cut_did_not_end_long_ago() -> None:
    """Or its turn would be late, however fast the machine."""
    samples = track(0.0, 60.0)
    builder, late = UtteranceBuilder(FINALS), []
    for window in heard(samples):
        late += [(window.end - x.voiced.end) / SAMPLE_RATE for x in closed(builder.feed(window))]

    assert len(late) >= 3
    assert max(late) <= 1.1


def test_stretches_of_voice_are_split_at_shorter_pauses_than_utterances() -> None:
    found = run(track(0.5, 1.0, 0.45, 1.0, 1.0))

    assert len(closed(found)) == 1
    assert len(voiced(found)) == 2


def test_a_stretch_closes_though_its_utterance_was_cut_just_before() -> None:
    found = run(track(0.0, 15.0, 5.0, 1.0, 1.0))

    assert all((v.end - v.start) / SAMPLE_RATE < 15.5 for v in voiced(found))
    assert len(voiced(found)) == 2


def test_interims_come_at_their_interval_and_grow() -> None:
    found = run(track(0.5, 3.0, 1.0), SpeechConfig(interim_interval=0.5))

    interims = [x for x in found if isinstance(x, Utterance) and not x.closed]

    assert 5 <= len(interims) <= 6
    assert all(len(a.samples) < len(b.samples) for a, b in itertools.pairwise(interims))
    assert {x.number for x in interims} == {0}


def test_the_longer_an_utterance_the_shorter_the_pause_that_ends_it() -> None:
    pause = 0.42
    assert len(closed(run(track(0.5, 2.0, pause, 1.0, 1.0)))) == 1
    assert len(closed(run(track(0.5, FINALS.impatient + 1.0, pause, 1.0, 1.0)))) == 2
    assert len(closed(run(track(0.5, FINALS.impatient + 1.0, 0.2, 1.0, 1.0)))) == 1


parts = st.lists(st.floats(0.04, 4.0), min_size=1, max_size=8)


@given(parts)
@example([1.0, 1.0, 0.5, 4.0, 0.5, 1.0])  # a pause hardly longer than the sound that is kept about it
def test_every_long_voiced_window_is_in_one_utterance(lengths: list[float]) -> None:
    found = run(track(*lengths))

    spans = [(u.start, u.start + len(u.samples)) for u in closed(found)]

    assert all(a[1] <= b[0] for a, b in itertools.pairwise(spans))
    for stretch in voiced(found):
        covered = sum(max(0, min(e, stretch.end) - max(s, stretch.start)) for s, e in spans)
        assert covered == stretch.end - stretch.start or not spans_near(spans, stretch)


def spans_near(spans: list[tuple[int, int]], stretch: Voiced) -> bool:
    return any(s < stretch.end and stretch.start < e for s, e in spans)


@given(st.lists(st.booleans(), max_size=1200))
def test_nothing_ends_before_the_earliest_end_that_was_told(voices: list[bool]) -> None:
    builder = UtteranceBuilder(FINALS)
    bound = 0
    for i, voice in enumerate(voices):
        for item in builder.feed(Window(i * 512, np.full(512, 0.1, np.float32), voice)):
            end = item.end if isinstance(item, Voiced) else item.voiced.end
            assert end >= bound
        assert builder.earliest_end >= 0
        bound = max(bound, builder.earliest_end)
