"""The real server in a process of its own, that can be killed and started again where it was."""

import json
import os
import signal
import ssl
import subprocess
import sys
import urllib.request
from collections.abc import Sequence
from pathlib import Path

MODELS = ("tiny.en", "silero", "minilm")


class ServerProcess:
    """``voicemind serve`` with the small English model; once started it keeps its port.

    It lets everybody in unless it is ``guarded``; ``sign_in`` is then the owner's link that the first start printed.
    """

    def __init__(self, data: Path, *, guarded: bool = False, flags: Sequence[str] = ()) -> None:
        self._data = data
        self._flags = flags
        self._guarded = guarded
        self._process: subprocess.Popen[str] | None = None
        self.address = ""
        self.sign_in = ""

    def start(self) -> None:
        """Start it, and wait until it answers."""
        port = self.address.rpartition(":")[2] or "0"
        command = [sys.executable, "-m", "voicemind", "serve", "--data", str(self._data), "--port", port]
        command += ["--model", "tiny.en", "--language", "en", *([] if self._guarded else ["--open"])]
        command += self._flags
        environment = os.environ | {"PYTHONUNBUFFERED": "1"}
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        self.address = self._said()
        if self._guarded and not self.sign_in:
            self.sign_in = self._said()

    def kill(self) -> None:
        """End it as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Let it end in order."""
        self._end(signal.SIGTERM)

    def get(self, path: str) -> bytes:
        """Return what it answers to a request, ready or not."""
        with urllib.request.urlopen(self.address + path, timeout=10) as answer:  # noqa: S310 - its own address
            body: bytes = answer.read()
            return body

    def invitation(self) -> str:
        """Return a link to a new room, to take part in it."""
        token = self.sign_in.rpartition("token=")[2]
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        request = urllib.request.Request(self.address + "/api/rooms", b'{"title": "Weekly"}', headers)  # noqa: S310
        trusting = ssl._create_unverified_context()  # noqa: S323 - the certificate was made a moment ago
        with urllib.request.urlopen(request, timeout=10, context=trusting) as answer:  # noqa: S310
            return self.address + str(json.loads(answer.read())["links"]["write"])

    def _said(self) -> str:
        """Return the last word of the next line that it says."""
        assert self._process is not None
        assert self._process.stdout is not None
        words = self._process.stdout.readline().split()
        if not words:
            self.kill()
            raise RuntimeError("the server did not start; what it complained of stands above")
        return words[-1]

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(how)
        process.wait(30)
        assert process.stdout is not None
        process.stdout.close()
