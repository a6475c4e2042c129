"""Conversion recipe: CAM++ speaker embedding to ONNX.

    python export_campplus.py SOURCE_DIR OUTPUT.onnx

Takes Kaldi filter banks with their mean over time taken off (float32, 1 x frames x 80), gives a speaker
vector (float32, 1 x 192, of any length). The architecture is that of Wang et al. 2023, "CAM++: a fast
and efficient network for speaker verification using context-aware masking" (arXiv 2303.00332); the names
of the parts are those of the checkpoint. The last layer is a batch norm without ReLU: with one, 47 % of
the values are zero and short segments are told apart badly (campplus.md).

The last line printed is JSON with the largest cosine distance between the vectors of ONNX Runtime and PyTorch.
"""

import json
import sys
from collections import OrderedDict
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from torch import Tensor, nn
from torch.nn import functional

OPSET = 18
MELS = 80
CHANNELS = 32  # of the convolutions in front
GROWTH = 32  # channels that each dense layer adds
BOTTLENECK = 128
BLOCKS = ((12, 1), (24, 2), (16, 2))  # layers, dilation
VECTOR = 192
CONTEXT = 100  # frames over which a dense layer's mask sees the local mean
LENGTHS = (20, 55, 98, 100, 101, 199, 298, 350, 998)  # frames on which both are compared
REPEATS = 6


