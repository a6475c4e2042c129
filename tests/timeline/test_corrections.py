import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicemind.errors import CorrectionError
from voicemind.timeline.corrections import MOST, Correction, parse_corrections, read_correction, read_corrections
from voicemind.timeline.segment import Segment

RENAME = {"kind": "rename", "target": "SPEAKER_00", "value": " Maya  Lopez "}


def test_a_correction_is_read_as_it_stands_in_a_document() -> None:
    found = read_correction("c1", {**RENAME, "by": "p-1", "at": 12.5, "later": "key"})
    assert found == Correction("c1", "rename", "SPEAKER_00", "Maya Lopez", "p-1", 12.5)
    assert (found.turns, found.speakers, found.made) == ((), ("SPEAKER_00",), None)


def test_a_split_is_of_a_speakers_turns_or_of_a_turn() -> None:
    fields = {"kind": "split", "target": "a", "value": ["t1", "t2"], "segments": [[1, 2], [3, 4.5]]}
    speaker = read_correction("c", fields)
    assert (speaker.turns, speaker.speakers, speaker.made) == (("t1", "t2"), ("a",), "speaker-c")
    assert [speaker.segment(n) for n in range(3)] == [Segment(1, 2), Segment(3, 4.5), None]
    turn = read_correction("c", {"kind": "split", "target": "t1", "value": [3, 4.5]})
    assert (turn.turns, turn.speakers, turn.made, turn.value) == (("t1",), (), None, (3.0, 4.5))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"kind": "delete"}, "kind is one of"),
        ({"kind": ["rename"]}, "kind is one of"),
        ({"target": ""}, "target names"),
        ({"target": 5}, "target names"),
        ({"value": None}, "the name"),
        ({"value": " "}, "the name"),
        ({"value": ["Maya"]}, "the name"),
        ({"kind": "text", "value": "x" * (MOST + 1)}, "what was said"),
        ({"kind": "merge", "value": "SPEAKER_00"}, "not into themselves"),
        ({"kind": "split", "value": "t1"}, "a list"),
        ({"kind": "split", "value": []}, "a list"),
        ({"kind": "split", "value": ["t1", 3]}, "a list"),
        ({"kind": "split", "value": [True]}, "a list"),
        ({"kind": "split", "value": [float("nan")]}, "a list"),
        ({"kind": "split", "value": [["t1"]]}, "a list"),
    ],
)
def test_what_is_no_correction_is_refused(change: dict[str, Any], why: str) -> None:
    with pytest.raises(CorrectionError, match=why):
        read_correction("c", RENAME | change)


def test_what_is_none_in_a_document_is_passed_over_with_the_reason() -> None:
    found, refused = read_corrections({"a": RENAME, "b": {"kind": "merge"}, "c": "hello"})
    assert [correction.id for correction in found] == ["a"]
    assert refused == {"b": "target names what is corrected: a speaker or a turn, by its id", "c": refused["c"]}


def test_segments_that_are_none_count_as_not_given() -> None:
    for segments in ([[1]], [[2, 1]], [["a", "b"]], "x", [[1, 2], None], [[1, float("inf")]]):
        assert read_correction("c", {"kind": "text", "target": "t", "value": "x", "segments": segments}).segments == ()


def test_a_file_is_a_list_in_its_order_or_an_object_by_id() -> None:
    text = json.dumps([RENAME, {**RENAME, "id": "mine"}])
    assert [correction.id for correction in parse_corrections("\ufeff" + text)] == ["0001", "mine"]
    assert [correction.id for correction in parse_corrections(json.dumps({"c9": RENAME}))] == ["c9"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("5", "a list of"),
        ('["rename"]', "correction 0001: an object"),
        ('{"c": {"kind": "rename"}}', "correction c: target"),
    ],
)
def test_a_file_that_is_none_says_where(text: str, why: str) -> None:
    with pytest.raises(CorrectionError, match=why):
        parse_corrections(text)


ids = st.text(min_size=1, max_size=5).filter(str.strip)
seconds = st.floats(0, 1e6)
segments = st.tuples(seconds, seconds).map(lambda pair: Segment(min(pair), max(pair)))


@given(
    st.builds(Correction, ids, st.just("reassign"), ids, ids, ids, seconds, st.lists(segments, max_size=2).map(tuple))
    | st.builds(Correction, ids, st.just("split"), ids, st.lists(ids, min_size=1).map(tuple), ids, seconds)
    | st.builds(Correction, ids, st.just("split"), ids, st.lists(seconds, min_size=1).map(tuple), ids, seconds)
)
def test_what_is_written_is_read_back(correction: Correction) -> None:
    assert read_correction(correction.id, json.loads(json.dumps(correction.fields()))) == correction
