import os

import pytest
from hypothesis import given

from tests.timeline.formats.meetings import planning
from tests.timeline.strategies import few, meetings
from voicemind.timeline.annotation import Annotation
from voicemind.timeline.event import Joined, Participant, Speech
from voicemind.timeline.formats.nist import rttm, stm
from voicemind.timeline.minutes import Minutes
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn

os.environ.setdefault("PYANNOTE_METRICS_ENABLED", "0")


def two(first: str, second: str) -> Minutes:
    """Two people who speak one after the other."""
    minutes = Minutes("Stand up")
    for number, name in enumerate((first, second)):
        minutes.add(Joined(0.0, Participant(f"p{number}", name)))
        minutes.add(Speech(Segment(number, number + 1), "a", f"p{number}"))
        minutes.add(Turn(f"t{number}", Segment(number, number + 1), f"p{number}", "well  then\n"))
    return minutes


def test_rttm_names_people_and_the_meeting() -> None:
    assert rttm(two("Ann Lee", "Bo")) == (
        "SPEAKER Stand_up 1 0.000 1.000 <NA> <NA> Ann_Lee <NA> <NA>\n"
        "SPEAKER Stand_up 1 1.000 1.000 <NA> <NA> Bo <NA> <NA>\n"
    )


def test_stm_is_text_by_time_and_speaker() -> None:
    assert stm(two("Ann Lee", "Bo")) == (
        "Stand_up 1 Ann_Lee 0.000 1.000 well then\nStand_up 1 Bo 1.000 2.000 well then\n"
    )


@pytest.mark.parametrize("names", [("Ann", "Ann"), ("Ann Lee", "Ann_Lee"), ("", ""), ("", "p0"), ("Ann", "Ann (2)")])
def test_people_whose_names_look_alike_stay_two(names: tuple[str, str]) -> None:
    minutes = two(*names)
    speakers = Annotation.from_rttm(rttm(minutes)).labels()
    assert len(speakers) == 2
    assert sorted(line.split()[2] for line in stm(minutes).splitlines()) == speakers


def test_a_meeting_without_a_title_is_named_meeting() -> None:
    minutes = Minutes()
    minutes.add(Turn("a", Segment(0, 1), "p1", "word"))
    assert stm(minutes) == "meeting 1 p1 0.000 1.000 word\n"


def test_the_real_rttm_reader_agrees() -> None:
    from pyannote.database.util import load_rttm

    text = rttm(planning())
    theirs = load_rttm_text(load_rttm, text)
    assert {label: pytest.approx(time) for label, time in planning_talk().items()} == theirs


def load_rttm_text(load: object, text: str) -> dict[str, float]:
    """What pyannote reads out of an RTTM text: seconds a speaker."""
    import tempfile
    from pathlib import Path

    assert callable(load)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "meeting.rttm"
        path.write_text(text, encoding="utf-8")
        (annotation,) = load(path).values()
    return dict(annotation.chart())


def planning_talk() -> dict[str, float]:
    minutes = planning()
    return {minutes.name(speaker): time for speaker, time in minutes.annotation.talk_time().items()}


@few
@given(meetings())
def test_any_meeting_is_rttm_again(minutes: Minutes) -> None:
    read = Annotation.from_rttm(rttm(minutes))
    spoken = {label: time for label, time in minutes.annotation.talk_time().items() if time >= 0.01}
    assert len(read.labels()) >= len(spoken)
    assert sorted(read.talk_time().values())[-len(spoken) or 99 :] == pytest.approx(sorted(spoken.values()), abs=0.01)


@few
@given(meetings())
def test_any_meeting_is_stm_again(minutes: Minutes) -> None:
    for line in stm(minutes).splitlines():
        _, channel, speaker, start, end, *words = line.split()
        assert channel == "1"
        assert speaker
        assert 0.0 <= float(start) < float(end)
        assert words
