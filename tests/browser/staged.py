"""The stage in a process of its own, which does as it is told."""

import json
import subprocess
import sys
from pathlib import Path

from tests.browser.recordings import ROOT


class StageProcess:
    """A server without models that holds a meeting of so many turns; see tests.browser.stage."""

    def __init__(self, data: Path, turns: int = 20) -> None:
        command = [sys.executable, "-m", "tests.browser.stage", str(data), str(turns)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, bufsize=1
        )
        self.address = self._said()
        assert self.address, "the stage did not start; what it complained of stands above"

    def tell(self, do: str, **what: object) -> None:
        """Have it do something, and wait until that is done."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": do, **what}) + "\n")
        assert self._said() == do

    def stop(self) -> None:
        """Let it end in order."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()

    def _said(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()
