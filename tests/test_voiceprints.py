import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from tests.fakes import frames
from tests.speech.test_diarizer import answer
from tests.speech.test_voiceprints import voice
from tests.test_diarization import SAMPLE
from tests.test_recording import write
from tests.test_revisit import SOUND, Voices, models
from voicemind.audio.files import read
from voicemind.audio.frame import AudioFrame
from voicemind.backends.local_diarizer import OnnxLocalDiarizer
from voicemind.cli import BAD_INPUT, DONE, main
from voicemind.config import Config
from voicemind.errors import InputError, VoiceprintError
from voicemind.recording import replay
from voicemind.speech.ports import Localize, Localized
from voicemind.speech.voiceprints import Voice, recognised
from voicemind.timeline.formats.schema import document
from voicemind.voiceprints import SIZE, VoiceprintStore, enrol


def one(number: int, seconds: float = 20.0) -> Voice:
    return Voice(np.eye(SIZE, dtype=np.float32)[number], seconds)


@pytest.fixture
def prints(tmp_path: Path) -> VoiceprintStore:
    return VoiceprintStore(tmp_path / "voiceprints")


def test_a_voice_is_kept_listed_exported_and_deleted(prints: VoiceprintStore, tmp_path: Path) -> None:
    assert prints.all() == []
    added = prints.add("  Maya   López ", one(3))
    assert (added.id, added.name) == ("maya-lópez", "Maya López")
    [known] = prints.all()
    assert np.array_equal(known.voice.vector, one(3).vector)
    assert json.loads(prints.export(added.id))["name"] == "Maya López"
    path = tmp_path / "voiceprints" / "maya-lópez.json"
    assert path.stat().st_mode & 0o077 == 0  # nobody else's to read
    prints.delete(prints.find("Maya López"))
    assert (prints.ids(), list(path.parent.iterdir())) == ([], [])


def test_nobody_is_replaced_by_somebody_of_the_same_name(prints: VoiceprintStore) -> None:
    prints.add("Maya", one(1))
    with pytest.raises(VoiceprintError, match="delete maya first"):
        prints.add("maya", one(2))
    assert np.array_equal(prints.read("maya").voice.vector, one(1).vector)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "{}", '{"schema": "other/1", "model": "campplus"}', "\x00" * 100],
)
def test_a_damaged_file_says_so_and_nothing_is_lost(prints: VoiceprintStore, tmp_path: Path, text: str) -> None:
    prints.add("Maya", one(1))
    prints.add("Tom", one(2))
    path = tmp_path / "voiceprints" / "maya.json"
    path.write_text(text)
    with pytest.raises(VoiceprintError, match=r"maya\.json: the voiceprint is damaged .* delete maya"):
        prints.all()
    with pytest.raises(VoiceprintError, match="damaged"):
        prints.export("maya")
    assert path.read_text() == text
    assert prints.read("tom").name == "Tom"
    prints.delete("maya")
    assert [known.name for known in prints.all()] == ["Tom"]


@pytest.mark.parametrize("vector", [[0.5] * 3, [0.0] * SIZE, [float("nan")] * SIZE, ["a"] * SIZE, None])
def test_a_vector_that_is_none_is_damage(prints: VoiceprintStore, tmp_path: Path, vector: object) -> None:
    prints.add("Maya", one(1))
    path = tmp_path / "voiceprints" / "maya.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"vector": vector}))
    with pytest.raises(VoiceprintError, match="damaged"):
        prints.all()


