import json
from pathlib import Path

import pytest

from tests.fakes import ScriptedAsr, fake_models, track
from tests.test_recording import write
from voicemind.bench.scripted import Scripted, measure
from voicemind.config import Config
from voicemind.errors import InputError

SAID = "I will send the price list to legal by Friday."
KEYS = ["found", "of", "false"]
SCRIPT = f"""import json, sys
minutes = json.load(open(sys.argv[2]))
found = [i for i in minutes["insights"] if i["kind"] == "action"]
kinds = {{f"{{kind}}_{{key}}": 0 for kind in ("actions", "decisions", "questions") for key in {KEYS}}}
rest = dict.fromkeys(("actions_owner", "drift_hit", "drift_of", "drift_false", "heat_false"), 0)
due = int(any(i["data"]["due"] == "2026-03-13" for i in found))
print(json.dumps({{**kinds, **rest, "actions_found": len(found), "actions_due": due, "wer": 0.5, "avoided_ok": 1.0}}))
"""


def meeting(folder: Path, **truth: object) -> Path:
    (folder / "tracks").mkdir(parents=True)
    write(folder / "tracks" / "Ann.wav", track(0.5, 1.5, 1.0))
    told = {"date": "2026-03-09", "agenda": [{"id": "a", "title": "Prices"}], **truth}
    (folder / "truth.json").write_text(json.dumps(told))
    return folder


def test_each_meeting_is_replayed_and_scored_and_all_are_summed_up(tmp_path: Path) -> None:
    for name in ("one", "two"):
        meeting(tmp_path / "meetings" / name)
    (tmp_path / "score_meeting.py").write_text(SCRIPT)

    asr = ScriptedAsr({("Ann", n): SAID for n in range(100)})
    report = measure(tmp_path / "meetings", tmp_path, fake_models(asr), Config())
    assert [row["id"] for row in report.rows] == ["one", "two", "all"]
    assert report.rows[-1]["wer"] == 0.5
    assert report.rows[-1]["actions_found"] == report.rows[-1]["actions_due"] == 2
    assert report.table().startswith("id ")


def test_what_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no folder"):
        measure(tmp_path, tmp_path, fake_models(), Config())
    folder = meeting(tmp_path / "meetings" / "one")
    with pytest.raises(InputError, match="--scorers"):
        measure(tmp_path / "meetings", tmp_path, fake_models(), Config())
    (folder / "tracks" / "Ann.wav").unlink()
    with pytest.raises(InputError, match="no tracks"):
        Scripted.read(folder)
    (folder / "truth.json").write_text("{")
    with pytest.raises(InputError, match="no rendered meeting"):
        Scripted.read(folder)
