"""ONNX exports: a recipe run by a Python of its own, so that this process never imports torch."""

import json
import shutil
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from voicemind.errors import BackendError
from voicemind.weights.folder import ModelFolder
from voicemind.weights.registry import Export, FileSpec, ModelSpec, models_folder
from voicemind.weights.transfer import measured

_RECORD = "export.json"


@dataclass(frozen=True, slots=True)
class ExportRecord:
    """What stands beside an export: what it was made from, how true it is, and its files."""

    source: str  # digest of the ModelSpec
    recipe: str
    version: int
    max_difference: float
    files: tuple[FileSpec, ...]

    @classmethod
    def read(cls, folder: Path) -> "ExportRecord":
        """Read the record of the export in ``folder``; ValueError when there is none that can be read."""
        try:
            table = json.loads((folder / _RECORD).read_text("utf-8"))
            return cls(**{**table, "files": tuple(FileSpec(**file) for file in table["files"])})
        except (OSError, KeyError, TypeError) as error:
            raise ValueError(f"{folder / _RECORD} cannot be read") from error


def exported_folder(path: Path) -> ModelFolder | None:
    """Return the export that ``path`` holds, or None when it holds none."""
    try:
        return ModelFolder(path, ExportRecord.read(path).files)
    except ValueError:
        return None


def run_export(spec: ModelSpec, export: Export, original: Path, folder: Path) -> ExportRecord:
    """Export the model in ``original`` into ``folder``; BackendError when it fails or differs too much."""
    recipe = models_folder() / export.recipe
    command = [sys.executable, str(recipe), str(original), str(folder / export.output)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 (our own script)
    if result.returncode != 0:
        raise BackendError(f"the ONNX export of {spec.name} failed: {_last_line(result.stderr)}")
    difference = float(json.loads(result.stdout.splitlines()[-1])["max_difference"])
    if not difference <= export.tolerance:
        raise BackendError(
            f"the ONNX export of {spec.name} differs from the original by {difference:.2g}, more than the "
            f"{export.tolerance:.2g} allowed: report the versions of torch and onnxscript"
        )
    for name in export.keep:
        shutil.copyfile(original / name, folder / name)
    files = tuple(measured(folder / name) for name in (export.output, *export.keep))
    record = ExportRecord(spec.digest, export.recipe, export.version, difference, files)
    (folder / _RECORD).write_text(json.dumps(asdict(record), indent=1) + "\n", "utf-8")
    return record


def _last_line(text: str) -> str:
    return text.strip().rpartition("\n")[2]
