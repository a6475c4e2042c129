import json
import math
from typing import Any

from hypothesis import given

from tests.timeline.formats.meetings import planning
from tests.timeline.strategies import few, meetings
from voicemind.timeline.formats.schema import document, json_text
from voicemind.timeline.insight import Insight
from voicemind.timeline.minutes import Minutes
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn, Word

TOP = "schema title date duration language model speakers balance floor_takes agenda topics drift turns insights"
KEYS = {
    "speakers": "id name talk_seconds share turns longest_turn words",
    "floor_takes": "start end by of",
    "agenda": "id title minutes coverage seconds status",
    "topics": "start end label agenda_item",
    "turns": "id start end speaker text confidence words",
    "insights": "id kind state start end shown speaker text evidence confidence data",
}


def read(minutes: Minutes) -> Any:
    return json.loads(json_text(minutes), parse_constant=lambda name: (_ for _ in ()).throw(ValueError(name)))


def test_the_keys_are_those_that_scripts_rely_on() -> None:
    made = read(planning())
    assert " ".join(made) == TOP
    for key, names in KEYS.items():
        assert made[key], key
        assert all(" ".join(row) == names for row in made[key])
    assert set(made["balance"]) == {"gini", "entropy", "overlap_share", "silence_share"}
    assert set(made["turns"][0]["words"][0]) == {"text", "start", "end", "confidence"}


def test_what_stands_about_the_meeting() -> None:
    made = read(planning())
    assert made["schema"] == "voicemind.minutes/1"
    assert (made["title"], made["date"], made["duration"]) == ("Planning", "2026-03-09", 70.0)
    assert (made["language"], made["model"]) == ("en", "tiny.en")


def test_speakers_are_ids_in_turns_and_names_in_insights() -> None:
    made = read(planning())
    assert [turn["speaker"] for turn in made["turns"]] == ["p1", "p1", "p2", "p3", "p1"]
    assert {(row["id"], row["name"]) for row in made["speakers"]} == {
        ("p1", "Maya"),
        ("p2", "Tom"),
        ("p3", "Priya"),
        ("p4", "Victor"),
    }
    assert [i["speaker"] for i in made["insights"] if i["kind"] == "decision"] == ["Maya"]
    assert made["floor_takes"] == [{"start": 14.0, "end": 15.0, "by": "Priya", "of": "Tom"}]


def test_figures_stand_apart_from_insights() -> None:
    made = read(planning())
    assert {i["kind"] for i in made["insights"]} == {
        *("action", "decision", "question", "avoided", "dominance", "acronym", "summary"),
    }
    assert made["balance"] == {"gini": 0.36, "entropy": 0.8, "overlap_share": 0.025, "silence_share": 0.1}
    assert made["drift"] == [[15.0, 0.25], [30.0, 0.75]]
    assert [(t["start"], t["end"], t["label"], t["agenda_item"]) for t in made["topics"]] == [
        (0.0, 15.5, "Budget and numbers", "i1"),
        (15.5, 70.0, "Launch", None),
    ]


def test_an_agenda_item_without_a_figure_was_not_touched() -> None:
    assert read(planning())["agenda"] == [
        {"id": "i1", "title": "Budget", "minutes": 10.0, "coverage": 0.75, "seconds": 12.5, "status": "covered"},
        {"id": "i2", "title": "Launch", "minutes": None, "coverage": 0.2, "seconds": 4.0, "status": "touched"},
        {"id": "i3", "title": "Audit", "minutes": None, "coverage": 0.0, "seconds": 0.0, "status": "not touched"},
    ]


def test_withdrawn_insights_are_told_with_their_state() -> None:
    states = [i["state"] for i in read(planning())["insights"] if i["kind"] == "action"]
    assert sorted(states) == ["open", "open", "withdrawn"]


def test_an_insight_is_whole() -> None:
    (sent,) = (i for i in read(planning())["insights"] if i["text"] == "Send the numbers.")
    assert sent == {
        "id": "action:t3",
        "kind": "action",
        "state": "open",
        "start": 9.0,
        "end": 15.0,
        "shown": 9.0,
        "speaker": "Tom",
        "text": "Send the numbers.",
        "evidence": ["t3"],
        "confidence": 0.8,
        "data": {"owner": "Tom", "due": "2026-03-13"},
    }


def test_times_are_rounded_to_milliseconds() -> None:
    minutes = Minutes()
    minutes.add(Turn("a", Segment(0.12345, 1 / 3), "p1", "word", (Word("word", Segment(0.12345, 0.3333), 0.98765),)))
    (turn,) = read(minutes)["turns"]
    assert (turn["start"], turn["end"]) == (0.123, 0.333)
    assert turn["words"] == [{"text": "word", "start": 0.123, "end": 0.333, "confidence": 0.9877}]


def test_an_empty_meeting_has_every_key() -> None:
    made = read(Minutes())
    assert " ".join(made) == TOP
    assert made["balance"] == dict.fromkeys(("gini", "entropy", "overlap_share", "silence_share"))
    assert made["date"] is None
    assert made["turns"] == made["insights"] == made["speakers"] == []


def test_data_that_json_does_not_know_does_not_cost_the_minutes() -> None:
    minutes = Minutes()
    data = {"nan": math.nan, "deep": [{"inf": -math.inf}], "tuple": (1, 2), "span": Segment(1, 2), "set": {3}}
    minutes.add(Insight("acronym", Segment(0, 1), "text", data=data))
    (insight,) = read(minutes)["insights"]
    assert insight["data"] == {
        "nan": None,
        "deep": [{"inf": None}],
        "tuple": [1, 2],
        "span": "Segment(start=1, end=2)",
        "set": [3],
    }


def test_one_turn_a_line() -> None:
    lines = json_text(planning()).splitlines()
    assert sum('"words"' in line and '"confidence"' in line for line in lines) == 5


@few
@given(meetings())
def test_any_meeting_is_json_again(minutes: Minutes) -> None:
    made = read(minutes)
    assert [turn["text"] for turn in made["turns"]] == [turn.text for turn in minutes.transcript]
    assert len(made["insights"]) == len(document(minutes)["insights"])
    assert made["duration"] == round(minutes.duration, 3)
