"""Measures a peer: starts its driver, and turns what it showed into a run like ours."""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voicemind.audio.frame import Samples
from voicemind.bench.peers.drive import drive
from voicemind.bench.peers.environment import peer_python
from voicemind.bench.run import OFFSET, StreamingRun
from voicemind.bench.streaming import StreamLog
from voicemind.errors import InputError

DRIVER = Path(__file__).with_name("driver.py")

LIVEKIT = ("whisperlivekit==0.2.26",)
LIVEKIT_NEEDS = ("fastapi>=0.141", "librosa", "tiktoken")
STREAMING_NEEDS = ("librosa",)
CHECKOUT = "whisper_online.py"


@dataclass(frozen=True, slots=True)
class PeerJob:
    """What a peer is to hear: ``model`` is the folder of a CTranslate2 Whisper, ``lanes`` those of a virtual clock."""

    model: Path
    language: str | None
    streams: int
    virtual: bool
    lanes: int = 2


class Peer:
    """One peer, ready to run."""

    def __init__(self, name: str, python: Path, folder: Path | None = None) -> None:
        self.name = name
        self._python = python
        self._folder = folder

    def run(self, samples: Samples, job: PeerJob) -> StreamingRun:
        """Play a recording into it; BackendError when it fails."""
        with tempfile.TemporaryDirectory(prefix="voicemind-peer-") as folder:
            sound = Path(folder) / "samples.f32"
            samples.tofile(sound)
            found = self._drive(sound, job)
        run = StreamingRun([as_log(updates) for updates in found["logs"]], found["audio_seconds"])
        run.cpu_seconds = found["cpu_seconds"]
        run.memory = [(0.0, found["peak_rss_mb"])]
        return run

    def _drive(self, sound: Path, job: PeerJob) -> dict[str, Any]:
        order = {
            "peer": self.name,
            "folder": str(self._folder or ""),
            "model": str(job.model),
            "samples": str(sound),
            "language": job.language,
            "streams": job.streams,
            "offset": OFFSET,
            "virtual": job.virtual,
            "lanes": job.lanes,
        }
        # One thread an inference where each has a lane of its own; otherwise as many as there are.
        settings = os.environ | {"HF_HUB_OFFLINE": "1"} | ({"OMP_NUM_THREADS": "1"} if job.virtual else {})
        return drive(self.name, self._python, DRIVER, order, settings)


def find_peer(text: str) -> Peer:
    """Return a peer by its name, or NAME=FOLDER where its source has to be brought along; InputError for others."""
    name, _, folder = text.partition("=")
    if name == "whisperlivekit":
        return Peer(name, peer_python(name, LIVEKIT_NEEDS, alone=LIVEKIT))
    if name == "whisper_streaming":
        if not folder or not (Path(folder) / CHECKOUT).is_file():
            raise InputError(
                "whisper_streaming is in no package index: clone https://github.com/ufal/whisper_streaming "
                f"and give --peer whisper_streaming=FOLDER, the one that has {CHECKOUT}"
            )
        return Peer(name, peer_python(name, STREAMING_NEEDS), Path(folder).resolve())
    raise InputError(f"there is no peer {name!r}; use whisperlivekit or whisper_streaming=FOLDER")


def as_log(updates: list[tuple[float, str, str]]) -> StreamLog:
    """Return what a peer showed: each update is all that is settled so far, and what may change."""
    log = StreamLog()
    before: list[str] = []
    for at, settled, tail in updates:
        words = settled.split()
        log.show(at, tail, " ".join(words[len(before) :]))
        before = words if len(words) > len(before) else before
    return log
