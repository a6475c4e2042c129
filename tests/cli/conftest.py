"""Commands without real models."""

from pathlib import Path

import pytest

from tests.fakes import fake_models, track
from tests.test_recording import write


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the commands run without real models."""
    monkeypatch.setattr("voicemind.backends.loading.load", lambda config, progress: fake_models())


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    return write(tmp_path / "standup.wav", track(0.5, 1.0, 1.0, 1.0, 1.0))
