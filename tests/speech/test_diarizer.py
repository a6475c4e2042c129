import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicemind.audio.frame import SAMPLE_RATE, AudioFrame
from voicemind.speech.diarizer import Diarizer
from voicemind.speech.ports import Localize, Localized
from voicemind.speech.votes import FRAME, OFFSET, WINDOW

FRAMES = 589  # of a window

Spoken = list[tuple[float, float, int]]  # from, to, who


def answer(request: Localize, spoken: Spoken) -> Localized:
    """What a perfect model would say: local speakers in the order in which they speak."""
    times = (request.start + OFFSET + np.arange(FRAMES) * FRAME) / SAMPLE_RATE
    heard = {who: np.zeros(FRAMES, bool) for _, _, who in spoken}
    for start, end, who in spoken:
        heard[who] |= (times >= start) & (times < end)
    active = sorted((who for who in heard if heard[who].any()), key=lambda who: int(heard[who].argmax()))[:3]
    activity = np.stack([heard[who] for who in active] + [np.zeros(FRAMES, bool)] * (3 - len(active)), axis=1)
    vectors = tuple(np.eye(8, dtype=np.float32)[who] for who in active) + (None,) * (3 - len(active))
    alone = activity & (activity.sum(axis=1) == 1)[:, None]
    return Localized(request, activity, vectors, tuple(float(s) for s in alone.sum(axis=0) * FRAME / SAMPLE_RATE))


def run(spoken: Spoken, seconds: float, chunk: int = 8000, speakers: int | None = None) -> Diarizer:
    diarizer = Diarizer("mix")
    requests = []
    sound = np.zeros(round(seconds * SAMPLE_RATE), np.float32)
    for start in range(0, len(sound), chunk):
        requests += diarizer.feed(AudioFrame(sound[start : start + chunk], start))
    requests += diarizer.flush()
    for request in reversed(requests):  # answers may come in any order
        diarizer.accept(answer(request, spoken))
    return diarizer


def spans(diarizer: Diarizer, speakers: int | None = None) -> list[tuple[float, float, str]]:
    return [(i.segment.start, i.segment.end, i.label) for i in diarizer.annotate(speakers)]


def test_who_speaks_when_with_overlap_and_by_who_speaks_first() -> None:
    found = spans(run([(1, 12, 5), (11, 20, 2), (22, 30, 5)], 32))
    expected = [(1, 12, "SPEAKER_00"), (11, 20, "SPEAKER_01"), (22, 30, "SPEAKER_00")]
    assert [label for *_, label in found] == [label for *_, label in expected]
    for (start, end, _), (start_, end_, _) in zip(found, expected, strict=True):
        assert abs(start - start_) < 0.06
        assert abs(end - end_) < 0.06


@pytest.mark.parametrize("seconds", [0.0, 0.5, 3.0, 9.99, 10.0, 12.5, 13.0])
def test_every_length_is_heard_to_its_end(seconds: float) -> None:
    found = spans(run([(0, seconds, 1)], seconds))
    assert [label for *_, label in found] == (["SPEAKER_00"] if seconds else [])
    if found:
        assert found[0][1] == pytest.approx(seconds, abs=0.06)


def test_nobody_speaks() -> None:
    assert spans(run([], 30)) == []


@given(st.integers(100, 200_000))
@settings(max_examples=20)
def test_chunks_do_not_matter(chunk: int) -> None:
    spoken: Spoken = [(2, 9, 0), (8, 17, 1)]
    assert spans(run(spoken, 24, chunk)) == spans(run(spoken, 24))


def test_a_hole_in_the_sound_is_silence_and_what_is_no_number_too() -> None:
    diarizer = Diarizer("mix")
    sound = np.full(SAMPLE_RATE, np.nan, np.float32)
    requests = diarizer.feed(AudioFrame(sound, 0)) + diarizer.feed(AudioFrame(sound + 1, 30 * SAMPLE_RATE))
    requests += diarizer.flush()
    assert [request.start for request in requests] == [round(i * 2.5 * SAMPLE_RATE) for i in range(len(requests))]
    assert requests[-1].start + WINDOW >= 31 * SAMPLE_RATE
    assert all(np.isfinite(request.samples).all() and len(request.samples) == WINDOW for request in requests)


def test_fewer_people_where_fewer_are_said_to_be_there() -> None:
    diarizer = run([(0, 10, 0), (10, 20, 1), (20, 30, 2)], 30)
    assert len(diarizer.annotate().labels()) == 3
    assert len(diarizer.annotate(2).labels()) == 2
