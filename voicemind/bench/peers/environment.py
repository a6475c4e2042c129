"""A virtual environment for a peer, made once in the cache folder."""

import logging
import shutil
import site
import subprocess
import venv
from collections.abc import Sequence
from pathlib import Path

from voicemind.errors import BackendError
from voicemind.weights.cache import default_cache

logger = logging.getLogger(__name__)

TIMEOUT = 1800.0  # seconds for its packages to come


def peer_python(name: str, packages: Sequence[str], alone: Sequence[str] = ()) -> Path:
    """Return the interpreter of an environment that has ``packages``, and those that come ``alone``, without others.

    It sees this environment's packages behind its own, so that torch is not downloaded again: a peer runs on
    the same versions of torch and faster-whisper as we do. Raises BackendError when it cannot be made.
    """
    folder = default_cache().parent / "peers" / name
    python = folder / "bin" / "python"
    done = folder / "installed.txt"
    wanted = "\n".join([*packages, *alone])
    if done.exists() and done.read_text() == wanted:
        return python
    logger.warning("installing %s into %s", name, folder)
    shutil.rmtree(folder, ignore_errors=True)
    venv.create(folder, with_pip=True)
    [packages_folder] = (folder / "lib").glob("python*/site-packages")
    (packages_folder / "voicemind-bench.pth").write_text("\n".join(site.getsitepackages()))
    if alone:
        _pip(python, "--no-deps", *alone)
    if packages:
        _pip(python, *packages)
    done.write_text(wanted)
    return python


def _pip(python: Path, *what: str) -> None:
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *what]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=TIMEOUT)  # noqa: S603
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        said = (error.stderr or "").strip().splitlines()[-1:] if isinstance(error.stderr, str) else []
        raise BackendError(f"pip cannot install {' '.join(what)}: {' '.join(said) or error}") from error
