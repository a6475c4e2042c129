"""Speakers of a window: pyannote segmentation-3.0 and CAM++ in ONNX Runtime, behind the ``LocalDiarizer`` port."""

from collections.abc import Sequence
from pathlib import Path

import kaldi_native_fbank
import numpy as np
from numpy.typing import NDArray

from voicemind.audio.frame import SAMPLE_RATE, Samples
from voicemind.backends.onnx import open_session
from voicemind.speech.ports import Localize, Localized

# Who of three speaks in each class of the powerset (Plaquet & Bredin 2023).
POWERSET = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [1, 0, 1], [0, 1, 1]], bool)
FRAME_SECONDS = 0.016875

MELS = 80
CLEAN = 0.4  # seconds of a speaker's own speech from which the rest, spoken over, is left out
SHORTEST = 20  # feature frames (10 ms) that a vector needs
LONGEST = 500  # feature frames that it is made from at most: more costs, and says little more
LATEST = 300  # the same of what was said last
VOICED = 0.1  # seconds that somebody speaks at least in what is new


class OnnxLocalDiarizer:
    """Both models, loaded once; safe to call from several threads at once."""

    def __init__(self, segmentation: Path, embedding: Path) -> None:
        """Load the model store's exports of ``segmentation-3.0`` and ``campplus``; BackendError where they fail."""
        self._segmentation = open_session(segmentation / "model.onnx")
        self._embedding = open_session(embedding / "model.onnx")

    def localize(self, requests: Sequence[Localize]) -> list[Localized]:
        """Answer each request, in order."""
        return [self._localize(request) for request in requests]

    def _localize(self, request: Localize) -> Localized:
        (scores,) = self._segmentation.run(None, {"sound": request.samples[None, None]})
        activity = POWERSET[scores[0].argmax(axis=1)]
        clean = activity & (activity.sum(axis=1) == 1)[:, None]
        seconds = clean.sum(axis=0) * FRAME_SECONDS
        chosen = np.where(seconds >= CLEAN, clean, activity)
        wanted = activity.any(axis=0) if request.fresh is None else _speaks_last(activity, request.fresh)
        features = filter_banks(request.samples) if wanted.any() else np.zeros((0, MELS), np.float32)
        most = slice(LONGEST) if request.fresh is None else slice(-LATEST, None)
        vectors = tuple(
            self._vector(features[stretched(chosen[:, k], len(features))][most]) if wanted[k] else None
            for k in range(chosen.shape[1])
        )
        return Localized(request, activity, vectors, tuple(float(s) for s in seconds))

    def _vector(self, features: NDArray[np.float32]) -> NDArray[np.float32] | None:
        if len(features) < SHORTEST:
            return None
        (vectors,) = self._embedding.run(None, {"fbank": (features - features.mean(axis=0))[None]})
        vector = vectors[0] / np.linalg.norm(vectors[0])
        return np.asarray(vector, np.float32)


def _speaks_last(activity: NDArray[np.bool_], seconds: float) -> NDArray[np.bool_]:
    last = activity[-max(1, round(seconds / FRAME_SECONDS)) :]
    return np.asarray(last.sum(axis=0) * FRAME_SECONDS >= min(VOICED, seconds / 2))


def filter_banks(samples: Samples) -> NDArray[np.float32]:
    """Return Kaldi's log mel filter banks, frames x 80, a frame each 10 ms."""
    options = kaldi_native_fbank.FbankOptions()
    options.frame_opts.dither = 0.0
    options.frame_opts.samp_freq = SAMPLE_RATE
    options.mel_opts.num_bins = MELS
    bank = kaldi_native_fbank.OnlineFbank(options)
    bank.accept_waveform(SAMPLE_RATE, samples)
    bank.input_finished()
    frames = [bank.get_frame(i) for i in range(bank.num_frames_ready)]
    return np.stack(frames) if frames else np.zeros((0, MELS), np.float32)


def stretched(mask: NDArray[np.bool_], size: int) -> NDArray[np.bool_]:
    """Return the mask over as many feature frames, each taking its nearest frame's value."""
    return np.asarray(mask[np.arange(size) * len(mask) // max(size, 1)])
