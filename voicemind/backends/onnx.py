"""ONNX Runtime sessions, and the Silero voice activity detector that runs in one."""

from pathlib import Path

import numpy as np
import onnxruntime

from voicemind.audio.frame import Samples
from voicemind.errors import BackendError

_STATE = (1, 1, 128)  # of the recurrent layer
_CONTEXT = 64  # samples before the window that the model wants to see again


def open_session(path: Path) -> onnxruntime.InferenceSession:
    """Load an ONNX file for one thread of the CPU; BackendError when it cannot be run.

    Threads of its own would spin while they wait and steal the cores that other tracks need.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3  # errors
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # its exceptions share no base of their own
        raise BackendError(f"ONNX Runtime cannot load {path}: {error}") from error


class SileroModel:
    """Silero VAD v6, loaded once and shared by all tracks."""

    def __init__(self, folder: Path) -> None:
        """Load it from the model store's folder of ``silero``."""
        self.session = open_session(folder / "silero_vad_v6.onnx")

    def stream(self) -> "SileroVad":
        """Return a detector for one more track."""
        return SileroVad(self)


class SileroVad:
    """Voice activity detector of one track, 16 kHz; hears its windows as one continuous sound."""

    window = 512  # samples

    def __init__(self, model: SileroModel) -> None:
        self._session = model.session
        self._hidden = np.zeros(_STATE, np.float32)
        self._cell = np.zeros(_STATE, np.float32)
        self._sound = np.zeros((1, _CONTEXT + self.window), np.float32)

    def __call__(self, samples: Samples) -> float:
        """Return the probability of speech in the next ``window`` samples."""
        if samples.shape != (self.window,):
            raise ValueError(f"Silero takes {self.window} samples at a time, not an array of shape {samples.shape}")
        self._sound[:, :_CONTEXT] = self._sound[:, -_CONTEXT:]
        self._sound[:, _CONTEXT:] = samples
        inputs = {"input": self._sound, "h": self._hidden, "c": self._cell}
        probability, self._hidden, self._cell = self._session.run(None, inputs)
        return float(probability.item())
