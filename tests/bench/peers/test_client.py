import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from voicemind.audio.files import read
from voicemind.bench.peers import client
from voicemind.bench.peers.client import Peer, PeerJob, as_log, find_peer
from voicemind.bench.run import OFFSET
from voicemind.errors import BackendError, InputError

SOUND = np.zeros(16_000, np.float32)
JOB = PeerJob(Path("model"), "en", streams=2, virtual=True)

SHOWS = """
import json, os, sys
job = json.load(sys.stdin)
size = os.path.getsize(job["samples"])
said = f"{job['peer']} {size} {job['streams']} {job['virtual']} {os.environ.get('OMP_NUM_THREADS')} {job['offset']}"
print("noise of a library", file=sys.stderr)
print(json.dumps({"logs": [[[1.0, "", said]], []], "cpu_seconds": 3.0, "audio_seconds": 2.0, "peak_rss_mb": 7.0}))
"""


def driven(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str) -> Peer:
    script = tmp_path / "driver.py"
    script.write_text(code)
    monkeypatch.setattr(client, "DRIVER", script)
    return Peer("somebody", Path(sys.executable))


def test_what_a_peer_showed_becomes_a_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = driven(tmp_path, monkeypatch, SHOWS).run(SOUND, JOB)

    assert run.logs[0].updates == [(1.0, "", f"somebody 64000 2 True 1 {OFFSET}")]
    assert run.logs[1].updates == []
    assert (run.cpu_seconds, run.audio_seconds, run.peak_rss_mb) == (3.0, 2.0, 7.0)


def test_a_peer_that_fails_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    peer = driven(tmp_path, monkeypatch, "raise SystemExit('no such model')")
    with pytest.raises(BackendError, match="somebody failed: no such model"):
        peer.run(SOUND, JOB)


def test_what_is_settled_is_noted_once() -> None:
    log = as_log([(1.0, "", "good"), (2.0, "Good morning", "all"), (3.0, "Good morning all", "")])
    assert log.updates == [(1.0, "", "good"), (2.0, "Good morning", "all"), (3.0, "all", "")]


def test_a_peer_that_is_not_there_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no peer 'siri'"):
        find_peer("siri")
    with pytest.raises(InputError, match="clone https"):
        find_peer("whisper_streaming")
    with pytest.raises(InputError, match="clone https"):
        find_peer(f"whisper_streaming={tmp_path}")


@pytest.mark.soak
def test_the_real_peer_hears_a_recording(model_folder: Callable[[str], Path]) -> None:
    path = Path(__file__).parent.parent.parent / "data" / "jfk.flac"
    samples = np.concatenate([frame.samples for frame in read(path)])

    run = find_peer("whisperlivekit").run(samples, PeerJob(model_folder("tiny.en"), "en", 1, virtual=True))

    assert "what your country can do for you" in run.logs[0].text.lower()
    assert run.audio_seconds == pytest.approx(14.0)
