"""Conversion recipe: pyannote segmentation-3.0 to ONNX, in int8.

    python export_segmentation.py SOURCE_DIR OUTPUT.onnx

Takes sound at 16 kHz (float32, batch x 1 x samples), gives the log-probabilities of the seven sets of at
most two of three speakers (float32, batch x frames x 7), a frame each 16.875 ms (Plaquet & Bredin 2023,
"Powerset multi-class cross entropy loss for neural speaker diarization"). pyannote.audio loads the
checkpoint. Matrix products and LSTMs are quantised; the convolutions are not, since they lose by it.

Before quantising, the export has to give PyTorch's own values. The last line printed is JSON with the share
of frames for which int8 finds another set than PyTorch, over synthetic voices, which leave it more in doubt
than real ones do (segmentation-3.0.md has the share for real meetings).
"""

import json
import os
import sys
import tempfile
import warnings
from pathlib import Path

os.environ["PYANNOTE_METRICS_ENABLED"] = "0"  # pyannote.audio sends telemetry otherwise, once imported
warnings.filterwarnings("ignore")

import numpy as np  # noqa: E402
import onnxruntime  # noqa: E402
import torch  # noqa: E402
from onnxruntime.quantization import QuantType, quantize_dynamic  # noqa: E402
from onnxruntime.quantization.shape_inference import quant_pre_process  # noqa: E402
from pyannote.audio import Model  # noqa: E402
from torch import nn  # noqa: E402

OPSET = 18
RATE = 16_000
SECONDS = 10
QUANTISED = ["MatMul", "Gemm", "LSTM"]
EXACT = 1e-3  # that log-probabilities may differ by before quantising


def load(source: Path) -> nn.Module:
    """Return the model with the published weights."""
    model = Model.from_pretrained(source / "pytorch_model.bin")
    if model is None:
        raise RuntimeError(f"pyannote.audio cannot load {source / 'pytorch_model.bin'}")
    return model.eval()


def export(model: nn.Module, output: Path) -> None:
    """Write the model as ONNX with free batch size and length, and quantise it."""
    with tempfile.TemporaryDirectory() as folder:
        exact, prepared = Path(folder) / "exact.onnx", Path(folder) / "prepared.onnx"
        torch.onnx.export(
            model,
            (torch.zeros((2, 1, SECONDS * RATE)),),
            exact,
            input_names=["sound"],
            output_names=["speakers"],
            dynamic_axes={"sound": {0: "batch", 2: "samples"}, "speakers": {0: "batch", 1: "frames"}},
            opset_version=OPSET,
            dynamo=False,  # the other exporter unrolls an LSTM over time, which fixes the length
        )
        if not np.allclose(run(exact, sounds()), infer(model, sounds()), atol=EXACT):
            raise RuntimeError("the export does not give what PyTorch gives: report the version of torch")
        quant_pre_process(exact, prepared, skip_symbolic_shape=True)
        quantize_dynamic(prepared, output, weight_type=QuantType.QInt8, op_types_to_quantize=QUANTISED)


def sounds() -> np.ndarray:
    """Return voiced-like sounds (items x 1 x samples): harmonics of changing pitch and loudness, in noise."""
    generator = np.random.default_rng(0)
    time = np.arange(SECONDS * RATE) / RATE
    items = []
    for _ in range(6):
        sound = generator.normal(0, 0.003, len(time))
        for pitch in generator.uniform(90, 260, 2):
            glide = 2 * np.pi * np.cumsum(pitch * (1 + 0.1 * np.sin(time * generator.uniform(1, 4)))) / RATE
            voice = sum(np.sin(k * glide) / k for k in range(1, 12))
            gate = np.sin(time * generator.uniform(0.5, 3) + generator.uniform(0, 6)) > 0
            syllables = 0.5 + 0.5 * np.sin(time * generator.uniform(15, 30))
            sound += 0.05 * voice * gate * syllables
        items.append(sound)
    return np.stack(items)[:, None].astype(np.float32)


def infer(model: nn.Module, sound: np.ndarray) -> np.ndarray:
    """Return PyTorch's log-probabilities."""
    with torch.inference_mode():
        return np.asarray(model(torch.from_numpy(sound)))


def run(path: Path, sound: np.ndarray) -> np.ndarray:
    """Return ONNX Runtime's."""
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    return np.asarray(session.run(None, {"sound": sound})[0])


def max_difference(model: nn.Module, output: Path) -> float:
    """Return the share of frames whose set of speakers differs between ONNX Runtime and PyTorch."""
    sound = sounds()
    return float((run(output, sound).argmax(-1) != infer(model, sound).argmax(-1)).mean())


if __name__ == "__main__":
    torch.set_num_threads(1)
    segmentation = load(Path(sys.argv[1]))
    export(segmentation, Path(sys.argv[2]))
    print(json.dumps({"max_difference": max_difference(segmentation, Path(sys.argv[2]))}))  # noqa: T201
