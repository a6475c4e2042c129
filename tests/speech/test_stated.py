from tests.speech.test_diarizer import run
from voicemind.speech.stated import matched
from voicemind.timeline.annotation import Annotation
from voicemind.timeline.corrected import Stated
from voicemind.timeline.segment import Segment

TALK = [(0.0, 8.0, 0), (8.0, 16.0, 1), (16.0, 24.0, 0), (24.0, 32.0, 1), (32.0, 40.0, 2)]


def times(annotation: Annotation) -> list[tuple[int, int, str]]:
    return [(round(item.segment.start), round(item.segment.end), item.label) for item in annotation]


def test_two_voices_of_one_person_are_one_where_people_say_so() -> None:
    stated = [Stated(Segment(start, end), "mix", "a") for start, end, who in TALK if who < 2]
    found = run(TALK, 40).annotate(stated=stated)
    assert times(found) == [(0, 32, "SPEAKER_00"), (32, 40, "SPEAKER_01")]


def test_one_voice_of_two_people_is_two_where_people_say_so() -> None:
    stated = [Stated(Segment(0, 8), "mix", "a"), Stated(Segment(16, 24), "mix", "b")]
    found = run(TALK, 40).annotate(stated=stated)
    assert [label for _, _, label in times(found)] == [f"SPEAKER_{n:02d}" for n in (0, 1, 2, 1, 3)]


def test_how_many_there_are_counts_those_people_spoke_of() -> None:
    stated = [Stated(Segment(0, 8), "mix", "a"), Stated(Segment(8, 16), "mix", "b")]
    assert len(run(TALK, 40).annotate(2, stated).labels()) == 2
    assert len(run(TALK, 40).annotate(3, stated).labels()) == 3


def test_somebody_who_says_a_word_while_another_speaks_is_not_taken_for_them() -> None:
    talk = [(0.0, 20.0, 0), (9.0, 12.0, 1), (20.0, 30.0, 1)]
    found = run(talk, 30).annotate(stated=[Stated(Segment(0, 20), "mix", "a")])
    assert len(found.labels()) == 2
    assert found.talk_time()["SPEAKER_01"] > 12


def test_what_was_said_of_times_without_a_voice_changes_nothing() -> None:
    free = run(TALK, 40).annotate()
    assert run(TALK, 40).annotate(stated=[Stated(Segment(90, 95), "mix", "a")]).labels() == free.labels()


def annotation(*items: tuple[float, float, str]) -> Annotation:
    found = Annotation()
    for start, end, label in items:
        found.add(Segment(start, end), label, "mix")
    return found


def test_labels_last_from_one_pass_to_the_next() -> None:
    before = annotation((0, 5, "Maya"), (5, 10, "SPEAKER_00"))
    later = annotation((0, 4, "SPEAKER_00"), (4, 10, "SPEAKER_01"), (10, 12, "SPEAKER_02"))
    assert times(matched(later, before)) == [(0, 4, "Maya"), (4, 10, "SPEAKER_00"), (10, 12, "SPEAKER_01")]
    assert matched(later, later) == later
    assert matched(Annotation(), before) == Annotation()
    assert matched(later, Annotation()).labels() == later.labels()
