"""Conversion recipe: all-MiniLM-L6-v2 to ONNX.

    python export_minilm.py SOURCE_DIR OUTPUT.onnx

Takes token ids and attention mask (int64, batch x tokens), gives sentence vectors of unit length
(float32, batch x 384): mean over the tokens, then L2 norm, as the model's card says. The weights are
loaded into the BERT encoder written below. The last line printed is JSON with the maximum absolute
difference between the vectors that ONNX Runtime and PyTorch compute.
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

OPSET = 18
SAMPLES = [(1, 3), (4, 17), (3, 256)]  # batch x tokens


class Attention(nn.Module):
    """Multi-head self-attention; names of the parts are those of the checkpoint."""

    def __init__(self, size: int, heads: int, eps: float) -> None:
        super().__init__()
        self.heads = heads
        self.self = nn.ModuleDict({name: nn.Linear(size, size) for name in ("query", "key", "value")})
        self.output = nn.ModuleDict({"dense": nn.Linear(size, size), "LayerNorm": nn.LayerNorm(size, eps)})

    def forward(self, hidden: Tensor, bias: Tensor) -> Tensor:
        """Mix the tokens; ``bias`` is added to the scores of those not to be seen."""
        query, key, value = (
            part(hidden).unflatten(-1, (self.heads, -1)).transpose(1, 2) for part in self.self.values()
        )
        scores = query @ key.transpose(-1, -2) / query.shape[-1] ** 0.5 + bias
        mixed = (scores.softmax(-1) @ value).transpose(1, 2).flatten(2)
        return self.output["LayerNorm"](self.output["dense"](mixed) + hidden)


class Layer(nn.Module):
    """Attention and feed-forward, each with its residual and norm after it."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__()
        size, inner, eps = config["hidden_size"], config["intermediate_size"], config["layer_norm_eps"]
        self.attention = Attention(size, config["num_attention_heads"], eps)
        self.intermediate = nn.ModuleDict({"dense": nn.Linear(size, inner)})
        self.output = nn.ModuleDict({"dense": nn.Linear(inner, size), "LayerNorm": nn.LayerNorm(size, eps)})

    def forward(self, hidden: Tensor, bias: Tensor) -> Tensor:
        """Return the hidden states after this layer."""
        hidden = self.attention(hidden, bias)
        inner = functional.gelu(self.intermediate["dense"](hidden))
        return self.output["LayerNorm"](self.output["dense"](inner) + hidden)


class SentenceEncoder(nn.Module):
    """BERT encoder with mean pooling; every token is of type 0."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__()
        size = config["hidden_size"]
        self.embeddings = nn.ModuleDict(
            {
                "word_embeddings": nn.Embedding(config["vocab_size"], size),
                "position_embeddings": nn.Embedding(config["max_position_embeddings"], size),
                "token_type_embeddings": nn.Embedding(config["type_vocab_size"], size),
                "LayerNorm": nn.LayerNorm(size, config["layer_norm_eps"]),
            }
        )
        layers = nn.ModuleList(Layer(config) for _ in range(config["num_hidden_layers"]))
        self.encoder = nn.ModuleDict({"layer": layers})

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Return a vector of unit length a sentence."""
        words = self.embeddings["word_embeddings"](input_ids)
        positions = self.embeddings["position_embeddings"].weight[: input_ids.shape[1]]
        kind = self.embeddings["token_type_embeddings"].weight[0]
        hidden = self.embeddings["LayerNorm"](words + positions + kind)
        mask = attention_mask.to(hidden.dtype)
        bias = (1 - mask)[:, None, None, :] * torch.finfo(hidden.dtype).min
        for layer in self.encoder["layer"]:
            hidden = layer(hidden, bias)
        weights = mask[:, :, None]
        return functional.normalize((hidden * weights).sum(1) / weights.sum(1), dim=-1)


def load(source: Path) -> SentenceEncoder:
    """Return the encoder with the published weights."""
    model = SentenceEncoder(json.loads((source / "config.json").read_text("utf-8")))
    weights = load_file(source / "model.safetensors")
    unused = {"embeddings.position_ids", "pooler.dense.weight", "pooler.dense.bias"}
    model.load_state_dict({name: tensor for name, tensor in weights.items() if name not in unused})
    return model.eval()


def export(model: SentenceEncoder, output: Path) -> None:
    """Write the model as ONNX with free batch size and length."""
    batch, tokens = torch.export.Dim("batch"), torch.export.Dim("tokens", max=512)
    ids, mask = torch.ones((2, 8), dtype=torch.int64), torch.ones((2, 8), dtype=torch.int64)
    torch.onnx.export(
        model,
        (ids, mask),
        output,
        input_names=["input_ids", "attention_mask"],
        output_names=["sentence_vectors"],
        dynamic_shapes=({0: batch, 1: tokens}, {0: batch, 1: tokens}),
        opset_version=OPSET,
        dynamo=True,
        external_data=False,
        verbose=False,
    )


def max_difference(model: SentenceEncoder, output: Path) -> float:
    """Return how far any value of ONNX Runtime's vectors is from PyTorch's, padded sentences included."""
    session = onnxruntime.InferenceSession(output, providers=["CPUExecutionProvider"])
    generator = np.random.default_rng(0)
    worst = 0.0
    for batch, tokens in SAMPLES:
        ids = generator.integers(1000, 30000, (batch, tokens))
        mask = (np.arange(tokens) < generator.integers(2, tokens + 1, (batch, 1))).astype(np.int64)
        with torch.inference_mode():
            expected = model(torch.from_numpy(ids), torch.from_numpy(mask)).numpy()
        (found,) = session.run(None, {"input_ids": ids, "attention_mask": mask})
        worst = max(worst, float(np.abs(found - expected).max()))
    return worst


if __name__ == "__main__":
    torch.set_num_threads(1)
    encoder = load(Path(sys.argv[1]))
    export(encoder, Path(sys.argv[2]))
    print(json.dumps({"max_difference": max_difference(encoder, Path(sys.argv[2]))}))  # noqa: T201
