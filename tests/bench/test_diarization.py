import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from tests.speech.test_diarizer import Spoken
from tests.speech.test_live import perfect
from tests.test_recording import write
from voicemind import cli
from voicemind.audio.frame import SAMPLE_RATE
from voicemind.backends import loading
from voicemind.bench.diarization import Options, measure
from voicemind.bench.peers.voices import find_voices_peer
from voicemind.errors import InputError
from voicemind.speech.ports import Localize, Localized

TALK: Spoken = [(1, 12, 5), (11, 20, 2), (22, 30, 5)]


class Perfect:
    """Hears what was scripted; both voices alike where it is confused."""

    def __init__(self, *, confused: bool = False) -> None:
        self._confused = confused

    def localize(self, requests: Sequence[Localize]) -> list[Localized]:
        found = [perfect(request, TALK) for request in requests]
        if not self._confused:
            return found
        same = np.eye(192, dtype=np.float32)[0]
        return [
            Localized(one.request, one.activity, tuple(None if v is None else same for v in one.vectors), one.seconds)
            for one in found
        ]


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    write(tmp_path / "talk.wav", np.zeros(30 * SAMPLE_RATE, np.float32))
    lines = [f"SPEAKER talk 1 {s} {e - s} <NA> <NA> who{who} <NA> <NA>\n" for s, e, who in TALK]
    (tmp_path / "talk.rttm").write_text("".join(lines))
    return tmp_path / "talk.wav"


@pytest.mark.parametrize("online", [None, 2.0])
def test_what_is_heard_right_has_few_errors(clip: Path, online: float | None) -> None:
    report = measure([clip], Perfect(), Options(online))
    [row] = report.rows
    assert (row["id"], row["speakers"], row["speakers_true"], row["dominant_ok"]) == ("talk", 2, 2, True)
    assert row["der"] < (0.02 if online is None else 0.05)  # live, a second says that somebody is new
    assert row["oracle"] < 0.02
    assert 0 < row["cpu_per_audio_second"] < 1
    assert row["peak_rss_mb"] > 20
    assert set(report.peers) == {"ours", "oracle"}


def test_the_oracle_tells_apart_what_we_do_not(clip: Path) -> None:
    [row] = measure([clip], Perfect(confused=True), Options()).rows
    assert (row["speakers"], row["confusion"] > 0.25) == (1, True)
    assert row["oracle"] < 0.02


def test_the_command(clip: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(loading, "load_diarizer", lambda: Perfect())
    out = clip.with_suffix(".json")
    assert cli.main(["bench", "diarization", str(clip), "--online", "5", "--json", str(out)]) == 0
    found = json.loads(out.read_text())
    assert found["command"] == "voicemind bench diarization --online 5"
    assert {"id", "der", "miss", "false_alarm", "confusion", "jer", "speakers", "speakers_true", "share_mae"} <= set(
        found["rows"][0]
    )
    assert "oracle" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["siri", "senko"])
def test_a_peer_that_cannot_be_run_is_bad_input(name: str) -> None:
    with pytest.raises(InputError, match="use pyannote or diart"):
        find_voices_peer(name)
