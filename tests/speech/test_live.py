import itertools
from collections.abc import Sequence

import numpy as np
import pytest

from tests.speech.test_diarizer import Spoken, answer
from voicemind.audio.frame import SAMPLE_RATE, AudioFrame
from voicemind.speech.live import Known, LiveConfig, LiveDiarizer
from voicemind.speech.ports import Localize, Localized

TALK: Spoken = [(1, 12, 5), (11, 20, 2), (22, 30, 5)]


def perfect(request: Localize, spoken: Spoken) -> Localized:
    found = answer(request, spoken)
    wide = tuple(None if v is None else np.pad(v, (0, 192 - len(v))) for v in found.vectors)
    return Localized(request, found.activity, wide, found.seconds)


def run(
    spoken: Spoken, seconds: float, config: LiveConfig | None = None, begin: int = 0, batch: int = 1
) -> tuple[LiveDiarizer, list[tuple[float, Known]]]:
    """What was known at which time heard; answers come ``batch`` at a time, the last first."""
    live, known, waiting = LiveDiarizer("mix", config, begin), [], []
    sound = np.zeros(round(seconds * SAMPLE_RATE), np.float32)
    for at in range(0, len(sound), 8000):
        waiting += live.feed(AudioFrame(sound[at : at + 8000], begin + at))
        if len(waiting) >= batch:
            heard = min(at + 8000, len(sound)) / SAMPLE_RATE
            known += [(heard, one) for request in reversed(waiting) for one in live.accept(perfect(request, spoken))]
            waiting = []
    waiting += live.flush()
    known += [(seconds, one) for request in waiting for one in live.accept(perfect(request, spoken))]
    return live, known


def labels(known: Sequence[Known], step: float = 0.5) -> str:
    """Who is said to speak at each half second: their numbers, a dot for nobody."""
    ends = max(one.stretch.end for one in known)
    said = [(segment, person) for one in known for person, segment in one.spoken]
    times = np.arange(step / 2, ends, step)
    return " ".join("".join(str(p) for s, p in sorted(said, key=str) if t in s) or "." for t in times)


@pytest.mark.parametrize("settled", [False, True])
@pytest.mark.parametrize("seconds", [0.5, 3.0, 9.9, 30.0, 31.4])
def test_every_moment_is_said_once_and_in_order(settled: bool, seconds: float) -> None:
    live, known = run(TALK, seconds)
    stretches = [one.stretch for _, one in known if one.settled is settled]
    assert stretches[0].start == 0
    assert stretches[-1].end == pytest.approx(seconds, abs=0.02)
    assert all(a.end == b.start for a, b in itertools.pairwise(stretches))
    assert not live.pending


def test_people_and_their_overlap_are_found() -> None:
    _, known = run(TALK, 30.0)
    found = labels([one for _, one in known if one.settled])
    assert found.split() == [
        *["."] * 2, *["0"] * 20, *["01"] * 2, *["1"] * 16, *["."] * 4, *["0"] * 16
    ]  # fmt: skip


@pytest.mark.parametrize(("label", "revision"), [(1.0, 3.0), (2.0, 5.0), (3.0, 8.0)])
def test_it_is_said_no_later_than_asked(label: float, revision: float) -> None:
    _, known = run(TALK, 30.0, LiveConfig(label=label, revision=revision))
    for heard, one in known:
        if heard < 30.0:
            # What comes next is said with the next window, a second later.
            assert heard + 1.0 - one.stretch.end <= (revision if one.settled else label) + 0.02


@pytest.mark.parametrize("batch", [1, 3, 100])
def test_answers_may_come_late_and_in_any_order(batch: int) -> None:
    expected, found = ([one for _, one in run(TALK, 30.0, batch=n)[1]] for n in (1, batch))
    assert found == expected


def test_a_track_that_begins_later_is_of_its_own_time() -> None:
    later: Spoken = [(start + 600, end + 600, who) for start, end, who in TALK]
    live, known = run(later, 30.0, begin=600 * SAMPLE_RATE)
    assert known[0][1].stretch.start == pytest.approx(600, abs=0.02)
    assert live.labelled == pytest.approx(630, abs=0.02)
    assert live.again()[0][1].start == pytest.approx(601, abs=0.06)


def test_all_is_told_apart_again_at_the_end() -> None:
    live, _ = run(TALK, 30.0)
    (first, one), (second, two), (again, three) = live.again()
    assert first == again != second
    found = [time for segment in (one, two, three) for time in (segment.start, segment.end)]
    assert found == pytest.approx([1, 12, 11, 20, 22, 30], abs=0.06)


def test_nobody_speaks() -> None:
    live, known = run([], 12.0)
    assert all(one.spoken == () for _, one in known)
    assert live.again() == []


def test_nothing_is_heard() -> None:
    live = LiveDiarizer("mix")
    assert live.flush() == []
    assert not live.pending
    assert live.again() == []


def test_the_sound_is_not_kept() -> None:
    live, _ = run(TALK, 12.0)
    assert all(len(found.request.samples) == 0 for found in live.answers)


def test_vectors_are_asked_of_who_speaks_now() -> None:
    [request, *_] = LiveDiarizer("mix").feed(AudioFrame(np.zeros(SAMPLE_RATE, np.float32), 0))
    assert (request.fresh, request.start) == (1.0, -9 * SAMPLE_RATE)
