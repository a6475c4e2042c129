import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from voicemind.bench.peers import voices
from voicemind.bench.peers.voices import VoicesPeer, find_voices_peer
from voicemind.bench.shared_sound import SharedSound
from voicemind.timeline.annotation import Annotation
from voicemind.timeline.segment import Segment

SAMPLE = Path(__file__).parents[2] / "data" / "jfk.flac"
SOUND = SharedSound("jfk", (SAMPLE,), Annotation(), (Segment(0, 11),), 11.0)

HEARS = """
import json, os, sys
order = json.load(sys.stdin)
size = os.path.getsize(order["samples"][0])
label = f"{order['peer']} {size} {order['latency']} {os.environ['OMP_NUM_THREADS']}"
run = {"segments": [[0.5, 2.0, label]], "cpu_seconds": 3.0, "peak_rss_mb": 7.0}
print(json.dumps({"runs": [run for _ in order["samples"]]}))
"""


@pytest.mark.parametrize(("latency", "told"), [(None, 2.0), (5.0, 5.0)])
def test_what_a_peer_heard(
    latency: float | None,
    told: float,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    model_folder: Callable[[str], Path],
) -> None:
    model_folder("segmentation-3.0")
    model_folder("campplus")
    (tmp_path / "driver.py").write_text(HEARS)
    monkeypatch.setattr(voices, "DRIVER", tmp_path / "driver.py")

    [run] = VoicesPeer("somebody", Path(sys.executable)).run([SOUND], latency)

    [item] = run.annotation
    assert item.segment == Segment(0.5, 2.0)
    assert item.label == f"somebody {11 * 16_000 * 4} {told} 1"
    assert (run.cpu_seconds, run.peak_rss_mb) == (3.0, 7.0)


@pytest.mark.soak
@pytest.mark.parametrize("name", ["pyannote", "diart"])
def test_the_real_peer_hears_one_voice(name: str, model_folder: Callable[[str], Path]) -> None:
    model_folder("segmentation-3.0")
    model_folder("campplus")
    [run] = find_voices_peer(name).run([SOUND], None)
    assert sum(run.annotation.talk_time().values()) == pytest.approx(9.0, abs=2.0)
    assert len(run.annotation.labels()) == 1
