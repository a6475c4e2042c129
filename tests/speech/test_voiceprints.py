import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.speech.test_diarizer import run
from voicemind.speech.voiceprints import ALIKE, Likeness, Voice, recognised, voices

TALK = [(0.0, 12.0, 0), (12.0, 24.0, 1), (24.0, 36.0, 0)]


def voice(*numbers: float, seconds: float = 20.0) -> Voice:
    vector = np.array(numbers, np.float32)
    return Voice(np.asarray(vector / np.linalg.norm(vector), np.float32), seconds)


def test_how_the_speakers_of_a_recording_sound() -> None:
    diarizer = run(TALK, 36)
    heard = voices(diarizer.answers, diarizer.annotate())
    assert {label: int(found.vector.argmax()) for label, found in heard.items()} == {"SPEAKER_00": 0, "SPEAKER_01": 1}
    assert 22 < heard["SPEAKER_00"].seconds <= 24.1
    assert 11 < heard["SPEAKER_01"].seconds <= 12.1


def test_who_is_known_is_recognised_and_a_stranger_is_nobody() -> None:
    known = {"Maya": voice(1, 0, 0), "Tom": voice(0, 1, 0)}
    heard = {"SPEAKER_00": voice(0.9, 0.1, 0.2), "SPEAKER_01": voice(0.3, 0.3, 0.9)}
    found = recognised(heard, known)
    assert found["SPEAKER_00"].name == "Maya"
    assert found["SPEAKER_01"].name is None
    assert 0.2 < found["SPEAKER_01"].similarity < ALIKE


def test_who_said_too_little_is_not_judged() -> None:
    assert recognised({"SPEAKER_00": voice(1, 0, seconds=3)}, {"Maya": voice(1, 0)}) == {}
    assert recognised({"SPEAKER_00": voice(1, 0)}, {}) == {}


def test_two_speakers_are_not_one_person() -> None:
    heard = {"SPEAKER_00": voice(1, 0.2), "SPEAKER_01": voice(1, 0)}
    found = recognised(heard, {"Maya": voice(1, 0)})
    assert found["SPEAKER_01"] == Likeness("Maya", 1.0)
    assert found["SPEAKER_00"].name is None


vectors = st.lists(st.floats(-1, 1), min_size=4, max_size=4).filter(lambda v: sum(x * x for x in v) > 0.01)


@given(st.lists(vectors, max_size=4), st.lists(vectors, max_size=4))
def test_nobody_is_two_speakers_and_no_name_comes_without_its_likeness(
    heard: list[list[float]], known: list[list[float]]
) -> None:
    found = recognised(
        {f"S{n}": voice(*vector) for n, vector in enumerate(heard)},
        {f"P{n}": voice(*vector) for n, vector in enumerate(known)},
    )
    named = [likeness for likeness in found.values() if likeness.name is not None]
    assert len({likeness.name for likeness in named}) == len(named)
    assert all(likeness.similarity >= ALIKE for likeness in named)
