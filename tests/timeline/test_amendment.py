from tests.timeline.test_corrected import BASE
from voicemind.timeline.amendment import amended
from voicemind.timeline.corrections import Correction
from voicemind.timeline.event import Joined, Participant, Speech
from voicemind.timeline.insight import Insight
from voicemind.timeline.minutes import Minutes
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Interim, Turn


def meeting(*people: Participant) -> Minutes:
    minutes = Minutes("Weekly", model="tiny.en")
    for turn in BASE:
        minutes.add(turn)
        minutes.add(Speech(turn.segment, turn.track, turn.speaker))
    for person in people:
        minutes.add(Joined(0.0, person))
    return minutes


def shares(minutes: Minutes) -> dict[str, tuple[str, float, int]]:
    return {row.id: (row.name, row.talk_seconds, row.turns) for row in minutes.speakers()}


def test_without_corrections_minutes_are_what_they_were() -> None:
    minutes = meeting(Participant("S0", "Maya"))
    found = amended(minutes, [])
    assert (found.title, found.model, found.duration, found.agenda) == ("Weekly", "tiny.en", 10.0, ())
    assert list(found.transcript) == list(minutes.transcript)
    assert (found.annotation, found.participants) == (minutes.annotation, minutes.participants)


def test_figures_follow_what_people_say_and_the_minutes_given_stay() -> None:
    minutes = meeting()
    named = Correction("a", "rename", "S0", "Maya", at=1)
    split = Correction("b", "split", "S0", ("t3",), at=2)
    assert shares(amended(minutes, [split, named])) == {
        "S0": ("Maya", 3, 1),
        "speaker-b": ("Maya (2)", 3, 1),
        "S1": ("S1", 2, 1),
    }
    assert shares(amended(minutes, [Correction("m", "merge", "S1", "S0")])) == {"S0": ("S0", 8, 3)}
    assert shares(minutes) == {"S0": ("S0", 6, 2), "S1": ("S1", 2, 1)}


def test_a_person_on_two_tracks_is_one_and_nobody_silent_is_left() -> None:
    minutes = meeting(Participant("S0", "Maya"), Participant("S1", "Maya's phone"), Participant("S2", "Tom"))
    found = amended(minutes, [Correction("m", "merge", "S1", "S0")])
    assert shares(found) == {"S0": ("Maya", 8, 3), "S2": ("Tom", 0, 0)}


def test_an_interim_is_of_whom_its_speaker_is() -> None:
    minutes = meeting()
    minutes.add(Interim("mic", "S1", Segment(20, 21), "so", ""))
    [interim] = amended(minutes, [Correction("m", "merge", "S1", "S0")]).transcript.interims
    assert interim.speaker == "S0"


def test_findings_name_people_as_they_are_called() -> None:
    minutes = meeting(Participant("SPEAKER_00", "SPEAKER_00"), Participant("p1", "Will"))
    minutes.add(Turn("u", Segment(20, 21), "SPEAKER_00", "I will do it"))
    minutes.add(
        Insight(
            "action", Segment(20, 21), "SPEAKER_00 will do it", "SPEAKER_00", ("u",), data={"owner": "Will", "n": 1}
        )
    )
    renames = [Correction("a", "rename", "SPEAKER_00", "Maya"), Correction("b", "rename", "p1", "William")]
    [insight] = amended(minutes, renames).insights()
    assert (insight.text, insight.speaker, insight.data) == ("Maya will do it", "Maya", {"owner": "William", "n": 1})
    assert insight.id == minutes.insights()[0].id


def test_a_finding_follows_the_turn_that_it_rests_on() -> None:
    minutes = meeting(Participant("S0", "Maya"), Participant("S1", "Tom"))
    minutes.add(Insight("action", Segment(0, 3), "send it", "Maya", ("t1",), data={"owner": "Maya"}))
    minutes.add(Insight("action", Segment(7, 9), "file it", "Maya", ("t3",), data={"owner": "Maya"}))
    first, second = amended(minutes, [Correction("a", "reassign", "t1", "S1")]).insights()
    assert (first.speaker, first.data) == ("Tom", {"owner": "Tom"})
    assert (second.speaker, second.data) == ("Maya", {"owner": "Maya"})


def test_nobody_takes_the_floor_from_themselves() -> None:
    minutes = meeting(Participant("S0", "Maya"), Participant("S1", "Tom"))
    minutes.add(
        Insight("floor_take", Segment(4, 5), "Tom took the floor from Maya", "Tom", data={"by": "Tom", "of": "Maya"})
    )
    assert amended(minutes, [Correction("m", "merge", "S1", "S0")]).insights() == []
    assert len(amended(minutes, [Correction("r", "rename", "S1", "Thomas")]).insights()) == 1
