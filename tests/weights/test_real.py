"""Real models from real sources: the registry's digests, pip against the real index, the real export."""

import os
from pathlib import Path

import pytest

from tests.conftest import require
from voicemind.errors import ModelUnavailable
from voicemind.weights import ModelStore
from voicemind.weights.export import ExportRecord


@pytest.fixture(autouse=True)
def no_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VOICEMIND_MODELS", raising=False)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


def test_silero_comes_with_faster_whisper(tmp_path: Path) -> None:
    store = ModelStore(tmp_path, offline=True)
    folder = store.path("silero")
    assert [path.name for path in folder.iterdir()] == ["silero_vad_v6.onnx"]
    assert store.verify("silero") == folder


@pytest.mark.parametrize("name", ["silero", "tiny.en", "base", "minilm"])
def test_what_is_in_the_users_cache_has_the_pinned_digests(store: ModelStore, name: str) -> None:
    require(store.installed(name), f"{name} is not in the model cache: `voicemind models pull {name}`")
    assert store.verify(name).is_dir()


def test_tiny_en_comes_from_the_package_index(tmp_path: Path) -> None:
    require(os.environ.get("VOICEMIND_REQUIRE") == "all", "it downloads 71 MB: run it with VOICEMIND_REQUIRE=all")
    store = ModelStore(tmp_path)
    folder = store.path("tiny.en")
    assert store.verify("tiny.en") == folder
    assert sorted(path.name for path in folder.iterdir()) == [
        "config.json",
        "model.bin",
        "tokenizer.json",
        "vocabulary.txt",
    ]


def test_minilm_is_exported_true_to_the_published_weights(tmp_path: Path, store: ModelStore) -> None:
    require(os.environ.get("VOICEMIND_REQUIRE") == "all", "it takes 15 s: run it with VOICEMIND_REQUIRE=all")
    given = tmp_path / "given"
    given.mkdir()
    try:
        (given / "minilm").symlink_to(store.original("minilm"))
    except ModelUnavailable as error:
        require(False, str(error))
    fresh = ModelStore(tmp_path / "cache", given, offline=True)
    record = ExportRecord.read(fresh.path("minilm"))
    assert record.source == fresh.spec("minilm").digest
    assert 0 < record.max_difference < 1e-6
    assert fresh.verify("minilm").parent == tmp_path / "cache"
