"""Runs a peer's driver in another interpreter: an order as JSON in, what came of it as JSON out."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from voicemind.errors import BackendError


def drive(
    name: str, python: Path, driver: Path, order: Mapping[str, Any], settings: Mapping[str, str]
) -> dict[str, Any]:
    """Return what the driver printed last; BackendError, with the last line of its complaint, when it fails."""
    done = subprocess.run(  # noqa: S603
        [str(python), str(driver)],
        input=json.dumps(order),
        capture_output=True,
        text=True,
        env=dict(settings),
        check=False,
    )
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:]
        raise BackendError(f"{name} failed: {' '.join(last) or done.returncode}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
