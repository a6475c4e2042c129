"""The queue of recordings to analyse: one at a time, in a process of its own, so that live rooms keep up."""

import json
import logging
import os
import subprocess
import sys
from collections import deque
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio
from anyio.abc import ByteReceiveStream, Process
from anyio.streams.buffered import BufferedByteReceiveStream

from voicemind.config import Config
from voicemind.errors import BackendError
from voicemind.server.recordings import Job, Library, Recording

logger = logging.getLogger(__name__)

PATIENCE = 5.0  # seconds that a process has to end before it is killed
MAX_LINE = 64 * 1024

Command = Callable[[Path], Sequence[str]]
"""The command that writes the minutes of the recording in a folder."""


def analysis_command(config: Config) -> Command:
    """Return the command that analyses a recording with real models."""
    settings = config.to_json()
    return lambda folder: (sys.executable, "-m", "voicemind.server.analysis", str(folder), settings)


class Jobs:
    """Runs the jobs of a library; what was queued or broke off with the server is run after its start."""

    def __init__(self, library: Library, command: Command, environment: Mapping[str, str] | None = None) -> None:
        """Run ``command`` for each job, with ``environment`` besides what this process has."""
        self._library = library
        self._command = command
        self._environment = {**os.environ, **(environment or {})}
        self._queue: deque[str] = deque()  # recordings
        self._wake = anyio.Event()
        self._changed: dict[str, anyio.Event] = {}
        self._running: tuple[str, anyio.CancelScope] | None = None

    async def run(self) -> None:
        """Run jobs until cancelled."""
        for recording in self._library:
            if not recording.job.over:
                self._tell(recording.id, replace(recording.job, state="queued", done=0.0))
                self._queue.append(recording.id)
        while True:
            while not self._queue:
                self._wake = anyio.Event()
                await self._wake.wait()
            waiting = self._library.get(self._queue.popleft())
            if waiting is not None and waiting.job.state == "queued":
                await self._analyse(waiting)

    def submit(self, recording: Recording) -> None:
        """Queue a recording that the library has."""
        self._queue.append(recording.id)
        self._wake.set()

    def cancel(self, recording: Recording) -> None:
        """Take a recording out of the queue, or stop its analysis."""
        if self._running and self._running[0] == recording.id:
            self._running[1].cancel()
        elif not recording.job.over:
            self._tell(recording.id, replace(recording.job, state="cancelled"))

    async def watch(self, recording_id: str) -> AsyncGenerator[Job, None]:
        """Yield a recording's job now and whenever there is news; ends with the job."""
        while (recording := self._library.get(recording_id)) is not None:
            changed = self._changed.setdefault(recording_id, anyio.Event())
            yield recording.job
            if recording.job.over:
                return
            await changed.wait()

    async def _analyse(self, recording: Recording) -> None:
        job = self._tell(recording.id, replace(recording.job, state="running", done=0.0))
        with anyio.CancelScope() as scope:
            self._running = (recording.id, scope)
            try:
                error = await self._run_process(recording, job)
            except (OSError, BackendError) as problem:
                logger.warning("recording %s: %s", recording.id, problem)
                error = str(problem)
            job = self._now(recording)
            if error is None:
                self._tell(recording.id, replace(job, state="done", done=job.of or job.done))
            else:
                self._tell(recording.id, replace(job, state="failed", error=error))
        self._running = None
        if scope.cancelled_caught:
            self._tell(recording.id, replace(self._now(recording), state="cancelled"))

    def _now(self, recording: Recording) -> Job:
        known = self._library.get(recording.id)
        return recording.job if known is None else known.job

    async def _run_process(self, recording: Recording, job: Job) -> str | None:
        """Run the analysis; return why it failed, None when it did not."""
        command = self._command(self._library.folder(recording.id))
        process = await anyio.open_process(command, stdin=subprocess.PIPE, stderr=None, env=self._environment)
        error = None
        try:
            assert process.stdout is not None  # noqa: S101 - it is a pipe by default
            async with aclosing(_lines(process.stdout)) as lines:
                async for fields in lines:
                    if "error" in fields:
                        error = str(fields["error"]).replace(str(self._library.source(recording)), recording.name)
                    else:
                        job = self._tell(recording.id, replace(job, done=fields.get("done", 0.0), of=fields.get("of")))
            code = await process.wait()
        finally:
            await _end(process)
        return None if code == 0 else error or f"the analysis broke off ({code}); bring the recording again"

    def _tell(self, recording_id: str, job: Job) -> Job:
        job = replace(job, seq=job.seq + 1)
        self._library.tell(recording_id, job)
        self._changed.pop(recording_id, anyio.Event()).set()
        return job


async def _lines(stream: ByteReceiveStream) -> AsyncGenerator[dict[str, Any], None]:
    buffered = BufferedByteReceiveStream(stream)
    while True:
        try:
            line = await buffered.receive_until(b"\n", MAX_LINE)
        except (anyio.IncompleteRead, anyio.EndOfStream):
            return
        with suppress(ValueError):  # whatever a library writes to standard output is no news of the job
            if isinstance(fields := json.loads(line), dict):
                yield fields


async def _end(process: Process) -> None:
    """End a process, with force if it must be, and release its pipes."""
    with anyio.CancelScope(shield=True):
        if process.returncode is None:
            process.terminate()
            with anyio.move_on_after(PATIENCE):
                await process.wait()
        if process.returncode is None:
            process.kill()
        await process.aclose()
