import os
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.timeline.strategies import annotations, labels, raw_segments
from tests.timeline.test_segment import CELLS, cover
from voicemind.errors import InputError
from voicemind.timeline.annotation import Annotation, Labelled, rttm_names
from voicemind.timeline.segment import Segment

os.environ.setdefault("PYANNOTE_METRICS_ENABLED", "0")  # before pyannote is imported: no telemetry


def annotation(*rows: tuple[float, float, str]) -> Annotation:
    return Annotation(Labelled(Segment(start, end), label) for start, end, label in rows)


def test_empty_segments_are_left_out() -> None:
    made = annotation((1, 1, "Maya"), (2, 1, "Maya"))
    made.add(Segment(3, 3), "Tom")
    assert len(made) == 0
    assert made.labels() == []


def test_iterates_in_order_of_time() -> None:
    made = annotation((5, 6, "Maya"), (1, 2, "Tom"), (1, 2, "Maya"))
    assert [(item.segment.start, item.label) for item in made] == [(1, "Maya"), (1, "Tom"), (5, "Maya")]


def test_talk_time_counts_overlap_for_each_speaker_and_once_for_one() -> None:
    made = annotation((0, 4, "Maya"), (2, 5, "Maya"), (3, 6, "Tom"))
    assert made.talk_time() == {"Maya": 5.0, "Tom": 3.0}
    assert made.speech() == [Segment(0, 6)]
    assert made.overlap() == [Segment(3, 5)]


def test_segments_merge_up_to_the_gap() -> None:
    made = annotation((0, 1, "Maya"), (1.5, 2, "Maya"), (1, 1.5, "Tom"))
    assert made.segments("Maya") == [Segment(0, 1), Segment(1.5, 2)]
    assert made.segments("Maya", gap=0.5) == [Segment(0, 2)]


def test_silence_is_what_nobody_fills() -> None:
    assert annotation((1, 2, "Maya"), (4, 9, "Tom")).silence(Segment(0, 6)) == [Segment(0, 1), Segment(2, 4)]


@given(annotations)
def test_overlap_is_where_two_labels_are_counted(made: Annotation) -> None:
    speakers = {label: cover(made.segments(label)) for label in made.labels()}
    crowded = {cell for cell in CELLS if sum(cell in cells for cells in speakers.values()) >= 2}
    found = made.overlap()
    assert cover(found) == crowded
    assert all(a.end < b.start for a, b in pairwise(found))


@given(annotations, raw_segments)
def test_crop_keeps_what_lies_within(made: Annotation, within: Segment) -> None:
    cropped = made.crop(within)
    for label in made.labels():
        assert cover(cropped.segments(label)) == cover(made.segments(label)) & cover([within])


@given(annotations)
def test_rename_to_one_name_merges_all_talk(made: Annotation) -> None:
    one = made.rename(dict.fromkeys(made.labels(), "all"))
    assert one.segments("all") == made.speech()
    assert made.rename({}) == made


def test_equality_is_of_content() -> None:
    assert annotation((0, 1, "Maya")) == annotation((0, 1, "Maya"))
    assert annotation((0, 1, "Maya")) != annotation((0, 1, "Tom"))
    assert annotation((0, 1, "Maya")) != "Maya"


# RTTM


def test_rttm_lines_are_those_of_nist() -> None:
    assert annotation((0.5, 2.25, "Maya")).to_rttm("stand up") == (
        "SPEAKER stand_up 1 0.500 1.750 <NA> <NA> Maya <NA> <NA>\n"
    )


def test_rttm_ends_do_not_move_by_rounding_twice() -> None:
    read = Annotation.from_rttm(annotation((0.0004, 1.0008, "Maya")).to_rttm())
    assert [item.segment for item in read] == [Segment(0.0, 1.001)]


def test_rttm_leaves_out_what_rounds_to_nothing() -> None:
    assert annotation((1.0, 1.0001, "Maya")).to_rttm() == ""


