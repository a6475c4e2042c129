"""Plays a recording into a peer's own code, inside the peer's environment: python driver.py, a job as JSON on stdin.

Imports nothing of voicemind, since that is not installed there. On a virtual clock each inference is really run,
and lasts the CPU seconds that it took on one of a few lanes.
"""

import asyncio
import contextlib
import heapq
import importlib
import io
import json
import resource
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

import numpy as np

RATE = 16_000
CHUNK = RATE // 10  # samples that come at once
SILENCE = 3  # seconds after the recording, in which the last words are settled

DRAIN = 120.0  # seconds that it may go on after the end

Update = tuple[float, str, str]  # seconds of the stream, what is settled, what may change
Run = Callable[..., Awaitable[Any]]


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop whose clock jumps to what is planned next, once there is nothing to be done now."""

    virtual = 0.0

    def time(self) -> float:
        """Return the seconds of its clock."""
        return self.virtual

    def _run_once(self) -> None:
        state: Any = self
        if not state._ready:  # noqa: SLF001 - there is no other way to let a loop's time jump
            planned = state._scheduled  # noqa: SLF001
            while planned and planned[0].cancelled():
                state._timer_cancelled_count -= 1  # noqa: SLF001
                heapq.heappop(planned)._scheduled = False  # noqa: SLF001
            if planned:
                self.virtual = max(self.virtual, planned[0].when())
        super()._run_once()  # type: ignore[misc]


class Lanes:
    """Runs a few things at once on a virtual clock, each for its own CPU seconds."""

    def __init__(self, count: int) -> None:
        self._free = asyncio.Semaphore(count)

    async def run(self, function: Callable[..., Any], *args: Any, **options: Any) -> Any:
        """Call a function as ``asyncio.to_thread`` does."""
        async with self._free:
            began = time.process_time()
            result = function(*args, **options)
            await asyncio.sleep(time.process_time() - began)
            return result


class WhisperLiveKit:
    """QuentinFuxa/WhisperLiveKit, LocalAgreement on faster-whisper."""

    def __init__(self, job: dict[str, Any], run: Run) -> None:
        self._processor: Any = importlib.import_module("whisperlivekit.audio_processor")
        engine = importlib.import_module("whisperlivekit").TranscriptionEngine
        self._engine = engine(
            lan=job["language"] or "auto",
            pcm_input=True,
            warmup_file="",
            backend="faster-whisper",
            backend_policy="localagreement",
            model_dir=job["model"],
        )
        if job["virtual"]:
            patched: Any = self._processor
            patched.time = asyncio.get_running_loop().time
            patched.asyncio.to_thread = run

    async def play(self, samples: Any, updates: list[Update]) -> None:
        """Play a recording at 1x; every change of the text is an update."""
        loop = asyncio.get_running_loop()
        start = loop.time()
        processor = self._processor.AudioProcessor(transcription_engine=self._engine, language=None, mode="full")
        shown = asyncio.ensure_future(self._follow(await processor.create_tasks(), start, updates))
        pcm = (np.clip(samples, -1, 1) * 32767).astype("<i2")
        for at in range(0, len(pcm), CHUNK):
            part = pcm[at : at + CHUNK]
            await asyncio.sleep(max(0.0, start + (at + len(part)) / RATE - loop.time()))
            await processor.process_audio(part.tobytes())
        await processor.process_audio(b"")
        with contextlib.suppress(asyncio.TimeoutError):  # one that never ends has said what it has to say
            await asyncio.wait_for(shown, DRAIN)
        await processor.cleanup()

    async def _follow(self, results: Any, start: float, updates: list[Update]) -> None:
        loop = asyncio.get_running_loop()
        async for result in results:
            data = result.to_dict()
            lines = (line.get("text") or "" for line in data["lines"] if line.get("speaker") != -2)  # -2 is silence
            text = " ".join(line.strip() for line in lines).strip()
            note(updates, loop.time() - start, text, (data.get("buffer_transcription") or "").strip())


class WhisperStreaming:
    """ufal/whisper_streaming, LocalAgreement on faster-whisper, without VAC as it comes; one model for all streams."""

    def __init__(self, job: dict[str, Any], run: Run) -> None:
        sys.path.insert(0, job["folder"])
        self._module = importlib.import_module("whisper_online")
        model = importlib.import_module("faster_whisper").WhisperModel

        def load(*given: Any) -> Any:  # itself, size, cache and folder
            return model(given[-1], device="cpu", compute_type="int8")  # it has a GPU written in

        self._module.FasterWhisperASR.load_model = load
        self._asr = self._module.FasterWhisperASR(job["language"] or "auto", model_dir=job["model"])
        self._run = run

    async def play(self, samples: Any, updates: list[Update]) -> None:
        """Play a recording at 1x, as its server does: an iteration takes what has come, a second at least."""
        loop = asyncio.get_running_loop()
        start, at, settled = loop.time(), 0, ""
        with io.StringIO() as log:
            online = self._module.OnlineASRProcessor(self._asr, logfile=log)
            while at < len(samples):
                due = start + min(len(samples), at + RATE) / RATE
                await asyncio.sleep(max(0.0, due - loop.time()))
                end = min(len(samples), int((loop.time() - start + 1e-6) * RATE) // CHUNK * CHUNK)
                end = len(samples) if at + RATE >= len(samples) else max(end, at + CHUNK)
                online.insert_audio_chunk(samples[at:end])
                at = end
                found = await self._run(online.process_iter)
                settled += found[2] or ""
                tail = self._asr.sep.join(word[2] for word in online.transcript_buffer.complete())
                note(updates, loop.time() - start, settled.strip(), tail.strip())
            settled += online.finish()[2] or ""
            note(updates, loop.time() - start, settled.strip(), "")


PEERS: dict[str, Callable[[dict[str, Any], Run], Any]] = {
    "whisperlivekit": WhisperLiveKit,
    "whisper_streaming": WhisperStreaming,
}


def note(updates: list[Update], at: float, settled: str, tail: str) -> None:
    """Keep what is shown where it is new."""
    if not updates or updates[-1][1:] != (settled, tail):
        updates.append((at, settled, tail))


async def measure(job: dict[str, Any]) -> dict[str, Any]:
    """Run a job: ``streams`` copies of a recording, each begun ``offset`` seconds after the one before."""
    run: Run = Lanes(job["lanes"]).run if job["virtual"] else asyncio.to_thread
    peer = PEERS[job["peer"]](job, run)
    samples = np.fromfile(job["samples"], np.float32)
    samples = np.concatenate([samples, np.zeros(SILENCE * RATE, np.float32)])
    logs: list[list[Update]] = [[] for _ in range(job["streams"])]

    async def stream(number: int) -> None:
        await asyncio.sleep(number * job["offset"])
        await peer.play(samples, logs[number])

    began = time.process_time()
    await asyncio.gather(*(stream(number) for number in range(job["streams"])))
    return {
        "logs": logs,
        "cpu_seconds": time.process_time() - began,
        "audio_seconds": job["streams"] * len(samples) / RATE,
        "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def main() -> None:
    """Be the process: one line of JSON on standard output, whatever else the peer prints goes to standard error."""
    job = json.load(sys.stdin)
    loop = VirtualLoop() if job["virtual"] else asyncio.new_event_loop()
    with contextlib.redirect_stdout(sys.stderr):
        found = loop.run_until_complete(measure(job))
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
