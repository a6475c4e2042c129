import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from voicemind.audio.files import probe, read
from voicemind.audio.frame import SAMPLE_RATE
from voicemind.timeline.agenda import parse_agenda
from voicemind.timeline.segment import Segment, total

MEETING = Path(__file__).parents[2] / "demo" / "planning4"
NAMES = ["Maya", "Tom", "Priya", "Victor"]


def load(name: str) -> Any:
    return json.loads((MEETING / name).read_text(encoding="utf-8"))


def test_the_agenda_is_that_of_the_truth() -> None:
    items = parse_agenda((MEETING / "agenda.md").read_text(encoding="utf-8"))
    assert [item.title for item in items] == [item["title"] for item in load("truth.json")["agenda"]]


def test_there_is_a_track_for_everybody_and_all_are_small() -> None:
    tracks = sorted(MEETING.glob("*.opus"))
    assert [track.stem for track in tracks] == sorted(NAMES)
    assert {person["name"] for person in load("truth.json")["participants"]} == set(NAMES)
    assert sum(track.stat().st_size for track in tracks) < 3_000_000
    for track in tracks:
        info = probe(track)
        assert info.duration == pytest.approx(load("truth.json")["duration"], abs=0.05)
        assert (info.channels, info.codec) == (1, "opus")


@pytest.mark.parametrize("name", NAMES)
def test_a_track_sounds_when_its_speaker_has_a_turn_and_else_is_silent(name: str) -> None:
    samples = np.concatenate([frame.samples for frame in read(MEETING / f"{name}.opus")])
    turns = [Segment(t["start"], t["end"]) for t in load("transcript.json")["turns"] if t["speaker"] == name]
    spoken = np.zeros(len(samples), bool)
    for turn in turns:
        spoken[round((turn.start - 0.05) * SAMPLE_RATE) : round((turn.end + 0.25) * SAMPLE_RATE)] = True
    power = np.square(samples, dtype=np.float64)
    assert power[spoken].sum() > 0.999 * power.sum()
    assert np.sqrt(power[spoken].sum() / (total(turns) * SAMPLE_RATE)) > 0.02