class ResidualBlock(nn.Module):
    """Two convolutions and a way round them; ``stride`` is along frequency alone."""

    def __init__(self, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(CHANNELS, CHANNELS, 3, stride=(stride, 1), padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(CHANNELS)
        self.conv2 = nn.Conv2d(CHANNELS, CHANNELS, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(CHANNELS)
        self.shortcut = nn.Sequential()
        if stride > 1:
            convolution = nn.Conv2d(CHANNELS, CHANNELS, 1, stride=(stride, 1), bias=False)
            self.shortcut = nn.Sequential(convolution, nn.BatchNorm2d(CHANNELS))

    def forward(self, x: Tensor) -> Tensor:
        """Return the maps after this block."""
        y = self.bn2(self.conv2(self.bn1(self.conv1(x)).relu()))
        return (y + self.shortcut(x)).relu()


class Head(nn.Module):
    """Convolutions over time and frequency: batch x mels x frames -> batch x channels x frames."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, CHANNELS, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(CHANNELS)
        self.layer1 = nn.Sequential(ResidualBlock(2), ResidualBlock(1))
        self.layer2 = nn.Sequential(ResidualBlock(2), ResidualBlock(1))
        self.conv2 = nn.Conv2d(CHANNELS, CHANNELS, 3, stride=(2, 1), padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(CHANNELS)

    def forward(self, x: Tensor) -> Tensor:
        """Return the maps with frequency folded into the channels."""
        x = self.bn1(self.conv1(x.unsqueeze(1))).relu()
        x = self.bn2(self.conv2(self.layer2(self.layer1(x)))).relu()
        return x.flatten(1, 2)


def normalised(channels: int, *, relu: bool = True, affine: bool = True) -> nn.Sequential:
    """Return a batch norm, with a ReLU after it unless the checkpoint's layer has none."""
    parts: OrderedDict[str, nn.Module] = OrderedDict(batchnorm=nn.BatchNorm1d(channels, affine=affine))
    if relu:
        parts["relu"] = nn.ReLU()
    return nn.Sequential(parts)


class ContextMask(nn.Module):
    """A dilated convolution, masked by what the whole and the neighbourhood sound like."""

    def __init__(self, dilation: int) -> None:
        super().__init__()
        self.linear_local = nn.Conv1d(BOTTLENECK, GROWTH, 3, padding=dilation, dilation=dilation, bias=False)
        self.linear1 = nn.Conv1d(BOTTLENECK, BOTTLENECK // 2, 1)
        self.linear2 = nn.Conv1d(BOTTLENECK // 2, GROWTH, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Return the masked convolution."""
        local = functional.avg_pool1d(x, CONTEXT, CONTEXT, ceil_mode=True)
        local = local.repeat_interleave(CONTEXT, -1)[..., : x.shape[-1]]
        context = x.mean(-1, keepdim=True) + local
        return self.linear_local(x) * self.linear2(self.linear1(context).relu()).sigmoid()


class DenseLayer(nn.Module):
    """Bottleneck and masked convolution."""

    def __init__(self, channels: int, dilation: int) -> None:
        super().__init__()
        self.nonlinear1 = normalised(channels)
        self.linear1 = nn.Conv1d(channels, BOTTLENECK, 1, bias=False)
        self.nonlinear2 = normalised(BOTTLENECK)
        self.cam_layer = ContextMask(dilation)

    def forward(self, x: Tensor) -> Tensor:
        """Return the channels that this layer adds."""
        return self.cam_layer(self.nonlinear2(self.linear1(self.nonlinear1(x))))  # type: ignore[no-any-return]


class DenseBlock(nn.ModuleDict):
    """Layers of which each sees what all before it gave."""

    def __init__(self, channels: int, layers: int, dilation: int) -> None:
        super().__init__({f"tdnnd{i + 1}": DenseLayer(channels + i * GROWTH, dilation) for i in range(layers)})

    def forward(self, x: Tensor) -> Tensor:
        """Return the channels that came in, and those of every layer."""
        for layer in self.values():
            x = torch.cat((x, layer(x)), 1)
        return x


def with_nonlinear(linear: nn.Module, nonlinear: nn.Module, *, first: bool) -> nn.Sequential:
    """Return a convolution with its norm ``first`` or after it, under the checkpoint's names."""
    parts = [("nonlinear", nonlinear), ("linear", linear)]
    return nn.Sequential(OrderedDict(parts if first else parts[::-1]))


class CamPlusPlus(nn.Module):
    """Filter banks (batch x frames x 80) -> speaker vectors (batch x 192)."""

    def __init__(self) -> None:
        super().__init__()
        self.head = Head()
        channels = 128
        tdnn = nn.Conv1d(CHANNELS * MELS // 8, channels, 5, stride=2, padding=2, bias=False)
        parts: OrderedDict[str, nn.Module] = OrderedDict(tdnn=with_nonlinear(tdnn, normalised(channels), first=False))
        for number, (layers, dilation) in enumerate(BLOCKS, 1):
            parts[f"block{number}"] = DenseBlock(channels, layers, dilation)
            channels += layers * GROWTH
            transit = nn.Conv1d(channels, channels // 2, 1, bias=False)
            parts[f"transit{number}"] = with_nonlinear(transit, normalised(channels), first=True)
            channels //= 2
        parts["out_nonlinear"] = normalised(channels)
        self.xvector = nn.Sequential(parts)
        dense = nn.Conv1d(2 * channels, VECTOR, 1, bias=False)
        self.xvector.dense = with_nonlinear(dense, normalised(VECTOR, relu=False, affine=False), first=False)

    def forward(self, fbank: Tensor) -> Tensor:
        """Return one vector a sequence, from mean and deviation over its frames."""
        x = self.head(fbank.transpose(1, 2))
        for name, part in self.xvector.named_children():
            if name != "dense":
                x = part(x)
        frames = x.shape[-1]
        mean = x.mean(-1, keepdim=True)
        deviation = (((x - mean) ** 2).sum(-1, keepdim=True) / (frames - 1)).sqrt()
        return self.xvector.dense(torch.cat((mean, deviation), 1)).squeeze(-1)  # type: ignore[no-any-return]


def load(source: Path) -> CamPlusPlus:
    """Return the model with the published weights, all of them used."""
    model = CamPlusPlus()
    model.load_state_dict(torch.load(source / "campplus_cn_en_common.pt", map_location="cpu", weights_only=True))
    return model.eval()


def export(model: CamPlusPlus, output: Path) -> None:
    """Write the model as ONNX for one segment of any length."""
    torch.onnx.export(
        model,
        (torch.zeros((1, 298, MELS)),),
        output,
        input_names=["fbank"],
        output_names=["vector"],
        dynamic_axes={"fbank": {1: "frames"}},
        opset_version=OPSET,
        dynamo=False,  # the other exporter takes a minute over it
    )


def max_difference(model: CamPlusPlus, output: Path) -> float:
    """Return the largest cosine distance between the vectors that ONNX Runtime and PyTorch compute."""
    session = onnxruntime.InferenceSession(output, providers=["CPUExecutionProvider"])
    generator = np.random.default_rng(0)
    worst = 0.0
    for frames in LENGTHS * REPEATS:
        fbank = generator.normal(0, 3, (1, frames, MELS)).cumsum(1).astype(np.float32) / frames**0.5
        fbank -= fbank.mean(1, keepdims=True)
        with torch.inference_mode():
            expected = model(torch.from_numpy(fbank)).numpy()[0]
        found = session.run(None, {"fbank": fbank})[0][0]
        cosine = found @ expected / (np.linalg.norm(found) * np.linalg.norm(expected))
        worst = max(worst, 1 - float(cosine))
    return worst


if __name__ == "__main__":
    torch.set_num_threads(1)
    network = load(Path(sys.argv[1]))
    export(network, Path(sys.argv[2]))
    print(json.dumps({"max_difference": max_difference(network, Path(sys.argv[2]))}))  # noqa: T201
