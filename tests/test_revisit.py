"""Recordings gone over again: real stages, scripted models."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.fakes import ScriptedAsr, fake_models, track
from tests.speech.test_diarizer import answer
from tests.test_recording import write
from voicemind.backends.loading import Models
from voicemind.errors import CorrectionError
from voicemind.recording import replay
from voicemind.speech.ports import Localize, Localized
from voicemind.timeline.corrections import Correction
from voicemind.timeline.minutes import Minutes

# Who really speaks when: Maya (0) and Tom (1), and the fourth utterance is Tom's in Maya's voice.
TALK = [(0.5, 3.0, 0), (4.0, 6.5, 1), (7.5, 10.0, 0), (11.0, 13.5, 0), (14.5, 17.0, 1)]
SOUND = track(0.5, 2.5, 1.0, 2.5, 1.0, 2.5, 1.0, 2.5, 1.0, 2.5, 1.0)
SAID = [
    "we meet today",
    "I will send everybody a written estimate by Friday, March thirteenth.",
    "fine with me",
    "and the numbers",
    "good bye",
]


class Voices:
    def localize(self, requests: Sequence[Localize]) -> list[Localized]:
        return [answer(request, TALK) for request in requests]


def models() -> Models:
    script = {("SPEAKER_00", number): text for number, text in enumerate(SAID)}
    return replace(fake_models(ScriptedAsr(script)), new_diarizer=Voices)


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    return write(tmp_path / "meeting.wav", SOUND)


def said(minutes: Minutes) -> list[tuple[str, str]]:
    return [(minutes.name(turn.speaker), turn.text) for turn in minutes.transcript]


def correction(number: int, kind: str, target: str, value: object) -> Correction:
    return Correction(f"c{number}", kind, target, value)  # type: ignore[arg-type]


def test_names_turns_and_findings_are_as_people_say(recording: Path) -> None:
    before = replay(recording, models=models())
    turns = [turn.id for turn in before.transcript]
    assert [name for name, _ in said(before)] == [f"SPEAKER_{n:02d}" for n in (0, 1, 0, 0, 1)]
    after = replay(
        recording,
        models=models(),
        corrections=[
            correction(1, "rename", "SPEAKER_00", "Maya"),
            correction(2, "rename", "SPEAKER_01", "Tom"),
            correction(3, "reassign", turns[3], "Tom"),
            correction(4, "text", turns[0], "We met today."),
        ],
    )
    assert said(after) == [
        ("Maya", "We met today."),
        ("Tom", "I will send everybody a written estimate by Friday, March thirteenth."),
        ("Maya", "fine with me"),
        ("Tom", "and the numbers"),
        ("Tom", "good bye"),
    ]
    shares = {row.name: round(row.talk_seconds) for row in after.speakers()}
    assert shares == {"Tom": 7, "Maya": 5}
    [balance] = [i for i in after.insights("balance") if i.data["scope"] == "meeting"]
    assert {row["name"]: round(row["talk_seconds"]) for row in balance.data["speakers"]} == shares
    assert [turn.words for turn in after.transcript][1:] == [turn.words for turn in before.transcript][1:]


def test_one_of_two_labels_of_a_person_is_merged_away(recording: Path) -> None:
    after = replay(recording, models=models(), corrections=[correction(1, "merge", "SPEAKER_01", "SPEAKER_00")])
    assert {name for name, _ in said(after)} == {"SPEAKER_00"}
    assert [row.id for row in after.speakers()] == ["SPEAKER_00"]
    assert [text for _, text in said(after)] == SAID


def test_a_person_who_was_not_told_apart_is_split_off_and_named(recording: Path) -> None:
    turns = [turn.id for turn in replay(recording, models=models()).transcript]
    split = correction(1, "split", "SPEAKER_00", (turns[3],))
    after = replay(recording, models=models(), corrections=[split, correction(2, "rename", "speaker-c1", "Priya")])
    assert [name for name, _ in said(after)] == ["SPEAKER_00", "SPEAKER_01", "SPEAKER_00", "Priya", "SPEAKER_01"]


def test_tracks_are_corrected_too(tmp_path: Path) -> None:
    tracks = {name: write(tmp_path / f"{name}.wav", track(start, 1.0, 3.0)) for name, start in (("a", 0.5), ("b", 2.5))}
    merge = [correction(1, "merge", "b", "a"), correction(2, "rename", "a", "Maya")]
    after = replay(tracks=tracks, models=fake_models(), corrections=merge)
    assert [name for name, _ in said(after)] == ["Maya", "Maya"]
    assert [row.name for row in after.speakers()] == ["Maya"]


def test_analyzers_of_the_callers_own_are_not_run_twice(recording: Path) -> None:
    after = replay(
        recording, models=models(), analyzers=[], corrections=[correction(1, "rename", "SPEAKER_00", "Maya")]
    )
    assert (said(after)[0][0], after.insights()) == ("Maya", [])


def test_a_correction_of_what_there_is_not_says_so(recording: Path) -> None:
    with pytest.raises(
        CorrectionError, match="there is no speaker 'SPEAKER_07' in this meeting; there are: SPEAKER_00"
    ):
        replay(recording, models=models(), corrections=[correction(1, "rename", "SPEAKER_07", "Maya")])
