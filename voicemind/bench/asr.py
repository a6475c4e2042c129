"""``voicemind bench asr``: how live streams are transcribed, ours and a peer's, in one report."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from voicemind.backends.loading import Models
from voicemind.bench import offline
from voicemind.bench.clips import find_clips
from voicemind.bench.real_time import listen
from voicemind.bench.report import Report
from voicemind.bench.simulated import simulate
from voicemind.bench.streams import load_clip, measure_streams


@dataclass(frozen=True, slots=True)
class Options:
    """What is to be measured: ``clock`` is real, virtual, or none, which is as fast as can be and gives no latencies.

    ``streams`` copies of each recording, its first ``seconds``, again and again until ``repeat`` seconds.
    """

    clock: str = "real"
    streams: int = 1
    seconds: float | None = None
    repeat: float = 0.0
    kinds: tuple[str, ...] = ()
    peers: tuple[str, ...] = ()


def measure(inputs: Sequence[Path], models: Models, options: Options) -> Report:
    """Measure recordings: files, or manifests; InputError where there is nothing to measure."""
    found = find_clips(inputs, models.language, options.kinds)
    if options.clock == "none":
        return offline.measure(found, models, peers=options.peers)
    run = simulate if options.clock == "virtual" else listen
    clips = [load_clip(name, path, options.seconds) for name, path in found]
    return measure_streams(clips, models, run, options.streams, repeat=options.repeat)
