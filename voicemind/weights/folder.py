"""Folders of model files: are they all there, are they the right ones."""

from dataclasses import dataclass
from pathlib import Path

from voicemind.errors import DigestMismatch, InputError
from voicemind.weights.registry import FileSpec
from voicemind.weights.transfer import measured


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A folder that is to hold ``files``."""

    path: Path
    files: tuple[FileSpec, ...]

    @property
    def problem(self) -> str:
        """Which file is missing or has another size than it should; empty when none."""
        for file in self.files:
            path = self.path / file.name
            if not path.is_file():
                return f"{path} is missing"
            if (size := path.stat().st_size) != file.size:
                return f"{path} has {size} bytes instead of {file.size}"
        return ""

    @property
    def intact(self) -> bool:
        """Whether every file has the right sha256; all must be there."""
        return all(measured(self.path / file.name) == file for file in self.files)

    def check_digests(self) -> None:
        """Raise DigestMismatch for the first file whose sha256 is not as it should be."""
        for file in self.files:
            found = measured(self.path / file.name)
            if found.sha256 != file.sha256:
                raise DigestMismatch(
                    f"{file.name} in {self.path} is not the file that it should be: expected sha256 {file.sha256}, "
                    f"found {found.sha256}. `voicemind models pull` replaces it in the cache; elsewhere, put the "
                    "right file there"
                )


def whisper_folder(folder: Path) -> Path:
    """Return ``folder`` if it holds a Whisper model converted for CTranslate2; InputError says what it lacks."""
    if not folder.is_dir():
        raise InputError(f"there is no model folder {folder}")
    lacking = [name for name in ("model.bin", "config.json", "tokenizer.json") if not (folder / name).is_file()]
    if not any(folder.glob("vocabulary.*")):
        lacking.append("vocabulary.json or vocabulary.txt")
    if lacking:
        raise InputError(
            f"{folder} is no Whisper model for CTranslate2, it has no {', '.join(lacking)}: convert one with "
            "`ct2-transformers-converter --copy_files tokenizer.json preprocessor_config.json`"
        )
    return folder
