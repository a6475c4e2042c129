"""The model store: registry, pinned digests, sources, ONNX export, cache."""

from voicemind.weights.registry import ModelSpec, models_folder
from voicemind.weights.store import ModelStore
from voicemind.weights.transfer import Progress

__all__ = ["ModelSpec", "ModelStore", "Progress", "models_folder"]
