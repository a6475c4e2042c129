"""Exports: run apart, checked against the original, recorded with their digests."""

import json
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from safetensors.numpy import save_file

from tests.weights.wheels import file_spec, model_spec
from voicemind.errors import BackendError
from voicemind.weights.export import ExportRecord, exported_folder, run_export
from voicemind.weights.registry import Export, registry

FILES = {"weights": b"123", "tokenizer.json": b"{}"}
RECIPE = """
import json, sys
from pathlib import Path
print("noise of a library")
Path(sys.argv[2]).write_bytes(Path(sys.argv[1], "weights").read_bytes()[::-1])
print(json.dumps({"max_difference": DIFFERENCE}))
"""


@pytest.fixture
def original(tmp_path: Path) -> Path:
    folder = tmp_path / "original"
    folder.mkdir()
    for name, content in FILES.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture
def target(tmp_path: Path) -> Path:
    folder = tmp_path / "target"
    folder.mkdir()
    return folder


def recipe(folder: Path, script: str) -> Export:
    path = folder / "recipe.py"
    path.write_text(script, "utf-8")
    return Export(str(path), 3, "model.onnx", ("tokenizer.json",), 1e-3)


def test_an_export_is_recorded_with_its_files_and_what_it_was_made_from(original: Path, target: Path) -> None:
    spec = model_spec(FILES)
    record = run_export(spec, recipe(original, RECIPE.replace("DIFFERENCE", "1e-4")), original, target)
    assert (target / "model.onnx").read_bytes() == b"321"
    assert record.files == (file_spec("model.onnx", b"321"), file_spec("tokenizer.json", b"{}"))
    assert (record.source, record.version, record.max_difference) == (spec.digest, 3, 1e-4)
    assert ExportRecord.read(target) == record
    found = exported_folder(target)
    assert found is not None
    assert found.intact


@pytest.mark.parametrize("difference", ["2e-3", "math.inf", "math.nan"])
def test_an_export_that_differs_from_the_original_is_refused(original: Path, target: Path, difference: str) -> None:
    script = "import math\n" + RECIPE.replace("DIFFERENCE", difference)
    with pytest.raises(BackendError, match=r"the ONNX export of toy differs from the original by .* 0\.001 allowed"):
        run_export(model_spec(FILES), recipe(original, script), original, target)


def test_a_recipe_that_fails_is_told_by_its_last_line(original: Path, target: Path) -> None:
    with pytest.raises(BackendError, match=r"export of toy failed: ModuleNotFoundError: No module named 'nothing'$"):
        run_export(model_spec(FILES), recipe(original, "import nothing"), original, target)


@pytest.mark.parametrize("text", [None, "", "{}", '{"files": [{"name": "a"}]}', "[]"])
def test_a_damaged_record_is_no_export(target: Path, text: str | None) -> None:
    if text is not None:
        (target / "export.json").write_text(text, "utf-8")
    assert exported_folder(target) is None


def write_small_encoder(folder: Path, size: int) -> None:
    """Write a random encoder with the parts and names of the published one."""
    inner, layers = 2 * size, 2
    config = {
        "hidden_size": size,
        "intermediate_size": inner,
        "num_hidden_layers": layers,
        "num_attention_heads": 4,
        "layer_norm_eps": 1e-12,
        "vocab_size": 30522,
        "max_position_embeddings": 512,
        "type_vocab_size": 2,
    }
    tables = {"word": 30522, "position": 512, "token_type": 2}
    shapes: dict[str, tuple[int, ...]] = {
        f"embeddings.{name}_embeddings.weight": (rows, size) for name, rows in tables.items()
    }
    parts: dict[str, tuple[int, ...]] = {"embeddings.LayerNorm": (size,), "pooler.dense": (size, size)}
    for layer in (f"encoder.layer.{number}." for number in range(layers)):
        parts |= {f"{layer}attention.self.{part}": (size, size) for part in ("query", "key", "value")}
        parts |= {f"{layer}attention.output.dense": (size, size), f"{layer}attention.output.LayerNorm": (size,)}
        parts |= {f"{layer}intermediate.dense": (inner, size), f"{layer}output.dense": (size, inner)}
        parts |= {f"{layer}output.LayerNorm": (size,)}
    shapes |= {f"{name}.weight": shape for name, shape in parts.items()}
    shapes |= {f"{name}.bias": shape[:1] for name, shape in parts.items()}
    generator = np.random.default_rng(0)
    weights = {name: generator.standard_normal(shape).astype(np.float32) for name, shape in shapes.items()}
    save_file(weights, folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps(config), "utf-8")
    (folder / "tokenizer.json").write_text("{}", "utf-8")


def test_the_minilm_recipe_makes_a_true_export_of_any_size(tmp_path: Path, target: Path) -> None:
    """The real recipe on a small random encoder; the published weights are exported in test_real."""
    write_small_encoder(tmp_path, size=16)
    spec = registry()["minilm"]
    assert spec.export is not None
    record = run_export(spec, spec.export, tmp_path, target)
    assert 0 < record.max_difference <= spec.export.tolerance
    session = onnxruntime.InferenceSession(str(target / "model.onnx"), providers=["CPUExecutionProvider"])
    for batch, tokens in ((1, 1), (5, 40)):
        ids = np.full((batch, tokens), 7, np.int64)
        (vectors,) = session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})
        assert vectors.shape == (batch, 16)
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
