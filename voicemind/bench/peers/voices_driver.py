"""Lets a peer's own code tell speakers apart: python voices_driver.py, an order as JSON on stdin.

Both peers run on pyannote's segmentation-3.0 in PyTorch and on CAM++ in ONNX Runtime with our features, with the
settings that did best on AMI excerpts. Reading the sound and loading the models is not counted.
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from voicemind.backends.local_diarizer import filter_banks, stretched
from voicemind.backends.onnx import open_session

RATE = 16_000
DIMENSION = 192  # of a vector
FEWEST = 25  # feature frames that a vector needs

THRESHOLD = 0.85  # distance of centroids at which pyannote stops to join clusters
CLUSTER = 12  # vectors that a cluster of its has at least

WINDOW, STEP = 5.0, 0.5  # seconds that diart looks at, and moves on by
ACTIVE, UPDATE, NEW = 0.5, 0.3, 0.7  # diart's tau, rho and delta

Segments = list[tuple[float, float, str]]
Diarize = Callable[[NDArray[np.float32]], Segments]


class Voice:
    """CAM++ as an embedding of pyannote.audio and of diart: a vector for each sound, from the frames of its mask."""

    sample_rate = RATE
    metric = "cosine"
    min_num_samples = RATE // 4
    dimension = DIMENSION

    def __init__(self, path: str) -> None:
        self._session = open_session(Path(path))
        self._last: tuple[bytes, NDArray[np.float32]] = (b"", np.zeros((0, 80), np.float32))

    def to(self, _: Any) -> "Voice":
        """Stay where it is."""
        return self

    def eval(self) -> "Voice":
        """Return itself, as a module does."""
        return self

    def __call__(self, sounds: Any, masks: Any = None) -> NDArray[np.float32]:
        """Return sounds x 192; NaN where too little is heard."""
        found = np.full((len(sounds), DIMENSION), np.nan, np.float32)
        for i, sound in enumerate(sounds):
            features = self._features(sound[0].numpy())
            if masks is not None:
                features = features[stretched(masks[i].numpy() > ACTIVE, len(features))]
            if len(features) >= FEWEST:
                [found[i]] = self._session.run(None, {"fbank": (features - features.mean(axis=0))[None]})[0]
        return found

    def _features(self, sound: NDArray[np.float32]) -> NDArray[np.float32]:
        """The same sound comes once for each of its speakers."""
        key = sound.tobytes()
        if key != self._last[0]:
            self._last = (key, filter_banks(sound))
        return self._last[1]


def pyannote(order: dict[str, Any]) -> Diarize:
    """pyannote.audio's pipeline with agglomerative clustering, a window each second."""
    import pyannote.audio.pipelines.speaker_diarization as pipelines
    from pyannote.audio import Model

    # Its pipeline takes the name of an embedding only, and wants a PLDA that this clustering has no use for.
    pipelines.PretrainedSpeakerEmbedding = lambda *_, **__: Voice(order["embedding"])
    pipelines.get_plda = lambda *_, **__: None
    pipeline = pipelines.SpeakerDiarization(
        legacy=True,
        segmentation=Model.from_pretrained(order["segmentation"]),
        segmentation_step=0.1,
        embedding="campplus",
        embedding_exclude_overlap=True,
        plda=None,
        clustering="AgglomerativeClustering",
        segmentation_batch_size=8,
        embedding_batch_size=3,
    )
    pipeline.instantiate(
        {
            "segmentation": {"min_duration_off": 0.0},
            "clustering": {"method": "centroid", "min_cluster_size": CLUSTER, "threshold": THRESHOLD},
        }
    )

    def diarize(sound: NDArray[np.float32]) -> Segments:
        found = pipeline({"waveform": torch.from_numpy(sound)[None], "sample_rate": RATE, "uri": "sound"})
        annotation = getattr(found, "speaker_diarization", found)
        return [(span.start, span.end, str(label)) for span, _, label in annotation.itertracks(yield_label=True)]

    return diarize


def diart(order: dict[str, Any]) -> Diarize:
    """Diart's streaming pipeline: what it says of a time once it has heard ``latency`` seconds more."""
    import torchaudio

    torchaudio.set_audio_backend = lambda *_: None  # diart calls it when imported; newer torchaudio has no such thing
    from diart.blocks import SpeakerDiarization, SpeakerDiarizationConfig
    from diart.models import EmbeddingModel, PowersetAdapter, SegmentationModel
    from pyannote.audio import Model
    from pyannote.core import Segment, SlidingWindow, SlidingWindowFeature

    voice = Voice(order["embedding"])
    config = SpeakerDiarizationConfig(
        segmentation=SegmentationModel(lambda: PowersetAdapter(Model.from_pretrained(order["segmentation"]))),
        embedding=EmbeddingModel(lambda: Weighted(voice)),
        duration=WINDOW,
        step=STEP,
        latency=min(order["latency"], WINDOW),
        tau_active=ACTIVE,
        rho_update=UPDATE,
        delta_new=NEW,
        device=torch.device("cpu"),
    )
    pipeline = SpeakerDiarization(config)
    size, step = round(WINDOW * RATE), round(STEP * RATE)
    lead = WINDOW - STEP  # silence before the sound, so that the first window has one step of it

    def diarize(sound: NDArray[np.float32]) -> Segments:
        pipeline.reset()
        padded = np.concatenate([np.zeros(size - step, np.float32), sound, np.zeros(size, np.float32)])
        said: Segments = []
        end = len(sound) / RATE
        for at in range(0, len(sound) + size - step, step):
            chunk = padded[at : at + size]
            chunk = np.pad(chunk, (0, size - len(chunk)))
            window = SlidingWindow(start=at / RATE, duration=1 / RATE, step=1 / RATE)
            for annotation, _ in pipeline([SlidingWindowFeature(chunk[:, None], window)]):
                spans = annotation.crop(Segment(lead, lead + end)).itertracks(yield_label=True)
                said += [(span.start - lead, span.end - lead, str(label)) for span, _, label in spans]
        return said

    return diarize


class Weighted:
    """The same for diart, which gives weights in the place of masks."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice

    def to(self, _: Any) -> "Weighted":
        """Stay where it is."""
        return self

    def eval(self) -> "Weighted":
        """Return itself, as a module does."""
        return self

    def __call__(self, sounds: Any, weights: Any = None) -> Any:
        """Return sounds x 192 from what is weighted at all."""
        heard = None if weights is None else (weights > ACTIVE / 5).float()
        return torch.from_numpy(self._voice(sounds, heard))


PEERS = {"pyannote": pyannote, "diart": diart}


def main() -> None:
    """Answer one order: segments, CPU seconds and peak memory a recording."""
    order = json.load(sys.stdin)
    torch.set_num_threads(1)
    torch.set_grad_enabled(False)
    diarize = PEERS[order["peer"]](order)
    runs = []
    for path in order["samples"]:
        sound = np.fromfile(path, np.float32)
        began = time.process_time()
        segments = diarize(sound)
        runs.append(
            {
                "segments": segments,
                "cpu_seconds": time.process_time() - began,
                "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            }
        )
    sys.stdout.write("\n" + json.dumps({"runs": runs}) + "\n")


if __name__ == "__main__":
    main()