@given(annotations)
def test_rttm_round_trip(made: Annotation) -> None:
    text = made.to_rttm("a meeting")
    read = Annotation.from_rttm(text)
    names = rttm_names(made.labels())
    assert [(i.segment, i.label) for i in read] == sorted((i.segment, names[i.label]) for i in made)
    assert sorted(read.to_rttm("a meeting").splitlines()) == sorted(text.splitlines())


@given(st.lists(st.text(max_size=6)))
def test_rttm_names_have_no_space_and_no_twin(labels: list[str]) -> None:
    names = rttm_names(labels)
    assert set(names) == set(labels)
    assert len(set(names.values())) == len(names)
    assert all(len(name.split()) == 1 for name in names.values())


def test_an_rttm_name_without_spaces_stays_when_another_collides() -> None:
    names = rttm_names(["Ann Lee", "Ann_Lee", "Ann\tLee"])
    assert names["Ann_Lee"] == "Ann_Lee"
    assert sorted(names.values()) == ["Ann_Lee", "Ann_Lee_2", "Ann_Lee_3"]


def test_rttm_reading_passes_over_what_is_no_speaker_line() -> None:
    text = ";; comment\n\nSPKR-INFO m 1 <NA> <NA> <NA> unknown Maya <NA> <NA>\r\n\ufeff"
    assert len(Annotation.from_rttm(text)) == 0
    assert len(Annotation.from_rttm("\ufeffSPEAKER m 1 0 1 <NA> <NA> Maya <NA>\r\n")) == 1  # fields of older tools


@pytest.mark.parametrize(
    "line",
    [
        "SPEAKER m 1 zero 1.0 <NA> <NA> Maya <NA> <NA>",
        "SPEAKER m 1 0.0 -1.0 <NA> <NA> Maya <NA> <NA>",
        "SPEAKER m 1 nan 1.0 <NA> <NA> Maya <NA> <NA>",
        "SPEAKER m 1 0.0 inf <NA> <NA> Maya <NA> <NA>",
        "SPEAKER m 1 0.0 1.0 <NA> <NA>",
        "SPEAKER",
    ],
)
def test_a_malformed_speaker_line_is_named(line: str) -> None:
    with pytest.raises(InputError, match="RTTM line 2 is malformed"):
        Annotation.from_rttm(f";; header\n{line}\n")


# pyannote.core


@settings(max_examples=30)
@given(annotations)
def test_pyannote_round_trip(made: Annotation) -> None:
    back = Annotation.from_pyannote(made.to_pyannote("meeting"))
    assert sorted((i.segment, i.label) for i in back) == sorted((i.segment, i.label) for i in made)
    assert back.talk_time() == made.talk_time()


def test_pyannote_keeps_tracks_and_its_own_figures_agree() -> None:
    made = Annotation([Labelled(Segment(0, 2), "Maya", "a"), Labelled(Segment(1, 4), "Tom", "b")])
    theirs = made.to_pyannote("meeting")
    assert theirs.uri == "meeting"
    assert Annotation.from_pyannote(theirs) == made
    assert theirs.label_duration("Tom") == made.talk_time()["Tom"]
    assert [(s.start, s.end) for s in theirs.get_overlap()] == [(s.start, s.end) for s in made.overlap()]


def test_pyannote_keeps_two_speakers_of_one_track_at_the_same_time() -> None:
    made = Annotation([Labelled(Segment(0, 2), "Maya", "room"), Labelled(Segment(0, 2), "Tom", "room")])
    assert sorted(made.to_pyannote().labels()) == ["Maya", "Tom"]


@given(annotations, raw_segments, labels, labels)
def test_relabelled_time_changes_hands_and_nothing_else(
    annotation: Annotation, within: Segment, label: str, other: str
) -> None:
    before = annotation.copy()
    annotation.relabel(within, label, other)
    assert annotation.speech() == before.speech()
    for item in before:
        if (item.label, item.track) != (label, "") or not item.segment & within:
            assert item in list(annotation)
    if other != label:
        assert not any(item.segment & within for item in annotation if (item.label, item.track) == (label, ""))