@pytest.mark.parametrize("name", ["../secret", "", ".", "a/b", "nobody"])
def test_who_is_not_there_cannot_be_read_or_deleted(prints: VoiceprintStore, tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.json").write_text("{}")
    for action in (prints.read, prints.export, prints.delete):
        with pytest.raises(VoiceprintError, match="there is no voiceprint"):
            action(name)
    assert (tmp_path / "secret.json").exists()


def test_a_place_that_takes_no_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(VoiceprintError, match="cannot be kept"):
        VoiceprintStore(tmp_path / "file" / "voiceprints").add("Maya", one(1))


def padded(*numbers: float) -> Voice:
    return voice(*numbers, *[0.0] * (8 - len(numbers)))


def test_a_recording_names_whom_it_recognises_and_says_how_sure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("voicemind.voiceprints.SIZE", 8)
    monkeypatch.setattr("voicemind.speech.voiceprints.ENOUGH", 4.0)
    folder = tmp_path / "voiceprints"
    VoiceprintStore(folder).add("Maya", padded(1, 0, 0.5))
    recording = write(tmp_path / "meeting.wav", SOUND)
    minutes = replay(recording, models=models(), config=Config(voiceprints=str(folder)))
    rows = {row["name"]: row.get("voice") for row in document(minutes)["speakers"]}
    assert rows == {
        "Maya": {"similarity": pytest.approx(0.894, abs=0.01), "recognised": True},
        "SPEAKER_01": {"similarity": pytest.approx(0, abs=0.01), "recognised": False},
    }
    assert {turn.speaker for turn in minutes.transcript} == {"Maya", "SPEAKER_01"}
    assert "Maya" in minutes.annotation.labels()


def test_nobody_is_recognised_unless_that_is_wished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOICEMIND_HOME", str(tmp_path))
    monkeypatch.setattr("voicemind.voiceprints.SIZE", 8)
    VoiceprintStore().add("Maya", padded(1))
    minutes = replay(write(tmp_path / "meeting.wav", SOUND), models=models())
    assert [row.name for row in minutes.speakers()] == ["SPEAKER_00", "SPEAKER_01"]
    assert "voice" not in document(minutes)["speakers"][0]


def test_a_damaged_voiceprint_is_told_before_the_work(tmp_path: Path) -> None:
    folder = tmp_path / "voiceprints"
    VoiceprintStore(folder).add("Maya", one(1))
    (folder / "maya.json").write_text("{")
    with pytest.raises(VoiceprintError, match="damaged"):
        replay(write(tmp_path / "m.wav", SOUND), models=models(), config=Config(voiceprints=str(folder)))


def test_only_a_recording_of_one_person_alone_makes_a_voiceprint() -> None:
    with pytest.raises(InputError, match="several people"):
        enrol(frames(SOUND), local=Voices())

    class Nobody:
        def localize(self, requests: Sequence[Localize]) -> list[Localized]:
            return [answer(request, []) for request in requests]

    with pytest.raises(InputError, match="nobody speaks"):
        enrol(frames(SOUND), local=Nobody())


def test_the_commands(
    prints: VoiceprintStore, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VOICEMIND_HOME", str(tmp_path))
    assert main(["voiceprints", "add", "Maya", str(tmp_path / "maya.wav")]) == BAD_INPUT
    assert "ask Maya first" in capsys.readouterr().err
    prints.add("Maya", one(1))
    prints.add("Tom", one(2))
    assert main(["voiceprints", "list"]) == DONE
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["maya", "tom"]
    assert main(["voiceprints", "export", "Maya", "-o", str(tmp_path / "export.json")]) == DONE
    assert json.loads((tmp_path / "export.json").read_text())["name"] == "Maya"
    (tmp_path / "voiceprints" / "tom.json").write_text("{")
    assert main(["voiceprints", "list"]) == BAD_INPUT
    listed = capsys.readouterr()
    assert (listed.out.split()[0], "tom.json: the voiceprint is damaged" in listed.err) == ("maya", True)
    assert main(["voiceprints", "delete", "Tom"]) == DONE
    assert main(["voiceprints", "delete", "Tom"]) == BAD_INPUT
    assert prints.ids() == ["maya"]


def part(name: str, start: float, end: float) -> list[AudioFrame]:
    sound = np.concatenate([frame.samples for frame in read(SAMPLE / f"{name}.opus")])
    return list(frames(sound[round(start * 16000) : round(end * 16000)]))


def test_real_voices_are_told_apart(model_folder: Callable[[str], Path]) -> None:
    local = OnnxLocalDiarizer(model_folder("segmentation-3.0"), model_folder("campplus"))
    known = {"Maya": enrol(part("Maya", 0, 125), local=local), "Tom": enrol(part("Tom", 60, 110), local=local)}
    heard = {"a": enrol(part("Maya", 270, 364), local=local), "b": enrol(part("Victor", 0, 120), local=local)}
    found = recognised(heard, known)
    assert (found["a"].name, found["b"].name) == ("Maya", None)
    assert found["a"].similarity > 0.7 > 0.5 > found["b"].similarity
